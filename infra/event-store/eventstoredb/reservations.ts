import Database from 'better-sqlite3';
import type { StreamName } from '#domain/ledger/ids';
import type { Append } from '#infra/event-store/port';
import { packAppends, unpackAppends } from '#infra/engine/protocol';
import { decodeHeader, leafHash } from '#infra/sealing/sealing';

export type KeyedAppend = Append & Required<Pick<Append, 'deduplication'>>;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS reservations (
  key BLOB PRIMARY KEY,
  numbers BLOB NOT NULL,
  text TEXT NOT NULL,
  bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
`;
const RELEASE_AFTER_MS = 500;

/**
 * Who may write what came from a (source, id), kept before it is sent: key and sealed bytes, until the outcome is known.
 * All that one turn of the event loop asks for shares a transaction. A row too many does no harm (the same ids at the
 * same revision are stored once), so rows go later, with the next that come.
 */
export class Reservations {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement<[Uint8Array, Uint8Array, string, Uint8Array]>;
  readonly #remove: Database.Statement<[Uint8Array]>;
  #waiting: { readonly append: KeyedAppend; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  #released: Uint8Array[] = [];
  #scheduled = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(file: string) {
    this.#db = new Database(file, { timeout: 5_000 });
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.pragma('secure_delete = ON');
    this.#db.exec(SCHEMA);
    this.#insert = this.#db.prepare('INSERT OR REPLACE INTO reservations (key, numbers, text, bytes) VALUES (?, ?, ?, ?)');
    this.#remove = this.#db.prepare('DELETE FROM reservations WHERE key = ?');
  }

  /** What was reserved and never settled, by this process or one before it. */
  open(): readonly KeyedAppend[] {
    const rows = this.#db.prepare('SELECT numbers, text, bytes FROM reservations').raw().all() as [Buffer, string, Buffer][];
    return rows.map(([numbers, text, bytes]) => keyedAppend(numbers, text, bytes));
  }

  /** Resolves when the row is on disk. */
  reserve(append: KeyedAppend): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ append, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    });
  }

  release(key: Uint8Array): void {
    this.#released.push(key);
    this.#timer ??= setTimeout(() => this.#flush(), RELEASE_AFTER_MS);
  }

  /** No byte of what was settled stays in the files. */
  purge(): void {
    this.#flush();
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.#db.exec('VACUUM');
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.#flush();
    this.#db.close();
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const [waiting, released] = [this.#waiting, this.#released];
    this.#waiting = [];
    this.#released = [];
    if (waiting.length + released.length === 0 || !this.#db.open) return;
    try {
      this.#db.transaction(() => {
        for (const key of released) this.#remove.run(key);
        for (const { append } of waiting) {
          const { numbers, text, bytes } = packAppends([append]);
          this.#insert.run(append.deduplication.key, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), text, bytes);
        }
      }).immediate();
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      this.#released.push(...released);
      for (const { reject } of waiting) reject(error as Error);
    }
  }
}

function keyedAppend(numbers: Buffer, text: string, bytes: Buffer): KeyedAppend {
  const [append] = unpackAppends({ numbers: new Float64Array(Uint8Array.from(numbers).buffer), text, bytes });
  const { stream, expectedRevision, key, contentHmac, events } = append!;
  return {
    stream: stream as StreamName, expectedRevision,
    deduplication: { key: key!, contentHmac: contentHmac! },
    events: events.map(({ header, payload }) => ({ ...decodeHeader(header), header, payload, leafHash: leafHash(header, payload) })),
  };
}
