import Database from 'better-sqlite3';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { concurrently, inFreshFolder, median, type Measurement } from './measure.ts';

const PAYLOAD_BYTES = 600;
const BATCH = 1_000;
const BATCHES = 20;

/** What the disk allows: nothing but bytes behind each other, made durable per batch. */
export function rawAppend(): Promise<Measurement> {
  return inFreshFolder(async (folder) => {
    const file = openSync(join(folder, 'raw.log'), 'a');
    const batch = randomBytes(PAYLOAD_BYTES * BATCH);
    const measured = await median('ruw aanvullen + fdatasync, per 1.000', () => {
      for (let n = 0; n < BATCHES; n += 1) {
        writeSync(file, batch);
        fdatasyncSync(file);
      }
      return BATCH * BATCHES;
    });
    closeSync(file);
    return measured;
  });
}

/**
 * SQLite alone with the ledger's own pragmas and uniqueness promises (stream and revision, one random key per
 * event, the version check): no encryption, no hash, no tree, no signature, no head.
 */
class BareStore {
  readonly #database: Database.Database;
  readonly #version: Database.Statement;
  readonly #event: Database.Statement;
  readonly #key: Database.Statement;
  #queue: (() => void)[] = [];

  constructor(folder: string) {
    this.#database = new Database(join(folder, 'bare.db'));
    this.#database.pragma('journal_mode = WAL');
    this.#database.pragma('synchronous = FULL');
    this.#database.exec(`
      CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL, payload BLOB NOT NULL,
        UNIQUE (stream, revision));
      CREATE TABLE deduplication (key BLOB PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL) WITHOUT ROWID;`);
    this.#version = this.#database.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?');
    this.#event = this.#database.prepare('INSERT INTO events (stream, revision, payload) VALUES (?, ?, ?)');
    this.#key = this.#database.prepare('INSERT INTO deduplication VALUES (?, ?, ?)');
  }

  insert(stream: string, payload: Uint8Array): void {
    const revision = ((this.#version.get(stream) as { revision: number | null }).revision ?? -1) + 1;
    this.#event.run(stream, revision, payload);
    this.#key.run(randomBytes(32), stream, revision);
  }

  transaction(work: () => void): void {
    this.#database.transaction(work)();
  }

  /** Group commit: whoever waits at the end of this turn of the event loop shares one transaction. */
  insertDurably(stream: string, payload: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#queue.length === 0) setImmediate(() => this.#commit());
      this.#queue.push(() => {
        this.insert(stream, payload);
        setImmediate(resolve);
      });
    });
  }

  #commit(): void {
    const waiting = this.#queue;
    this.#queue = [];
    this.transaction(() => waiting.forEach((insert) => insert()));
  }

  close(): void {
    this.#database.close();
  }
}

export function bareSqliteBatches(): Promise<Measurement> {
  return inFreshFolder(async (folder) => {
    const store = new BareStore(folder);
    const streams = Array.from({ length: BATCH }, () => `dossier-${randomUUID()}`);
    const payload = randomBytes(PAYLOAD_BYTES);
    const measured = await median('kale SQLite, per 1.000', () => {
      for (let n = 0; n < BATCHES; n += 1) store.transaction(() => streams.forEach((stream) => store.insert(stream, payload)));
      return BATCH * BATCHES;
    });
    store.close();
    return measured;
  });
}

export function bareSqliteGroupCommit(callers: number): Promise<Measurement> {
  return inFreshFolder(async (folder) => {
    const store = new BareStore(folder);
    const streams = Array.from({ length: BATCH }, () => `dossier-${randomUUID()}`);
    const payload = randomBytes(PAYLOAD_BYTES);
    const total = BATCH * BATCHES;
    const measured = await median(`kale SQLite, ${callers} wachtenden delen commits`, async () => {
      await concurrently(callers, total, (index) => store.insertDurably(streams[index % BATCH]!, payload));
      return total;
    });
    store.close();
    return measured;
  });
}
