import type Database from 'better-sqlite3';
import { storageFault } from '#infra/engine/storage-faults';

/**
 * At a start, before anything is read: the write-ahead log goes into the file, which is fsynced. After an fsync that
 * failed, what the log holds may be in the page cache only, where it reads as if it were on disk; written once more, it
 * is. A reader in another process may keep the end of it (SQLite waits for it no longer than the connection's timeout).
 * Throws on a fault after which nobody can tell; a disk that is full or read-only takes nothing now, as it will answer.
 */
export function rewriteLog(database: Database.Database): void {
  try {
    database.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (storageFault(error) !== 'passing') throw error;
  }
}
