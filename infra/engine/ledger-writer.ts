import { NO_STREAM, type EventId, type Position, type Revision, type StreamName } from '#domain/ledger/ids';
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

const STREAMS_REMEMBERED = 100_000;
const LEAVES_PER_PAGE = 10_000;
/** At most this many leaves are hashed again at a start, and those beyond the head. */
export const LEAVES_PER_FRONTIER = 65_536;

/** The statements of the one connection that writes ledger.db. Everything is read before it is inserted. */
export class LedgerWriter {
  readonly #db: Sqlite;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly sources: SourceRows;
  /** Last revision of streams seen lately; only the one writer can trust such a memory. */
  readonly #revisions = new Map<StreamName, Revision>();
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
    this.#revisions.clear();
    if (this.#db.inTransaction) this.#statements.rollback.run();
  }

  /** Within a transaction; leaves go to `tree`. Only I/O can make it throw. */
  append(append: WorkerAppend, tree: MerkleTree): WriteOutcome {
    const { stream, expectedRevision, key, contentHmac, events } = append;
    const actualRevision = this.#revisionOf(stream);
    if (actualRevision === null) return { kind: 'destroyed' };
    const lastRevision = expectedRevision + events.length;
    if (actualRevision >= lastRevision) {
      const firstPosition = this.#sameAppend(append);
      if (firstPosition !== null) return { kind: 'appended', firstPosition, lastRevision };
    }
    const known = key === null ? null : this.sources.find(key);
    if (known !== null) return { kind: 'source-known', known };
    if (actualRevision !== expectedRevision) return { kind: 'conflict', actualRevision };
    const firstPosition = tree.size;
    for (const [i, { id, type, header, payload }] of events.entries()) {
      const position = tree.size;
      const leaf = leafHash(header, payload);
      this.#statements.insertEvent.run(position, stream, expectedRevision + 1 + i, id, type, header, payload);
      this.#statements.insertLeaf.run(position, leaf);
      tree.append(leaf);
    }
    if (key !== null) this.sources.insert(key, contentHmac, firstPosition);
    this.#remember(stream, lastRevision);
    return { kind: 'appended', firstPosition, lastRevision };
  }

  /** Within a transaction. */
  destroy(stream: StreamName): { readonly already: boolean; readonly events: number } {
    if (this.#statements.isGone.get(stream) !== undefined) return { already: true, events: 0 };
    this.sources.remove(stream);
    const { changes } = this.#statements.deleteEvents.run(stream);
    this.#statements.insertGone.run(stream);
    this.#revisions.delete(stream);
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
  purgeFreedPages(): void {
    this.#truncateWal();
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

  /** Last revision, NO_STREAM when there is none, null when the stream was destroyed. */
  #revisionOf(stream: StreamName): Revision | null {
    const remembered = this.#revisions.get(stream);
    if (remembered !== undefined) return remembered;
    const revision = this.#statements.lastRevision.get(stream) as Revision | undefined;
    if (revision !== undefined) {
      this.#remember(stream, revision);
      return revision;
    }
    return this.#statements.isGone.get(stream) === undefined ? NO_STREAM : null;
  }

  #remember(stream: StreamName, revision: Revision): void {
    if (this.#revisions.size >= STREAMS_REMEMBERED) this.#revisions.clear();
    this.#revisions.set(stream, revision);
  }

  /** Clause 2: the same ids at the same revisions are the same append sent again; its first position, or null. */
  #sameAppend({ stream, expectedRevision, events }: WorkerAppend): Position | null {
    const stored = this.#statements.places.all(stream, expectedRevision + 1, events.length) as [Position, EventId][];
    const same = stored.length === events.length && events.every((event, i) => stored[i]![1] === event.id);
    return same ? stored[0]![0] : null;
  }
}

function prepareStatements(db: Sqlite) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    lastRevision: db.prepare('SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1').pluck(),
    places: db.prepare('SELECT position, id FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?').raw(),
    isGone: db.prepare('SELECT 1 FROM gone WHERE stream = ?').pluck(),
    insertEvent: db.prepare('INSERT INTO events (position, stream, revision, id, type, header, payload) VALUES (?, ?, ?, ?, ?, ?, ?)'),
    insertLeaf: db.prepare('INSERT INTO leaves (idx, hash) VALUES (?, ?)'),
    deleteEvents: db.prepare('DELETE FROM events WHERE stream = ?'),
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
