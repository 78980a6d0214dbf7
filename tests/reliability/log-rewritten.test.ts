import Database from 'better-sqlite3';
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LedgerFolder } from '../contract/event-store/harness.js';

// After an fsync that failed, the write-ahead log may read from the page cache as if it were on disk. That no restart
// rests on it is shown by what the database file holds by itself, before and after.
describe('a ledger that starts after a crash', () => {
  let folder: LedgerFolder;
  beforeEach(async () => {
    folder = new LedgerFolder();
    const { store } = await folder.open();
    const stream = await folder.sealer.stream();
    await store.append(folder.sealer.append(stream, -1, 20));
    // What lies on the disk while it runs is what kill -9 leaves; a connection that closes takes its log along.
    const left = join(folder.root, 'left');
    cpSync(folder.dataDir, left, { recursive: true, filter: (file) => !file.endsWith('-shm') });
    await folder.engine!.close();
    folder.engine = null;
    rmSync(folder.dataDir, { recursive: true });
    cpSync(left, folder.dataDir, { recursive: true });
  });
  afterEach(async () => {
    await folder.engine?.close().catch(() => undefined);
    folder.engine = null;
    rmSync(folder.root, { recursive: true, force: true });
  });

  /** Out of a copy of the file without its log. */
  function alone(name: 'ledger.db' | 'vault.db', question: string): unknown {
    const dir = join(folder.root, 'alone');
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    copyFileSync(join(folder.dataDir, name), join(dir, name));
    const db = new Database(join(dir, name));
    try {
      return db.prepare(question).pluck().get();
    } catch {
      return 'no such table';
    } finally {
      db.close();
    }
  }
  const events = (): unknown => alone('ledger.db', 'SELECT count(*) FROM events');
  const keys = (): unknown => alone('vault.db', 'SELECT count(*) FROM stream_keys');

  test('has everything in its files before it says that it is open, and nothing in their logs', async () => {
    // The control: before it, the logs hold what the files do not.
    expect(events()).not.toBe(20);
    expect(keys()).not.toBe(1);
    await folder.open();
    expect([events(), keys()]).toEqual([20, 1]);
    for (const name of ['ledger.db-wal', 'vault.db-wal']) {
      const file = join(folder.dataDir, name);
      expect(existsSync(file) ? statSync(file).size : 0).toBe(0);
    }
  });

  test('starts also while somebody reads in it, and then keeps the end of the log', async () => {
    const reader = new Database(join(folder.dataDir, 'ledger.db'), { readonly: true });
    try {
      reader.exec('BEGIN');
      expect(reader.prepare('SELECT count(*) FROM events').pluck().get()).toBe(20);
      const { store } = await folder.open();
      expect(store.head().size).toBe(20);
    } finally {
      reader.close();
    }
  });
});
