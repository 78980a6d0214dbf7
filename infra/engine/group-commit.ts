import type { Heads } from '#infra/engine/heads';
import type { LedgerWriter, WriteOutcome } from '#infra/engine/ledger-writer';
import {
  OUTCOME, REASON, unpackAppends, type AppendsReply, type CallReply, type FromWorker, type Order, type PackedAppends,
  type ToWorker, type VaultCall,
} from '#infra/engine/protocol';
import { storageFault } from '#infra/engine/storage-faults';
import type { WorkerVault } from '#infra/engine/worker-vault';
import { EventStoreError } from '#infra/event-store/append-rules';
import type { Head, KnownSource } from '#infra/event-store/port';
import { HeadWriteError } from '#infra/head/head-file';
import type { MerkleTree } from '#infra/transparency-log/merkle-tree';

/** Only for controls of fault tests: what the engine would be without one of its promises. */
export interface EngineFaults {
  readonly replyBeforeCommit?: boolean;
  readonly ledgerSynchronousNormal?: boolean;
}

export interface GroupCommitParts {
  readonly ledger: LedgerWriter;
  readonly vault: WorkerVault;
  readonly heads: Heads;
  readonly tree: MerkleTree;
  readonly send: (message: FromWorker) => void;
  readonly faults: EngineFaults;
}

interface Sent {
  readonly id: number;
  readonly packed: PackedAppends;
}

const NO_SPACE_RETRY_MS = 500;
/** The append that a registration was made for brings its head line; every other change of the vault has nothing that follows. */
const FOLLOWED_BY_APPEND = 'register';
/** What the head may be behind the vault between two groups: the registrations whose appends are on their way. */
const VAULT_AHEAD_MAX = 1;
const WAL_BYTES = 8 * 1024 * 1024;
/** Less than the pages it touches: those of neighbours are the same, and a log that is copied less often costs less. */
const WAL_BYTES_PER_REMOVED = 2_048;

/**
 * One group: all waiting vault calls as one transaction, then all waiting appends as one, then one signed checkpoint
 * and a head line fsynced in every head folder, then the replies. The order vault, ledger, head, reply is the promise.
 * Registrations alone write no head line: their appends come in the next group and bring one.
 */
export class GroupCommit {
  readonly #ledger: LedgerWriter;
  readonly #vault: WorkerVault;
  readonly #heads: Heads;
  readonly #send: (message: FromWorker) => void;
  readonly #faults: EngineFaults;
  #tree: MerkleTree;
  #halted = false;
  #announced: Head;
  #retry: NodeJS.Timeout | null = null;
  #walBytes = 0;
  /** After a write that failed: what is stored is read again before anything more is written. */
  #reread = false;

  constructor(parts: GroupCommitParts) {
    this.#ledger = parts.ledger;
    this.#vault = parts.vault;
    this.#heads = parts.heads;
    this.#send = parts.send;
    this.#faults = parts.faults;
    this.#tree = parts.tree;
    this.#announced = parts.heads.covered;
  }

  /** Covered by every head folder. */
  get head(): Head {
    return this.#heads.covered;
  }

  filterBlocks(): readonly SharedArrayBuffer[] {
    return this.#ledger.sources.filter.takeFresh();
  }

  run(messages: readonly ToWorker[]): void {
    const vaultCalls = messages.flatMap((message) => message.vault ?? []);
    const sent = messages.flatMap((message) => message.appends ?? []);
    const calls = vaultCalls.length === 0 ? [] : this.#callVault(vaultCalls);
    const appends = sent.length === 0 ? [] : this.#append(sent);
    if (calls.length > 0) this.#coverVault(vaultCalls);
    if (calls.length > 0 || appends.length > 0) this.#reply(appends, calls);
    const orders = messages.flatMap((message) => message.orders ?? []);
    if (orders.length > 0) this.#carryOut(orders);
    this.#keepUp();
  }

  #callVault(calls: readonly VaultCall[]): CallReply[] {
    if (this.#halted) return calls.map(unavailable);
    try {
      if (!this.#isAsStored()) return calls.map(unavailable);
      this.#vault.begin();
      const replies = calls.map(({ id, method, args }): CallReply => ({ id, ok: true, value: this.#vault.handle(method, args) }));
      this.#vault.commit();
      return replies;
    } catch (error) {
      this.#quietly(() => this.#vault.rollback());
      const fault = storageFault(error);
      this.#noteFault(fault);
      if (fault !== null) return calls.map(unavailable);
      // One call that cannot be served must not take the others with it: each in a transaction of its own.
      return calls.length === 1 ? [failed(calls[0]!.id, error)] : calls.flatMap((call) => this.#callVault([call]));
    }
  }

  /** A vault that runs ahead of every head line looks like a ledger whose end was cut off; a line signs the fence too. */
  #coverVault(calls: readonly VaultCall[]): void {
    const { vaultAhead } = this.#heads;
    const followed = calls.every(({ method }) => method === FOLLOWED_BY_APPEND);
    const fenced = calls.some(({ method }) => method === 'fence');
    if (this.#halted || (vaultAhead <= (followed ? VAULT_AHEAD_MAX : 0) && !fenced)) return;
    try {
      this.#heads.repeat();
      this.#heads.flush();
    } catch {
      this.#halted = true;
    }
  }

  #append(sent: readonly Sent[]): AppendsReply[] {
    if (this.#halted) return sent.map((one) => noneOf(one, REASON.halted));
    try {
      if (!this.#isAsStored()) return sent.map((one) => noneOf(one, REASON.halted));
      if (!this.#heads.flush()) return sent.map((one) => noneOf(one, REASON.headNotWritable));
      const replies = this.#write(sent);
      if (!this.#heads.flush()) return sent.map((one) => noneOf(one, REASON.headNotWritable));
      return replies;
    } catch (error) {
      this.#quietly(() => this.#ledger.rollback());
      // Not a storage fault: an invariant of the ledger itself is broken, and writing on could make it worse.
      this.#noteFault(error instanceof HeadWriteError ? 'unknown' : storageFault(error) ?? 'unknown');
      return sent.map((one) => noneOf(one, this.#halted ? REASON.halted : REASON.writeFailed));
    }
  }

  /** One transaction; the tree moves only when it is committed. */
  #write(sent: readonly Sent[]): AppendsReply[] {
    const tree = this.#tree.copy();
    this.#ledger.begin();
    const replies = sent.map(({ id, packed }) => {
      this.#walBytes += packed.bytes.length * 2;
      return packOutcomes(id, unpackAppends(packed).map((append) => this.#ledger.append(append, tree)));
    });
    const grown = tree.size > this.#tree.size;
    if (this.#faults.replyBeforeCommit === true && grown) {
      this.#heads.moveTo(tree);
      this.#send({ kind: 'group', head: this.#heads.newest, halted: false, appends: replies, calls: [], filter: this.#ledger.sources.filter.takeFresh() });
      // A slow disk: without it the commit would mostly win the race with whoever ends the process.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
    this.#ledger.commit();
    if (grown) {
      this.#tree = tree;
      this.#heads.moveTo(tree);
    }
    return this.#faults.replyBeforeCommit === true && grown ? [] : replies;
  }

  #carryOut(orders: readonly Order[]): void {
    const destroy = orders.filter((order) => order.kind === 'destroy');
    const calls = destroy.length === 0 ? [] : this.#destroy(destroy);
    for (const order of orders) {
      if (order.kind === 'find-source') calls.push(this.#findSource(order.id, order.key));
      if (order.kind === 'purge') calls.push(this.#purge(order.id, order.only));
      if (order.kind === 'close') calls.push(this.#close(order.id));
    }
    this.#reply([], calls);
  }

  #destroy(orders: readonly (Order & { readonly kind: 'destroy' })[]): CallReply[] {
    if (this.#halted) return orders.map(unavailable);
    try {
      if (!this.#isAsStored()) return orders.map(unavailable);
      // A leaf that no head covers yet could not be told from a lost one when its event is gone.
      if (!this.#heads.flush()) return orders.map(unavailable);
      this.#ledger.begin();
      const replies = orders.map(({ id, stream }): CallReply => {
        const value = this.#ledger.destroy(stream);
        this.#walBytes += value.events * WAL_BYTES_PER_REMOVED;
        return { id, ok: true, value };
      });
      this.#ledger.commit();
      return replies;
    } catch (error) {
      this.#quietly(() => this.#ledger.rollback());
      this.#noteFault(storageFault(error) ?? 'unknown');
      return orders.map(unavailable);
    }
  }

  /** Also when nothing can be written any more: it only reads. */
  #findSource(id: number, key: Uint8Array): CallReply {
    try {
      return { id, ok: true, value: this.#ledger.sources.find(key) };
    } catch (error) {
      return storageFault(error) === null ? failed(id, error) : unavailable({ id });
    }
  }

  #purge(id: number, only?: 'write-ahead-log'): CallReply {
    if (this.#halted) return unavailable({ id });
    try {
      this.#ledger.purgeFreedPages(only);
      return { id, ok: true, value: null };
    } catch (error) {
      const fault = storageFault(error);
      this.#noteFault(fault);
      return fault === null ? failed(id, error) : unavailable({ id });
    }
  }

  #close(id: number): CallReply {
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (!this.#halted) {
      this.#quietly(() => {
        if (this.#heads.vaultAhead > 0) this.#heads.repeat();
        this.#heads.flush();
      });
    }
    this.#halted = true;
    for (const part of [this.#ledger, this.#vault, this.#heads]) this.#quietly(() => part.close());
    return { id, ok: true, value: null };
  }

  /** After the replies: the WAL goes into the file, and a head that could not be written is tried again. */
  #keepUp(): void {
    if (this.#halted) return;
    if (this.#walBytes > WAL_BYTES) {
      try {
        this.#ledger.checkpoint();
        this.#walBytes = 0;
      } catch (error) {
        if (storageFault(error) !== 'passing') this.#halted = true;
      }
    }
    try {
      this.#ledger.sources.closeSegment(this.#tree.size);
      this.#ledger.keepFrontier(this.#tree);
    } catch (error) {
      // What is passing is tried again after the next group: until then the keys are found in memory.
      if (storageFault(error) !== 'passing') this.#halted = true;
    }
    if (this.#heads.hasPending && this.#retry === null) {
      this.#retry = setTimeout(() => {
        this.#retry = null;
        this.#retryHead();
      }, NO_SPACE_RETRY_MS);
    }
  }

  /** After a start, in pieces between the groups: false when there is nothing left to make ready. */
  makeReady(): boolean {
    try {
      return !this.#halted && this.#ledger.sources.loadSegment();
    } catch {
      // What is not in the filter is looked up among the rows: slower, and as right.
      return false;
    }
  }

  #retryHead(): void {
    if (this.#halted) return;
    try {
      if (this.#heads.flush()) this.#reply([], []);
    } catch {
      this.#halted = true;
      this.#reply([], []);
    }
    this.#keepUp();
  }

  #reply(appends: readonly AppendsReply[], calls: readonly CallReply[]): void {
    const head = this.#heads.covered;
    const moved = head === this.#announced ? null : head;
    this.#announced = head;
    this.#send({ kind: 'group', head: moved, halted: this.#halted, appends, calls, filter: this.#ledger.sources.filter.takeFresh() });
  }

  #noteFault(fault: ReturnType<typeof storageFault>): void {
    if (fault === 'unknown') this.#halted = true;
    if (fault === 'passing') this.#reread = true;
  }

  /**
   * False, and halted, when ledger or vault do not hold what was last answered: then the failed write took effect after
   * all, and only a restart can put that under a head. Throws while they cannot be read.
   */
  #isAsStored(): boolean {
    if (!this.#reread) return true;
    if (this.#ledger.storedSize() === this.#tree.size && this.#vault.isAsStored()) this.#reread = false;
    else this.#halted = true;
    return !this.#halted;
  }

  /** Undoing after a failure: the failure itself is what is reported. */
  #quietly(work: () => void): void {
    try {
      work();
    } catch {
      this.#halted = true;
    }
  }
}

function packOutcomes(id: number, results: readonly WriteOutcome[]): AppendsReply {
  const outcomes = new Float64Array(results.length * 3);
  const known: KnownSource[] = [];
  for (const [i, result] of results.entries()) {
    const at = i * 3;
    switch (result.kind) {
      case 'appended':
        outcomes.set([OUTCOME.appended, result.firstPosition, result.lastRevision], at);
        break;
      case 'conflict':
        outcomes.set([OUTCOME.conflict, result.actualRevision], at);
        break;
      case 'source-known':
        outcomes[at] = OUTCOME.sourceKnown;
        known.push(result.known);
        break;
      case 'destroyed':
        outcomes[at] = OUTCOME.destroyed;
        break;
    }
  }
  return { id, outcomes, known };
}

function noneOf({ id, packed }: Sent, reason: number): AppendsReply {
  const count = unpackAppends(packed).length;
  const outcomes = new Float64Array(count * 3);
  for (let i = 0; i < count; i += 1) outcomes.set([OUTCOME.unavailable, reason], i * 3);
  return { id, outcomes, known: [] };
}

function unavailable({ id }: { readonly id: number }): CallReply {
  return { id, ok: false, code: 'store-unavailable', message: 'the ledger cannot write now' };
}

function failed(id: number, error: unknown): CallReply {
  const code = error instanceof EventStoreError ? error.code : (error as { code?: unknown } | null)?.code;
  const message = error instanceof Error ? error.message : 'failed';
  return { id, ok: false, code: typeof code === 'string' ? code : 'broken', message };
}
