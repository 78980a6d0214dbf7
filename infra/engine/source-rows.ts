import type { Position, StreamName } from '#domain/ledger/ids';
import { KeyFilter, PREFIX_BYTES, SEGMENT_POSITIONS } from '#infra/event-store/key-filter';
import type { Sqlite } from '#infra/event-store/ledger-database';
import type { KnownSource } from '#infra/event-store/port';
import { decodeHeader } from '#infra/sealing/sealing';

type SourceRow = [contentHmac: Uint8Array, header: Uint8Array | null];

/**
 * What is known under a (source, id) key. Keys are random, and in one growing unique index each would change a page
 * of its own. So rows lie in order of arrival (by position), a segment gets its index in one sorted piece when it is
 * full, and a filter in memory says "no" to a fresh key without a look at any of it. The row decides, never the filter.
 */
export class SourceRows {
  readonly #db: Sqlite;
  readonly #statements: ReturnType<typeof prepare>;
  readonly filter = new KeyFilter();
  /** Keys of the segments that have no index yet. What was rolled back may linger: the row decides. */
  #open = new Map<string, Position>();
  /** Segments with an index: all below this number. */
  #closed: number;
  /** Below this number and not in the filter yet. */
  #unloaded: number;

  constructor(db: Sqlite) {
    this.#db = db;
    this.#statements = prepare(db);
    this.#closed = (this.#statements.lastClosed.get() as number | null ?? -1) + 1;
    this.#unloaded = this.#closed;
    for (let segment = 0; segment < this.#closed; segment += 1) this.filter.markUnloaded(segment);
    for (const [position, key] of this.#statements.rowsFrom.iterate(this.#closed * SEGMENT_POSITIONS) as Iterable<[Position, Buffer]>) this.#know(key, position);
  }

  find(key: Uint8Array): KnownSource | null {
    let lookedInOpen = false;
    for (const segment of this.filter.candidates(key)) {
      const isOpen = segment >= this.#closed;
      if (isOpen && lookedInOpen) continue;
      lookedInOpen ||= isOpen;
      const row = isOpen ? this.#rowInOpen(key) : this.#statements.inClosed.get(segment, prefix(key), key) as SourceRow | undefined;
      if (row !== undefined) return knownSource(row);
    }
    return null;
  }

  /** Within a transaction; the caller has asked `find`. */
  insert(key: Uint8Array, contentHmac: Uint8Array | null, position: Position): void {
    this.#statements.insert.run(position, key, contentHmac);
    this.#know(key, position);
  }

  /**
   * Within a transaction, before the stream's events go. What memory knows of them stays until their segment is full,
   * and the filter's bits until the next start: a transaction that is rolled back must find its keys again.
   */
  remove(stream: StreamName): void {
    for (const [position, key] of this.#statements.ofStream.all(stream) as [Position, Buffer][]) {
      this.#statements.remove.run(position);
      const segment = Math.floor(position / SEGMENT_POSITIONS);
      if (segment < this.#closed) this.#statements.removeFromIndex.run(segment, prefix(key), position);
    }
  }

  /** One full segment gets its index, in a transaction of its own; true when another is full too. */
  closeSegment(ledgerSize: number): boolean {
    const end = (this.#closed + 1) * SEGMENT_POSITIONS;
    if (ledgerSize < end) return false;
    this.#db.transaction(() => {
      this.#statements.index.run(this.#closed, end - SEGMENT_POSITIONS, end);
      this.#statements.close.run(this.#closed);
    }).immediate();
    this.#closed += 1;
    this.#open = new Map([...this.#open].filter(([, position]) => position >= end));
    return ledgerSize >= end + SEGMENT_POSITIONS;
  }

  /** After a start: puts one more segment's keys into the filter, newest first; false when all are there. */
  loadSegment(): boolean {
    if (this.#unloaded === 0) return false;
    const segment = this.#unloaded - 1;
    const prefixes = this.#statements.prefixes.get(segment) as Buffer | null;
    for (let at = 0; prefixes !== null && at < prefixes.length; at += PREFIX_BYTES) this.filter.add(segment, prefixes, at);
    this.filter.markLoaded(segment);
    this.#unloaded = segment;
    return segment > 0;
  }

  #know(key: Uint8Array, position: Position): void {
    this.#open.set(latin1(key), position);
    this.filter.add(Math.floor(position / SEGMENT_POSITIONS), key);
  }

  #rowInOpen(key: Uint8Array): SourceRow | undefined {
    const position = this.#open.get(latin1(key));
    return position === undefined ? undefined : this.#statements.atPosition.get(position, key) as SourceRow | undefined;
  }
}

function latin1(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

function prefix(key: Uint8Array): Uint8Array {
  return key.subarray(0, PREFIX_BYTES);
}

function knownSource([contentHmac, header]: SourceRow): KnownSource {
  if (header === null) throw new Error('a deduplication row outlived its event');
  const { id, stream, revision } = decodeHeader(header);
  return { contentHmac, eventId: id, stream, revision };
}

function prepare(db: Sqlite) {
  return {
    lastClosed: db.prepare('SELECT max(segment) FROM deduplication_segments').pluck(),
    rowsFrom: db.prepare('SELECT position, key FROM deduplication WHERE position >= ? ORDER BY position').raw(),
    atPosition: db.prepare(`SELECT d.content_hmac, e.header FROM deduplication d LEFT JOIN events e ON e.position = d.position
      WHERE d.position = ? AND d.key = ?`).raw(),
    inClosed: db.prepare(`SELECT d.content_hmac, e.header FROM deduplication_index i CROSS JOIN deduplication d ON d.position = i.position
      LEFT JOIN events e ON e.position = i.position WHERE i.segment = ? AND i.prefix = ? AND d.key = ?`).raw(),
    insert: db.prepare('INSERT INTO deduplication (position, key, content_hmac) VALUES (?, ?, ?)'),
    ofStream: db.prepare(`SELECT d.position, d.key FROM events e CROSS JOIN deduplication d ON d.position = e.position
      WHERE e.stream_no = (SELECT no FROM streams WHERE name = ?)`).raw(),
    remove: db.prepare('DELETE FROM deduplication WHERE position = ?'),
    removeFromIndex: db.prepare('DELETE FROM deduplication_index WHERE segment = ? AND prefix = ? AND position = ?'),
    index: db.prepare(`INSERT INTO deduplication_index (segment, prefix, position)
      SELECT ?, substr(key, 1, ${PREFIX_BYTES}), position FROM deduplication WHERE position >= ? AND position < ? ORDER BY 2, 3`),
    close: db.prepare('INSERT INTO deduplication_segments (segment) VALUES (?)'),
    prefixes: db.prepare("SELECT CAST(group_concat(prefix, '') AS BLOB) FROM deduplication_index WHERE segment = ?").pluck(),
  };
}
