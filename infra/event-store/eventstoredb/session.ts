import { randomUUID, type KeyObject } from 'node:crypto';
import type { Position } from '#domain/ledger/ids';
import { AllFeed, FeedBroken } from '#infra/event-store/eventstoredb/all-feed';
import type { Connection } from '#infra/event-store/eventstoredb/connection';
import { Follower, ForkedLeaves, type FollowerEnds, type Leafed } from '#infra/event-store/eventstoredb/follower';
import { encodeInstance, INSTANCE_STARTED, type Instance } from '#infra/event-store/eventstoredb/instance';
import { StoreRefused } from '#infra/event-store/eventstoredb/refused';
import { Sequencer } from '#infra/event-store/eventstoredb/sequencer';
import { checkServer, firstInstance, lastBatch, leafStreamEnd } from '#infra/event-store/eventstoredb/server-check';
import { LEAF_STREAM } from '#infra/event-store/eventstoredb/server-record';

export type SessionState = 'starting' | 'away' | 'open' | 'locked' | 'halted';

export interface SessionParts {
  readonly connection: Connection;
  readonly logKeys: readonly [KeyObject, ...KeyObject[]];
  readonly logKey: KeyObject;
  readonly origin: string;
  readonly vaultId: () => string;
  readonly vaultCount: () => number;
  /** Leaves of the local copy. */
  readonly localSize: () => Position;
  /** Hashes of leaves of the local copy, in order. */
  readonly localLeaves: (first: Position, count: number) => Promise<readonly Uint8Array[]>;
  readonly opens: FollowerEnds['opens'];
  readonly onForeign: FollowerEnds['onForeign'];
  readonly commit: (first: Position, leafed: readonly Leafed[]) => Promise<void>;
  /** Once, when everything on the server is in the local copy: what was left open is settled before anything new. */
  readonly onFirstOpen: () => void;
}

/**
 * One instance of the ledger at its server: checks it at every connection, follows it, says that it serves, and gives
 * places to events. Halts, until a restart, when the server contradicts what was already signed.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #instance = randomUUID();
  #follower: Follower | null = null;
  #feed: AllFeed | null = null;
  #sequencer: Sequencer | null = null;
  #state: SessionState = 'starting';
  #why: string | null = null;
  #isOurs = false;
  /** The feed is at its end and follows. */
  #follows = false;
  #settled = false;
  #closed = false;
  #watchers: (() => void)[] = [];
  #starting: Promise<void> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Code of what halted it. */
  get why(): string | null {
    return this.#why;
  }

  get isLive(): boolean {
    return this.#state === 'open';
  }

  start(): void {
    this.#starting = this.#begin();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#sequencer?.enable(false);
    this.#become('away');
    await this.#parts.connection.close();
    await this.#starting;
    await this.#feed?.stop();
  }

  halt(code: string): void {
    if (this.#state === 'halted') return;
    this.#sequencer?.enable(false);
    this.#why = code;
    this.#become('halted');
  }

  /** True when it is open, at once or within this time. */
  async untilOpen(milliseconds: number): Promise<boolean> {
    await this.until(() => this.#state === 'open' || this.#state === 'halted' || this.#state === 'locked' || this.#closed, milliseconds);
    return this.#state === 'open';
  }

  /** Resolves when it holds, asked again after every record, or when the time is over. */
  async until(holds: () => boolean, milliseconds: number): Promise<boolean> {
    if (holds()) return true;
    return new Promise((resolve) => {
      const watch = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#watchers = this.#watchers.filter((one) => one !== watch);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#watchers = this.#watchers.filter((one) => one !== watch);
        resolve(holds());
      }, milliseconds);
      this.#watchers.push(watch);
    });
  }

  /** Everything that was on the server when this was asked is taken; or the time is over. */
  async caughtUp(): Promise<void> {
    const [end] = await this.#parts.connection.readAllBack(1);
    if (end !== undefined) await this.until(() => (this.#feed?.last ?? -1n) >= end.place, 5_000);
    await this.until(() => (this.#follower?.waiting ?? 0) === 0, 5_000);
  }

  /** Where the local copy ends, that is where the feed begins. Tried until the server answers. */
  async #begin(): Promise<void> {
    const { connection, logKeys, localSize } = this.#parts;
    while (!this.#closed && this.#feed === null) {
      try {
        await this.#check();
        const size = localSize();
        const known = await firstInstance(connection, logKeys) === null ? null
          : await lastBatch(connection, logKeys, (batch) => batch.first + batch.leaves.length <= size);
        this.#follow(size, known);
      } catch (error) {
        if (this.#stops(error)) return;
        this.#become('away');
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  #follow(size: Position, known: Awaited<ReturnType<typeof lastBatch>>): void {
    const { connection, logKey, logKeys, opens, onForeign, commit, vaultCount } = this.#parts;
    const follower = new Follower(size, known?.revision ?? -1, {
      logKeys, opens, onForeign, commit,
      onInstance: (instance) => this.#sawInstance(instance),
    });
    this.#follower = follower;
    this.#sequencer = new Sequencer({ connection, follower, logKey, vaultCount, onRolledBack: () => this.halt('ledger-behind-head') });
    this.#feed = new AllFeed(connection, known?.batch.covered ?? null, {
      check: () => this.#checkAgain(),
      take: async (records) => {
        await follower.take(records);
        this.moved();
      },
      onLive: (live) => void this.#live(live),
      onBroken: (error) => this.halt(error instanceof StoreRefused || error instanceof ForkedLeaves ? error.code : codeOf(error)),
    });
    if (!this.#closed) this.#feed.start();
  }

  async #live(live: boolean): Promise<void> {
    this.#follows = live;
    this.moved();
    if (this.#state === 'halted' || this.#state === 'locked' || this.#closed) return;
    if (!live) {
      this.#sequencer!.enable(false);
      return this.#become('away');
    }
    if (!this.#isOurs && !await this.#announce()) return;
    if (!this.#follows) return;
    this.#sequencer!.enable(true);
    this.#become('open');
    if (this.#settled) return;
    this.#settled = true;
    this.#parts.onFirstOpen();
  }

  /** With exactly the revision that was read: of two that start at once, the later one sees the earlier and goes first. */
  async #announce(): Promise<boolean> {
    const { connection, logKey, origin, vaultId } = this.#parts;
    const data = encodeInstance({ instance: this.#instance, origin, vault: vaultId() }, logKey);
    const record = { id: this.#instance, type: INSTANCE_STARTED, data, metadata: new Uint8Array(0) };
    while (!this.#closed && !this.#isOurs) {
      const expected = this.#follower!.leafRevision;
      const answer = await connection.append(LEAF_STREAM, expected, [record]);
      if (answer.kind === 'conflict' && answer.actual < expected) {
        this.halt('ledger-behind-head');
        return false;
      }
      if (answer.kind === 'away') return false;
      // Written, and not delivered in time: the subscription is not to be trusted.
      if (answer.kind === 'done') setTimeout(() => { if (!this.#isOurs && this.#follower!.leafRevision <= expected) connection.doubt(); }, 5_000).unref();
      await this.until(() => this.#isOurs || this.#follower!.leafRevision > expected || !this.#follows, 5_000);
      if (!this.#follows) return false;
    }
    return this.#isOurs;
  }

  #sawInstance({ instance }: Instance): void {
    if (instance === this.#instance) {
      this.#isOurs = true;
    } else if (this.#isOurs) {
      this.#sequencer!.enable(false);
      this.#why = 'ledger-locked';
      this.#become('locked');
    }
  }

  async #checkAgain(): Promise<void> {
    try {
      await this.#check();
    } catch (error) {
      throw this.#stops(error) ? new FeedBroken(error) : error;
    }
  }

  /** Before anything is written over this connection: it is our ledger, and has all that was signed. */
  async #check(): Promise<void> {
    const { connection, logKeys, localSize, localLeaves, vaultId } = this.#parts;
    await checkServer(connection);
    const first = await firstInstance(connection, logKeys);
    if (first !== null && first.vault !== vaultId()) throw new StoreRefused('vault-of-another-ledger');
    const size = this.#follower?.size ?? localSize();
    if (first === null) {
      if (size > 0) throw new StoreRefused('ledger-behind-head');
      return;
    }
    const { revision, last } = await leafStreamEnd(connection, logKeys);
    const end = last === null ? 0 : last.first + last.leaves.length;
    if (end < size || revision < (this.#follower?.leafRevision ?? -1)) throw new StoreRefused('ledger-behind-head');
    if (last === null) return;
    const local = await localLeaves(last.first, Math.max(0, Math.min(size, end) - last.first));
    if (local.some((hash, i) => Buffer.compare(hash, last.leaves[i]!.hash) !== 0)) throw new StoreRefused('ledger-forked');
  }

  #stops(error: unknown): boolean {
    if (!(error instanceof StoreRefused) || error.code === 'store-unreachable') return false;
    this.halt(error.code);
    return true;
  }

  /** Something that is waited for may have changed. */
  moved(): void {
    this.#sequencer?.moved();
    for (const watch of [...this.#watchers]) watch();
  }

  #become(state: SessionState): void {
    if (this.#state === 'halted' || (this.#state === 'locked' && state !== 'halted')) return;
    this.#state = state;
    this.moved();
  }
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'broken';
}
