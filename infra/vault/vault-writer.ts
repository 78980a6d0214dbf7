import type Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import type { StreamName, SubjectId } from '#domain/ledger/ids';
import { rewriteLog } from '#infra/engine/rewrite-log';
import type { FenceFile, FenceMark } from '#infra/head/fence-file';
import type { Registration, RunJournal } from '#infra/vault/port';
import { register, type VaultRows } from '#infra/vault/registration';
import { seal, unseal, wrappingContext, type VaultSecrets } from '#infra/vault/vault-crypto';
import { openVaultDatabase, readSecrets, VaultError } from '#infra/vault/vault-database';

/** What the main thread may ask of the writer; arguments and answers are structured-cloneable. */
export interface VaultMethods {
  register(registration: Registration): ReturnType<typeof register>;
  removeOrphans(streams: readonly StreamName[]): number;
  saveRun(journal: RunJournal): null;
  saveRunPart(piece: { readonly part: number; readonly state: string }): null;
  restRun(journal: RunJournal): null;
  saveRestingRun(journal: RunJournal): null;
  eraseRestingRun(runId: string): null;
  eraseRun(): null;
  fence(what: { readonly marks: readonly FenceMark[]; readonly year: number }): null;
  destroyStreams(streams: readonly StreamName[]): { readonly identitiesRemoved: number };
  purgeFreedPages(): null;
}

/**
 * The one writer of `vault.db`: synchronous, in the engine's worker thread, inside the engine's transaction
 * (`begin`, any number of `handle`, `commit`). A transaction that changed anything raises the change count by one.
 * `handle` throws on I/O errors only; then the caller rolls the whole transaction back.
 */
export class VaultWriter {
  readonly #database: Database.Database;
  readonly #file: string;
  readonly #master: Uint8Array;
  readonly #secrets: VaultSecrets;
  readonly #fence: FenceFile;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #rows: VaultRows;
  readonly #vaultId: string;
  #changeCount: number;
  #changed = false;

  /** Throws VaultError (Dutch) when the master key is another vault's or the database is not safe. */
  constructor(options: { readonly file: string; readonly masterKey: Uint8Array; readonly fence: FenceFile }) {
    this.#file = options.file;
    this.#master = options.masterKey;
    this.#fence = options.fence;
    this.#database = openVaultDatabase(options.file, options.masterKey);
    try {
      rewriteLog(this.#database);
      this.#secrets = readSecrets(this.#database, options.masterKey);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#statements = prepare(this.#database);
    this.#rows = this.#makeRows();
    const meta = this.#statements.meta.get()!;
    this.#vaultId = meta.vault_id;
    this.#changeCount = meta.change_count;
  }

  begin(): void {
    this.#database.exec('BEGIN IMMEDIATE');
    this.#changed = false;
  }

  /** Durable when it returns. */
  commit(): void {
    if (this.#changed) this.#statements.raiseCount.run();
    this.#database.exec('COMMIT');
    if (this.#changed) this.#changeCount += 1;
    this.#changed = false;
  }

  rollback(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    this.#changed = false;
  }

  handle(method: string, args: unknown): unknown {
    if (!Object.hasOwn(this.#methods, method)) throw new Error(`the vault has no method ${method}`);
    const call = this.#methods[method as keyof VaultMethods] as (args: unknown) => unknown;
    return call(args);
  }

  /** Sees what the open transaction wrote. */
  streamKey(stream: StreamName): Uint8Array | null {
    return this.#rows.streamKey(stream);
  }

  /** Changes committed since the vault was made. */
  changeCount(): number {
    return this.#changeCount;
  }

  /** Outside a transaction: false when a commit took effect that was reported as failed. */
  isAsStored(): boolean {
    return this.#statements.meta.get()!.change_count === this.#changeCount;
  }

  /** Random UUID of this vault; a copy put back keeps it, another vault has another. */
  vaultId(): string {
    return this.#vaultId;
  }

  close(): void {
    this.rollback();
    this.#database.close();
  }

  readonly #methods: VaultMethods = {
    register: (registration) => register(registration, this.#rows, this.#secrets, this.#fence),
    removeOrphans: (streams) => {
      let removed = 0;
      for (const stream of streams) if (this.#destroy(stream).rows > 0) removed += 1;
      return removed;
    },
    saveRun: (journal) => {
      this.#statements.saveRun.run(this.#secrets.sealJournal(journal));
      this.#changed = true;
      return null;
    },
    saveRunPart: ({ part, state }) => {
      this.#note(this.#statements.saveRunPart.run(part, this.#secrets.sealPart(part, state)).changes);
      return null;
    },
    eraseRun: () => {
      this.#eraseRun();
      return null;
    },
    restRun: (journal) => {
      this.#eraseRun();
      this.#saveResting(journal);
      return null;
    },
    saveRestingRun: (journal) => {
      this.#saveResting(journal);
      return null;
    },
    eraseRestingRun: (runId) => {
      this.#note(this.#statements.eraseRestingRun.run(runId).changes);
      return null;
    },
    fence: ({ marks, year }) => {
      this.#fence.append(marks, year);
      return null;
    },
    destroyStreams: (streams) => {
      let identitiesRemoved = 0;
      for (const stream of streams) identitiesRemoved += this.#destroy(stream).identities;
      return { identitiesRemoved };
    },
    purgeFreedPages: () => {
      this.#purge();
      return null;
    },
  };

  #eraseRun(): void {
    this.#note(this.#statements.eraseRun.run().changes);
    this.#note(this.#statements.eraseRunParts.run().changes);
  }

  #saveResting(journal: RunJournal): void {
    this.#note(this.#statements.saveRestingRun.run(journal.runId, this.#secrets.sealResting(journal)).changes);
  }

  #destroy(stream: StreamName): { readonly rows: number; readonly identities: number } {
    const subjects = this.#statements.subjectsOf.all(stream).map((row) => row.subject_id);
    const rows = this.#note(this.#statements.removeKey.run(stream).changes)
      + this.#note(this.#statements.removeReferences.run(stream).changes)
      + this.#note(this.#statements.removeSubjects.run(stream).changes);
    let identities = 0;
    for (const subjectId of subjects) identities += this.#note(this.#statements.removeIdentityIfUnused.run({ subjectId }).changes);
    return { rows, identities };
  }

  /** VACUUM cannot run inside a transaction: what the group did so far is committed first. */
  #purge(): void {
    const inside = this.#database.inTransaction;
    if (inside) this.commit();
    this.#truncateWal();
    this.#database.exec('VACUUM');
    this.#truncateWal();
    if (inside) this.begin();
  }

  #truncateWal(): void {
    const [row] = this.#database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    const size = statSync(`${this.#file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (row?.busy !== 0 || size !== 0) throw new VaultError('De kluis kon zijn vrijgekomen pagina\'s nog niet wissen: er leest nog iemand.');
  }

  #note(changes: number): number {
    if (changes > 0) this.#changed = true;
    return changes;
  }

  #makeRows(): VaultRows {
    const sql = this.#statements;
    return {
      streamKey: (stream) => {
        const row = sql.streamKey.get(stream);
        return row === undefined ? null : unseal(this.#master, wrappingContext.streamKey(stream), row.wrapped);
      },
      putStreamKey: (stream, key) => void this.#note(sql.putStreamKey.run(stream, seal(this.#master, wrappingContext.streamKey(stream), key)).changes),
      streamAt: (lookup) => sql.streamAt.get(lookup)?.stream ?? null,
      putReference: (lookup, stream) => void this.#note(sql.putReference.run(lookup, stream).changes),
      subjectAt: (lookup) => sql.subjectAt.get(lookup)?.subject_id ?? null,
      hasIdentity: (subjectId) => sql.hasIdentity.get(subjectId) !== undefined,
      putIdentity: ({ subjectId, law, lookup, sealed }) => void this.#note(sql.putIdentity.run(subjectId, law, lookup, sealed).changes),
      hasSubject: (stream, subjectId) => sql.hasSubject.get(stream, subjectId) !== undefined,
      putSubject: (stream, subjectId) => void this.#note(sql.putSubject.run(stream, subjectId).changes),
    };
  }
}

function prepare(database: Database.Database) {
  return {
    meta: database.prepare<[], { vault_id: string; change_count: number }>('SELECT vault_id, change_count FROM meta'),
    raiseCount: database.prepare('UPDATE meta SET change_count = change_count + 1'),
    streamKey: database.prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM stream_keys WHERE stream = ?'),
    putStreamKey: database.prepare('INSERT INTO stream_keys (stream, wrapped) VALUES (?, ?)'),
    removeKey: database.prepare('DELETE FROM stream_keys WHERE stream = ?'),
    streamAt: database.prepare<[Uint8Array], { stream: StreamName }>('SELECT stream FROM reference_index WHERE lookup = ?'),
    putReference: database.prepare('INSERT INTO reference_index (lookup, stream) VALUES (?, ?)'),
    removeReferences: database.prepare('DELETE FROM reference_index WHERE stream = ?'),
    subjectAt: database.prepare<[Uint8Array], { subject_id: SubjectId }>('SELECT subject_id FROM identities WHERE lookup = ?'),
    hasIdentity: database.prepare('SELECT 1 FROM identities WHERE subject_id = ?'),
    putIdentity: database.prepare('INSERT INTO identities (subject_id, law, lookup, sealed) VALUES (?, ?, ?, ?)'),
    removeIdentityIfUnused: database.prepare(`
      DELETE FROM identities WHERE subject_id = @subjectId
      AND NOT EXISTS (SELECT 1 FROM stream_subjects WHERE subject_id = @subjectId)`),
    hasSubject: database.prepare('SELECT 1 FROM stream_subjects WHERE stream = ? AND subject_id = ?'),
    putSubject: database.prepare('INSERT INTO stream_subjects (stream, subject_id) VALUES (?, ?)'),
    subjectsOf: database.prepare<[string], { subject_id: SubjectId }>('SELECT subject_id FROM stream_subjects WHERE stream = ? ORDER BY subject_id'),
    removeSubjects: database.prepare('DELETE FROM stream_subjects WHERE stream = ?'),
    saveRun: database.prepare('INSERT INTO run_journal (id, sealed) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed'),
    saveRunPart: database.prepare('INSERT INTO run_parts (part, sealed) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET sealed = excluded.sealed'),
    eraseRun: database.prepare('DELETE FROM run_journal'),
    eraseRunParts: database.prepare('DELETE FROM run_parts'),
    saveRestingRun: database.prepare('INSERT INTO resting_runs (run_id, sealed) VALUES (?, ?) ON CONFLICT (run_id) DO UPDATE SET sealed = excluded.sealed'),
    eraseRestingRun: database.prepare('DELETE FROM resting_runs WHERE run_id = ?'),
  };
}
