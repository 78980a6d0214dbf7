import { randomUUID, type KeyObject } from 'node:crypto';
import type { Connection } from '#infra/event-store/eventstoredb/connection';
import type { Follower } from '#infra/event-store/eventstoredb/follower';
import { encodeBatch, LEAF_BATCH, LEAVES_PER_BATCH } from '#infra/event-store/eventstoredb/leaf-batch';
import { LEAF_STREAM, type RecordToWrite } from '#infra/event-store/eventstoredb/server-record';

export interface SequencerParts {
  readonly connection: Connection;
  readonly follower: Follower;
  readonly logKey: KeyObject;
  readonly vaultCount: () => number;
  /** The server has less than was read from it. */
  readonly onRolledBack: () => void;
}

interface Frozen {
  readonly expected: number;
  readonly record: RecordToWrite;
}

/** What was written and does not come back through the feed: the subscription is not to be trusted. */
const DELIVERY_MS = 5_000;
const RETRY_MS = 200;

/**
 * Gives places to events: appends batches of leaves to the leaf stream, each with exactly the revision that was last
 * read there, its bytes and id frozen until the feed shows what became of that place. Whether it was this batch or
 * another's is the follower's business, which compares either with the events.
 */
export class Sequencer {
  readonly #parts: SequencerParts;
  #frozen: Frozen | null = null;
  #running = false;
  #enabled = false;
  #notify: () => void = () => undefined;

  constructor(parts: SequencerParts) {
    this.#parts = parts;
  }

  /** Off while the server is away, and for good once another instance serves. */
  enable(enabled: boolean): void {
    this.#enabled = enabled;
    this.moved();
  }

  /** The feed took something, or its state changed. */
  moved(): void {
    this.#notify();
    if (this.#enabled && !this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#enabled && this.#prepare()) await this.#send(this.#frozen!);
    } finally {
      this.#running = false;
    }
  }

  /** False when there is nothing to send. */
  #prepare(): boolean {
    const { follower, logKey, vaultCount } = this.#parts;
    if (this.#frozen !== null && follower.leafRevision > this.#frozen.expected) this.#frozen = null;
    if (this.#frozen !== null) return true;
    const next = follower.nextBatch(LEAVES_PER_BATCH);
    if (next === null) return false;
    const data = encodeBatch({ ...next, vault: vaultCount() }, logKey);
    this.#frozen = { expected: follower.leafRevision, record: { id: randomUUID(), type: LEAF_BATCH, data, metadata: new Uint8Array(0) } };
    return true;
  }

  async #send({ expected, record }: Frozen): Promise<void> {
    const { connection, follower, onRolledBack } = this.#parts;
    const answer = await connection.append(LEAF_STREAM, expected, [record]);
    if (answer.kind === 'conflict' && answer.actual < expected) {
      this.#enabled = false;
      return onRolledBack();
    }
    const settled = (): boolean => follower.leafRevision > expected || !this.#enabled;
    if (answer.kind === 'done' || answer.kind === 'conflict') {
      if (!await this.#until(settled, DELIVERY_MS)) connection.doubt();
    } else {
      await this.#until(settled, RETRY_MS);
    }
  }

  async #until(holds: () => boolean, milliseconds: number): Promise<boolean> {
    const end = performance.now() + milliseconds;
    while (!holds()) {
      const left = end - performance.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#notify = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }
}
