import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { seal, SECRET_NAMES, unseal, VaultSecrets, wrappingContext, type SecretName } from '#infra/vault/vault-crypto';

const SCHEMA = `
  CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    vault_id TEXT NOT NULL,
    change_count INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE secrets (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE stream_keys (stream TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE reference_index (lookup BLOB PRIMARY KEY, stream TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX reference_index_stream ON reference_index (stream);
  CREATE TABLE identities (
    subject_id TEXT PRIMARY KEY,
    law TEXT NOT NULL,
    lookup BLOB NOT NULL UNIQUE,
    sealed BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE stream_subjects (stream TEXT NOT NULL, subject_id TEXT NOT NULL, PRIMARY KEY (stream, subject_id)) STRICT, WITHOUT ROWID;
  CREATE INDEX stream_subjects_subject ON stream_subjects (subject_id);
  CREATE TABLE run_journal (id INTEGER PRIMARY KEY CHECK (id = 1), sealed BLOB NOT NULL) STRICT;
`;
/** Came later: a vault without them gets them when it is opened for writing. What holds no row says nothing, so the version stays. */
const RUN_TABLES = `
  CREATE TABLE IF NOT EXISTS run_parts (part INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS resting_runs (run_id TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
`;
const SCHEMA_VERSION = 1;
/** Only a reader in the way of a checkpoint is ever waited for; meanwhile nothing else is written. */
const BUSY_MS = 1_000;

/** The vault cannot be trusted or opened; the message is a Dutch sentence for whoever starts the ledger. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}

/** Opens `vault.db` for writing, makes it (0600) when there is none, and reads every pragma back. */
export function openVaultDatabase(file: string, masterKey: Uint8Array): Database.Database {
  const isNew = !existsSync(file);
  const database = new Database(file, { timeout: BUSY_MS });
  try {
    if (isNew) chmodSync(file, 0o600);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('secure_delete = ON');
    assertPragma(database, 'journal_mode', 'wal');
    assertPragma(database, 'synchronous', 2);
    assertPragma(database, 'secure_delete', 1);
    assertVersion(database);
    const version = database.pragma('user_version', { simple: true });
    if (version === 0) makeSchema(database, masterKey);
    else if (version !== SCHEMA_VERSION) throw new VaultError(`De kluis heeft versie ${String(version)}; dit programma kent versie ${SCHEMA_VERSION}.`);
    database.exec(RUN_TABLES);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A read-only connection beside the writer's. */
export function openVaultReader(file: string): Database.Database {
  return new Database(file, { readonly: true, fileMustExist: true });
}

/** Throws VaultError when the master key is not the one that wrapped them. */
export function readSecrets(database: Database.Database, masterKey: Uint8Array): VaultSecrets {
  const rows = database.prepare<[], { name: string; wrapped: Buffer }>('SELECT name, wrapped FROM secrets').all();
  const wrapped = new Map(rows.map((row) => [row.name, row.wrapped]));
  const secrets: Partial<Record<SecretName, Uint8Array>> = {};
  for (const name of SECRET_NAMES) {
    const bytes = wrapped.get(name);
    if (bytes === undefined) throw new VaultError('De kluis mist een van zijn eigen geheimen.');
    try {
      secrets[name] = unseal(masterKey, wrappingContext.secret(name), bytes);
    } catch {
      throw new VaultError('De hoofdsleutel hoort niet bij deze kluis.');
    }
  }
  return new VaultSecrets(secrets as Record<SecretName, Uint8Array>);
}

function makeSchema(database: Database.Database, masterKey: Uint8Array): void {
  database.transaction(() => {
    database.exec(SCHEMA);
    database.prepare('INSERT INTO meta (id, vault_id, change_count) VALUES (1, ?, 0)').run(randomUUID());
    const insert = database.prepare('INSERT INTO secrets (name, wrapped) VALUES (?, ?)');
    for (const [name, secret] of Object.entries(VaultSecrets.random())) {
      insert.run(name, seal(masterKey, wrappingContext.secret(name as SecretName), secret));
    }
    database.pragma(`user_version = ${SCHEMA_VERSION}`);
  }).immediate();
}

function assertPragma(database: Database.Database, name: string, expected: unknown): void {
  const actual = database.pragma(name, { simple: true });
  if (actual !== expected) throw new VaultError(`De kluis draait niet veilig: ${name} is ${String(actual)}.`);
}

/** Before 3.51.3 a WAL reset could corrupt a database. */
function assertVersion(database: Database.Database): void {
  const version = database.prepare<[], { v: string }>('SELECT sqlite_version() AS v').get()!.v;
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major * 1_000_000 + minor * 1_000 + patch < 3_051_003) throw new VaultError(`SQLite ${version} is te oud; 3.51.3 of later is nodig.`);
}
