import { NO_STREAM, streamKind, type EventId, type Position, type Revision, type StreamName } from '#domain/ledger/ids';
import type { WorkerAppend } from '#infra/engine/protocol';
import { EventStoreError } from '#infra/event-store/append-rules';
import type { Sqlite } from '#infra/event-store/ledger-database';
import { SourceRows } from '#infra/engine/source-rows';
import type { KnownSource } from '#infra/event-store/port';
import { leafHash } from '#infra/sealing/sealing';
import { MerkleTree } from '#infra/transparency-log/merkle-tree';

export type WriteOutcome =
  | { readonly kind: 'appended'; readonly firstPosition: Position; readonly lastRevision: Revision }
  | { readonly kind: 'conflict'; readonly actualRevision: Revision }
  | { readonly kind: 'source-known'; readonly known: KnownSource }
  | { readonly kind: 'destroyed' };

export interface TailEvent {
  readonly position: Position;
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
  readonly leaf: Uint8Array;
}

interface StreamEnd {
  readonly no: number;
  revision: Revision;
}

const STREAMS_REMEMBERED = 100_000;
const LEAVES_PER_PAGE = 10_000;
/** At most this many leaves are hashed again at a start, and those beyond the head. */
export const LEAVES_PER_FRONTIER = 65_536;

/** The statements of the one connection that writes ledger.db. Everything is read before it is inserted. */
export class LedgerWriter {
  readonly #db: Sqlite;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly sources: SourceRows;
  /** Number and last revision of streams seen lately; only the one writer can trust such a memory. */
  readonly #streams = new Map<StreamName, StreamEnd>();
  #frontierAt: number | null = null;

  constructor(db: Sqlite) {
    this.#db = db;
    this.#statements = prepareStatements(db);
    this.sources = new SourceRows(db);
  }

  begin(): void {
    this.#statements.begin.run();
  }

  commit(): void {
    this.#statements.commit.run();
  }

  rollback(): void {
    this.#streams.clear();
    if (this.#db.inTransaction) this.#statements.rollback.run();
  }

  /** Leaves as they are stored, which is more than the tree only if a commit took effect that was reported as failed. */
  storedSize(): number {
    return this.#statements.leafCount.get() as number;
  }

  /** Within a transaction; leaves go to `tree`. Only I/O can make it throw. */
  append(append: WorkerAppend, tree: MerkleTree): WriteOutcome {
    const { stream, expectedRevision, key, contentHmac, events } = append;
    const end = this.#endOf(stream);
    if (end === 'destroyed') return { kind: 'destroyed' };
    const actualRevision = end?.revision ?? NO_STREAM;
    const lastRevision = expectedRevision + events.length;
    if (actualRevision >= lastRevision) {
      const firstPosition = this.#sameAppend(append);
      if (firstPosition !== null) return { kind: 'appended', firstPosition, lastRevision };
    }
    const known = key === null ? null : this.sources.find(key);
    if (known !== null) return { kind: 'source-known', known };
    if (actualRevision !== expectedRevision) return { kind: 'conflict', actualRevision };
    const firstPosition = tree.size;
    const no = end?.no ?? this.#newStream(stream);
    for (const [i, { id, type, header, payload }] of events.entries()) {
      const position = tree.size;
      const leaf = leafHash(header, payload);
      this.#statements.insertEvent.run(position, no, expectedRevision + 1 + i, id, type, header, payload);
      this.#statements.insertLeaf.run(position, leaf);
      tree.append(leaf);
    }
    if (key !== null) this.sources.insert(key, contentHmac, firstPosition);
    if (end === null) this.#remember(stream, { no, revision: lastRevision });
    else end.revision = lastRevision;
    return { kind: 'appended', firstPosition, lastRevision };
  }

  /** Within a transaction: the leaf of an event that was destroyed before it could be copied. */
  appendAbsent(leaf: Uint8Array, tree: MerkleTree): void {
    this.#statements.insertLeaf.run(tree.size, leaf);
    tree.append(leaf);
  }

  /** Within a transaction. */
  destroy(stream: StreamName): { readonly already: boolean; readonly events: number } {
    if (this.#statements.isGone.get(stream) !== undefined) return { already: true, events: 0 };
    this.sources.remove(stream);
    const { changes } = this.#statements.deleteEvents.run(stream);
    this.#statements.deleteStream.run(stream);
    this.#statements.insertGone.run(stream);
    this.#streams.delete(stream);
    return { already: false, events: changes };
  }

  /** Keeps the tree's subtrees once every so many leaves, in a transaction of its own. */
  keepFrontier(tree: MerkleTree): void {
    this.#frontierAt ??= this.#statements.lastFrontier.get() as number | null ?? 0;
    if (tree.size < this.#frontierAt + LEAVES_PER_FRONTIER) return;
    this.#statements.insertFrontier.run(tree.size, tree.frontier());
    this.#frontierAt = tree.size;
  }

  /** The largest tree that was kept and is no larger than `size`; empty when there is none. To be compared, not believed. */
  keptTree(size: number): MerkleTree {
    const row = this.#statements.frontier.get(size) as [number, Uint8Array] | undefined;
    return (row === undefined ? null : MerkleTree.fromFrontier(...row)) ?? new MerkleTree();
  }

  forgetFrontiers(): void {
    this.#statements.deleteFrontiers.run();
    this.#frontierAt = 0;
  }

  /** Every leaf from there on, in order. Throws when the indexes have a gap: then the ledger is not the one that was signed. */
  readLeaves(from: Position, onLeaf: (hash: Uint8Array) => void): void {
    let next = from;
    for (;;) {
      const page = this.#statements.leaves.all(next, LEAVES_PER_PAGE) as [number, Uint8Array][];
      for (const [index, hash] of page) {
        if (index !== next) throw new Error('leaf missing');
        onLeaf(hash);
        next += 1;
      }
      if (page.length < LEAVES_PER_PAGE) return;
    }
  }

  readTail(from: Position, onEvent: (event: TailEvent | null) => void): void {
    for (;;) {
      const page = this.#statements.tail.all(from, 1_000) as [number, Uint8Array, Uint8Array | null, Uint8Array | null][];
      for (const [position, leaf, header, payload] of page) {
        onEvent(header === null || payload === null ? null : { position, leaf, header, payload });
        from = position + 1;
      }
      if (page.length < 1_000) return;
    }
  }

  /** Copies the WAL into the file; what readers still need stays for the next time. */
  checkpoint(): void {
    this.#db.pragma('wal_checkpoint(PASSIVE)');
  }

  /** Rewrites the file without the pages that were freed; throws EventStoreError `purge-blocked` when a reader is in the way. */
  purgeFreedPages(only?: 'write-ahead-log'): void {
    this.#truncateWal();
    if (only === 'write-ahead-log') return;
    this.#db.exec('VACUUM');
    this.#truncateWal();
  }

  #truncateWal(): void {
    const [result] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number; log: number }];
    if (result.busy !== 0 || result.log !== 0) throw new EventStoreError('purge-blocked', 'a reader keeps the write-ahead log in use');
  }

  close(): void {
    this.#db.close();
  }

  /** Null: there is no such stream. */
  #endOf(stream: StreamName): StreamEnd | 'destroyed' | null {
    const remembered = this.#streams.get(stream);
    if (remembered !== undefined) return remembered;
    const row = this.#statements.end.get(stream) as [number, Revision] | undefined;
    if (row !== undefined) return this.#remember(stream, { no: row[0], revision: row[1] });
    return this.#statements.isGone.get(stream) === undefined ? null : 'destroyed';
  }

  #newStream(stream: StreamName): number {
    const { newStream, newLogStream } = this.#statements;
    return (streamKind(stream) === 'log' ? newLogStream : newStream).get(stream) as number;
  }

  #remember(stream: StreamName, end: StreamEnd): StreamEnd {
    if (this.#streams.size >= STREAMS_REMEMBERED) this.#streams.clear();
    this.#streams.set(stream, end);
    return end;
  }

  /** Clause 2: the same ids at the same revisions are the same append sent again; its first position, or null. */
  #sameAppend({ stream, expectedRevision, events }: WorkerAppend): Position | null {
    const stored = this.#statements.places.all(stream, expectedRevision + 1, events.length) as [Position, EventId][];
    const same = stored.length === events.length && events.every((event, i) => stored[i]![1] === event.id);
    return same ? stored[0]![0] : null;
  }
}

function prepareStatements(db: Sqlite) {
  const number = '(SELECT no FROM streams WHERE name = ?)';
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    end: db.prepare(`SELECT stream_no, revision FROM events WHERE stream_no = ${number} ORDER BY revision DESC LIMIT 1`).raw(),
    places: db.prepare(`SELECT position, id FROM events WHERE stream_no = ${number} AND revision >= ? ORDER BY revision LIMIT ?`).raw(),
    isGone: db.prepare('SELECT 1 FROM gone WHERE stream = ?').pluck(),
    insertEvent: db.prepare('INSERT INTO events (position, stream_no, revision, id, type, header, payload) VALUES (?, ?, ?, ?, ?, ?, ?)'),
    leafCount: db.prepare('SELECT coalesce(max(idx) + 1, 0) FROM leaves').pluck(),
    insertLeaf: db.prepare('INSERT INTO leaves (idx, hash) VALUES (?, ?)'),
    newStream: db.prepare('INSERT INTO streams (no, name) SELECT max(0, coalesce(max(no), 0)) + 1, ? FROM streams RETURNING no').pluck(),
    newLogStream: db.prepare('INSERT INTO streams (no, name) SELECT min(0, coalesce(min(no), 0)) - 1, ? FROM streams RETURNING no').pluck(),
    deleteEvents: db.prepare(`DELETE FROM events WHERE stream_no = ${number}`),
    deleteStream: db.prepare('DELETE FROM streams WHERE name = ?'),
    insertGone: db.prepare('INSERT INTO gone (stream) VALUES (?)'),
    lastFrontier: db.prepare('SELECT max(size) FROM frontiers').pluck(),
    frontier: db.prepare('SELECT size, hashes FROM frontiers WHERE size <= ? ORDER BY size DESC LIMIT 1').raw(),
    insertFrontier: db.prepare('INSERT OR REPLACE INTO frontiers (size, hashes) VALUES (?, ?)'),
    deleteFrontiers: db.prepare('DELETE FROM frontiers'),
    leaves: db.prepare('SELECT idx, hash FROM leaves WHERE idx >= ? ORDER BY idx LIMIT ?').raw(),
    tail: db.prepare(`SELECT l.idx, l.hash, e.header, e.payload FROM leaves l LEFT JOIN events e ON e.position = l.idx
      WHERE l.idx >= ? ORDER BY l.idx LIMIT ?`).raw(),
  };
}
