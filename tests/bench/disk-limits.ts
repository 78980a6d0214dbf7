import Database from 'better-sqlite3';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { concurrently, type Contender } from './measure.ts';

const PAYLOAD_BYTES = 600;
export const BATCH = 1_000;
const BATCHES = 20;

/** What the disk allows: nothing but bytes behind each other, made durable per batch. */
export const rawAppend: Contender = {
  name: 'ruw aanvullen + fdatasync, per 1.000',
  open(folder) {
    const file = openSync(join(folder, 'raw.log'), 'a');
    const batch = randomBytes(PAYLOAD_BYTES * BATCH);
    return {
      run() {
        for (let n = 0; n < BATCHES; n += 1) {
          writeSync(file, batch);
          fdatasyncSync(file);
        }
        return BATCH * BATCHES;
      },
      close: () => closeSync(file),
    };
  },
};

/** Keys as random as HMACs, 32 bytes, never twice; made beforehand, since drawing them is no part of a store. */
export class RandomKeys {
  readonly #block = randomBytes(32 * 4_096);
  #drawn = 0;

  next(): Uint8Array {
    this.#drawn += 1;
    const at = (this.#drawn % 4_096) * 32;
    const key = Buffer.from(this.#block.subarray(at, at + 32));
    key.writeUInt32BE(Math.imul(this.#drawn, 0x9e3779b1) >>> 0, 0);
    return key;
  }
}

/**
 * SQLite alone with the ledger's own pragmas, page cache and checkpoint size (8 MiB of write-ahead log), and its uniqueness promises (stream
 * and revision, one random key per event, the version check): no encryption, hash, tree, signature or head.
 */
export class BareStore {
  readonly #database: Database.Database;
  readonly #version: Database.Statement;
  readonly #event: Database.Statement;
  readonly #key: Database.Statement;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #keys = new RandomKeys();
  #queue: (() => void)[] = [];

  constructor(folder: string) {
    this.#database = new Database(join(folder, 'bare.db'));
    this.#database.pragma('journal_mode = WAL');
    this.#database.pragma('synchronous = FULL');
    this.#database.pragma('secure_delete = ON');
    this.#database.pragma('cache_size = -65536');
    this.#database.pragma('wal_autocheckpoint = 2048');
    this.#database.exec(`
      CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL, payload BLOB NOT NULL,
        UNIQUE (stream, revision));
      CREATE TABLE deduplication (key BLOB PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL) WITHOUT ROWID;`);
    this.#version = this.#database.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?').pluck();
    this.#event = this.#database.prepare('INSERT INTO events (stream, revision, payload) VALUES (?, ?, ?)');
    this.#key = this.#database.prepare('INSERT INTO deduplication VALUES (?, ?, ?)');
    this.#begin = this.#database.prepare('BEGIN IMMEDIATE');
    this.#commit = this.#database.prepare('COMMIT');
  }

  insert(stream: string, payload: Uint8Array): void {
    const revision = ((this.#version.get(stream) as number | null) ?? -1) + 1;
    this.#event.run(stream, revision, payload);
    this.#key.run(this.#keys.next(), stream, revision);
  }

  /** Group commit: whoever waits at the end of this turn of the event loop shares one transaction. */
  insertDurably(stream: string, payload: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#queue.length === 0) setImmediate(() => this.#commitWaiting());
      this.#queue.push(() => {
        this.insert(stream, payload);
        setImmediate(resolve);
      });
    });
  }

  transaction(work: () => void): void {
    this.#begin.run();
    work();
    this.#commit.run();
  }

  close(): void {
    this.#database.close();
  }

  #commitWaiting(): void {
    const waiting = this.#queue;
    this.#queue = [];
    this.transaction(() => waiting.forEach((insert) => insert()));
  }
}

export const bareSqliteBatches: Contender = {
  name: 'kale SQLite, per 1.000',
  open(folder) {
    const store = new BareStore(folder);
    const streams = someStreams();
    const payload = randomBytes(PAYLOAD_BYTES);
    return {
      run() {
        for (let n = 0; n < BATCHES; n += 1) store.transaction(() => streams.forEach((stream) => store.insert(stream, payload)));
        return BATCH * BATCHES;
      },
      close: () => store.close(),
    };
  },
};

export function bareSqliteGroupCommit(callers: number): Contender {
  return {
    name: `kale SQLite, ${callers} wachtenden delen commits`,
    open(folder) {
      const store = new BareStore(folder);
      const streams = someStreams();
      const payload = randomBytes(PAYLOAD_BYTES);
      return {
        async run() {
          await concurrently(callers, BATCH * BATCHES, (index) => store.insertDurably(streams[index % BATCH]!, payload));
          return BATCH * BATCHES;
        },
        close: () => store.close(),
      };
    },
  };
}

function someStreams(): readonly string[] {
  return Array.from({ length: BATCH }, () => `dossier-${randomUUID()}`);
}
