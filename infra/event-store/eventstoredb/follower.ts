import type { KeyObject } from 'node:crypto';
import type { Position } from '#domain/ledger/ids';
import type { SealedEvent } from '#infra/event-store/port';
import { decodeBatch, LEAF_BATCH, type Leaf, type LeafBatch } from '#infra/event-store/eventstoredb/leaf-batch';
import { decodeInstance, INSTANCE_STARTED, type Instance } from '#infra/event-store/eventstoredb/instance';
import { eventOf, LEAF_STREAM, type Deduplication, type Place, type ServerRecord } from '#infra/event-store/eventstoredb/server-record';

/** One leaf as it goes into the local copy: with its event, or only its hash when that was destroyed. */
export type Leafed =
  | { readonly kind: 'event'; readonly event: SealedEvent; readonly deduplication?: Deduplication }
  | { readonly kind: 'absent'; readonly hash: Uint8Array };

export interface FollowerEnds {
  readonly logKeys: readonly KeyObject[];
  /** Does it open with its stream's key, or carry the log key's signature? */
  readonly opens: (event: SealedEvent) => boolean;
  /** Leaves whose batch stands on the server, in order, from position `first`. */
  readonly commit: (first: Position, leafed: readonly Leafed[]) => Promise<void>;
  readonly onInstance: (instance: Instance) => void;
  /** A record that is not the ledger's: it gets no leaf and stops nothing. */
  readonly onForeign: (record: ServerRecord, why: ForeignReason) => void;
}

export type ForeignReason = 'not-a-record-of-this-ledger' | 'does-not-open' | 'unsigned-leaf-batch';

/** Two batches that both carry the log key's signature say different things, or a batch and the events do. */
export class ForkedLeaves extends Error {
  override readonly name = 'ForkedLeaves';
  readonly code = 'ledger-forked';
  constructor() {
    super('a signed batch of leaves is not what the events say');
  }
}

interface Candidate extends Leaf {
  readonly place: Place;
  readonly event: SealedEvent;
  readonly deduplication?: Deduplication;
}

const COMMIT_AT_ONCE = 5_000;

/**
 * Folds the server's records into leaves. An event that proves to be the ledger's waits as a candidate; a batch in the
 * leaf stream that carries the log key's signature gives the first of them their positions, after it was compared with
 * them, whoever wrote it. Every reader folds the same records to the same tree.
 */
export class Follower {
  readonly #ends: FollowerEnds;
  #candidates: Candidate[] = [];
  #size: Position;
  #leafed: Leafed[] = [];
  #leafRevision: number;

  /** `size`: leaves there are already; `leafRevision`: of the last record of the leaf stream before the feed begins. */
  constructor(size: Position, leafRevision: number, ends: FollowerEnds) {
    this.#size = size;
    this.#leafRevision = leafRevision;
    this.#ends = ends;
  }

  /** One beyond the last leaf that was taken in. */
  get size(): Position {
    return this.#size;
  }

  /** Of the last record seen in the leaf stream. */
  get leafRevision(): number {
    return this.#leafRevision;
  }

  get waiting(): number {
    return this.#candidates.length;
  }

  /** The next batch, when there is something to put in it. */
  nextBatch(limit: number): Omit<LeafBatch, 'vault'> | null {
    const leaves = this.#candidates.slice(0, limit).map(({ place, hash }) => ({ place, hash }));
    return leaves.length === 0 ? null : { first: this.#size, leaves, covered: leaves.at(-1)!.place };
  }

  async take(records: readonly ServerRecord[]): Promise<void> {
    for (const record of records) {
      if (record.stream.startsWith('$') || record.type.startsWith('$')) continue;
      if (record.stream === LEAF_STREAM) this.#leafRecord(record);
      else this.#candidate(record);
      if (this.#leafed.length >= COMMIT_AT_ONCE) await this.#commit();
    }
    await this.#commit();
  }

  #candidate(record: ServerRecord): void {
    const read = eventOf(record);
    if (read === null) return this.#ends.onForeign(record, 'not-a-record-of-this-ledger');
    if (!this.#ends.opens(read.event)) return this.#ends.onForeign(record, 'does-not-open');
    this.#candidates.push({ place: record.place, hash: read.event.leafHash, ...read });
  }

  #leafRecord(record: ServerRecord): void {
    this.#leafRevision = Math.max(this.#leafRevision, record.revision);
    const { type, data } = record;
    if (type === LEAF_BATCH && data !== null) {
      const batch = decodeBatch(data, this.#ends.logKeys);
      if (batch !== null) return this.#batch(batch);
    }
    if (type === INSTANCE_STARTED && data !== null) {
      const instance = decodeInstance(data, this.#ends.logKeys);
      if (instance !== null) return this.#ends.onInstance(instance);
    }
    this.#ends.onForeign(record, 'unsigned-leaf-batch');
  }

  #batch({ first, leaves }: LeafBatch): void {
    if (first > this.#size) throw new ForkedLeaves();
    let next = 0;
    for (const [i, { place, hash }] of leaves.entries()) {
      const known = first + i < this.#size;
      const candidate = this.#candidates[next];
      if (place !== null && candidate !== undefined && candidate.place < place) throw new ForkedLeaves();
      if (place !== null && candidate?.place === place) {
        next += 1;
        if (Buffer.compare(candidate.hash, hash) !== 0) throw new ForkedLeaves();
        if (!known) this.#leafed.push({ kind: 'event', event: candidate.event, ...(candidate.deduplication === undefined ? {} : { deduplication: candidate.deduplication }) });
      } else if (!known) {
        this.#leafed.push({ kind: 'absent', hash });
      }
      if (!known) this.#size += 1;
    }
    this.#candidates = next === this.#candidates.length ? [] : this.#candidates.slice(next);
  }

  async #commit(): Promise<void> {
    if (this.#leafed.length === 0) return;
    const leafed = this.#leafed;
    this.#leafed = [];
    await this.#ends.commit(this.#size - leafed.length, leafed);
  }
}
