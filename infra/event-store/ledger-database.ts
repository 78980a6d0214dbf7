import Database from 'better-sqlite3';

export type Sqlite = Database.Database;

/**
 * `leaves` holds index and hash and nothing else: it outlives a destroyed event. Streams have numbers, since a name of
 * 44 characters in the index of places costs more than all else in it; those of `log-` streams are below zero, so that
 * announcements have an index of their own. A number goes with its stream. Stream, revision, id and type are lookup only; whoever reads takes them from the header bytes. `deduplication` is in order of arrival; the beginnings
 * of its keys are in `deduplication_index` once their segment is full (engine/source-rows). `frontiers` is derived
 * from the leaves, so that a start need not hash them all again; it is compared with the signed head, never believed.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS streams (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS events (
  position INTEGER PRIMARY KEY,
  stream_no INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  header BLOB NOT NULL,
  payload BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS events_place ON events (stream_no, revision);
CREATE INDEX IF NOT EXISTS events_id ON events (id);
CREATE INDEX IF NOT EXISTS events_announcements ON events (position) WHERE stream_no < 0;
CREATE TABLE IF NOT EXISTS leaves (idx INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS deduplication (
  position INTEGER PRIMARY KEY,
  key BLOB NOT NULL,
  content_hmac BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS deduplication_index (
  segment INTEGER NOT NULL,
  prefix BLOB NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (segment, prefix, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deduplication_segments (segment INTEGER PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS frontiers (size INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS gone (stream TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
PRAGMA user_version = 3;
`;

const LEDGER_VERSION = 3;

/** Earlier versions could corrupt a database when the WAL was reset (sqlite.org, 3.51.3 release notes). */
const OLDEST_SQLITE = [3, 51, 3] as const;

export type Durability = 'FULL' | 'NORMAL';

/** The one connection that writes. Throws when the machine's SQLite cannot keep the promise of durability. */
export function openLedgerForWriting(file: string, durability: Durability = 'FULL'): Sqlite {
  const db = new Database(file, { timeout: 5_000 });
  try {
    assertVersion(db);
    if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal') throw new Error('SQLite cannot keep a write-ahead log here');
    db.pragma(`synchronous = ${durability}`);
    const expected = durability === 'FULL' ? 2 : 1;
    if (db.pragma('synchronous', { simple: true }) !== expected) throw new Error('SQLite did not take synchronous=FULL');
    db.pragma('secure_delete = ON');
    if (db.pragma('secure_delete', { simple: true }) !== 1) throw new Error('SQLite did not take secure_delete=ON');
    // Checkpoints are run by hand, after the replies: then an I/O error in one is seen and not swallowed.
    db.pragma('wal_autocheckpoint = 0');
    db.pragma('cache_size = -65536');
    const version = db.pragma('user_version', { simple: true });
    if (version !== 0 && version !== LEDGER_VERSION) throw new Error(`ledger.db has schema version ${String(version)}, which this release does not know`);
    if (version === 0) db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A connection that only reads; the ledger must exist. */
export function openLedgerForReading(file: string): Sqlite {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
  db.pragma('query_only = ON');
  return db;
}

function assertVersion(db: Sqlite): void {
  const text = db.prepare('SELECT sqlite_version()').pluck().get() as string;
  const parts = text.split('.').map(Number);
  for (const [i, oldest] of OLDEST_SQLITE.entries()) {
    const part = parts[i] ?? 0;
    if (part > oldest) return;
    if (part < oldest) throw new Error(`SQLite ${text} is too old: ${OLDEST_SQLITE.join('.')} or later is needed`);
  }
}
