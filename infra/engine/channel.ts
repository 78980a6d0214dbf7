import type { Worker } from 'node:worker_threads';
import { packAppends, readOutcomes, UNAVAILABLE, REASON, type CallReply, type FromWorker, type Order, type ToWorker, type VaultCall } from '#infra/engine/protocol';
import { EventStoreError } from '#infra/event-store/append-rules';
import { KeyFilter } from '#infra/event-store/key-filter';
import type { Append, AppendResult, Head, KnownSource } from '#infra/event-store/port';

/** Writes to the vault: they run in the engine's thread, one durable transaction per group. */
export interface VaultChannel {
  /** Rejects with an error whose `code` is `store-unavailable` when nothing could be written. */
  call(method: string, args: unknown): Promise<unknown>;
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type OrderToWorker = WithoutId<Order>;

interface WaitingAppends {
  readonly appends: readonly Append[];
  readonly resolve: (results: readonly AppendResult[]) => void;
}

interface WaitingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Messages with appends on their way at once: one that is being committed and one that waits. What is sent beyond those
 * would only wait there; kept here it shares a message, and each message costs as much as an append or two.
 */
const MESSAGES_UNDER_WAY = 2;

/** The main thread's end: gathers what one tick of the event loop wants and sends it as one message. */
export class EngineChannel implements VaultChannel {
  readonly #worker: Worker;
  readonly #onHead = new Set<(size: number) => void>();
  readonly #sentAppends = new Map<number, readonly WaitingAppends[]>();
  readonly #sentCalls = new Map<number, WaitingCall>();
  readonly #filter: KeyFilter;
  #appends: WaitingAppends[] = [];
  #vault: VaultCall[] = [];
  #orders: Order[] = [];
  #scheduled = false;
  #nextId = 0;
  #head: Head;
  #halted = false;
  #gone = false;

  constructor(worker: Worker, head: Head, filter: readonly SharedArrayBuffer[]) {
    this.#worker = worker;
    this.#filter = new KeyFilter(filter);
    this.#head = head;
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', () => this.#lose());
    worker.on('exit', () => this.#lose());
  }

  get head(): Head {
    return this.#head;
  }

  get halted(): boolean {
    return this.#halted;
  }

  append(appends: readonly Append[]): Promise<readonly AppendResult[]> {
    if (this.#gone) return Promise.resolve(appends.map(unavailable));
    return new Promise((resolve) => {
      this.#appends.push({ appends, resolve });
      this.#schedule();
    });
  }

  call(method: string, args: unknown): Promise<unknown> {
    return this.#ask((id) => this.#vault.push({ id, method, args }));
  }

  order(order: OrderToWorker): Promise<unknown> {
    return this.#ask((id) => this.#orders.push({ ...order, id }));
  }

  /** A fresh key is answered by the shared filter alone; the rows are asked for in the writer's thread. */
  async findSource(key: Uint8Array): Promise<KnownSource | null> {
    if (this.#filter.candidates(key).length === 0) return null;
    return await this.order({ kind: 'find-source', key: Uint8Array.from(key) }) as KnownSource | null;
  }

  onHead(callback: (size: number) => void): () => void {
    const own = (size: number): void => callback(size);
    this.#onHead.add(own);
    return () => void this.#onHead.delete(own);
  }

  /** After the thread has answered `close`. */
  async end(): Promise<void> {
    this.#onHead.clear();
    await this.#worker.terminate();
  }

  #ask(put: (id: number) => void): Promise<unknown> {
    if (this.#gone) return Promise.reject(lost());
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#sentCalls.set(id, { resolve, reject });
      put(id);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#gone) return;
    // An order never overtakes an append.
    const waiting = this.#sentAppends.size < MESSAGES_UNDER_WAY || this.#orders.length > 0 ? this.#appends : [];
    if (waiting.length + this.#vault.length + this.#orders.length === 0) return;
    const message: { -readonly [K in keyof ToWorker]: ToWorker[K] } = {};
    const transfer: ArrayBuffer[] = [];
    if (waiting.length > 0) {
      const packed = packAppends(waiting.length === 1 ? waiting[0]!.appends : waiting.flatMap(({ appends }) => appends));
      const id = this.#nextId++;
      message.appends = { id, packed };
      transfer.push(packed.bytes.buffer as ArrayBuffer, packed.numbers.buffer as ArrayBuffer);
      this.#sentAppends.set(id, waiting);
      this.#appends = [];
    }
    if (this.#vault.length > 0) message.vault = this.#vault;
    if (this.#orders.length > 0) message.orders = this.#orders;
    this.#vault = [];
    this.#orders = [];
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromWorker): void {
    if (message.kind !== 'group') return;
    this.#halted = message.halted;
    this.#filter.take(message.filter);
    if (message.head !== null) this.#head = message.head;
    for (const reply of message.appends) {
      const results = readOutcomes(reply, this.#head.checkpoint);
      let from = 0;
      for (const { appends, resolve } of this.#sentAppends.get(reply.id) ?? []) {
        resolve(results.slice(from, from + appends.length));
        from += appends.length;
      }
      this.#sentAppends.delete(reply.id);
    }
    if (this.#appends.length > 0) this.#schedule();
    for (const reply of message.calls) this.#settle(reply);
    if (message.head !== null) for (const callback of [...this.#onHead]) callback(message.head.size);
  }

  #settle(reply: CallReply): void {
    const waiting = this.#sentCalls.get(reply.id);
    this.#sentCalls.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(Object.assign(new Error(reply.message), { code: reply.code }));
  }

  /** The thread is gone: whatever was under way has an unknown outcome, and nothing more is written. */
  #lose(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#halted = true;
    for (const waiting of [...this.#sentAppends.values(), this.#appends]) {
      for (const { appends, resolve } of waiting) resolve(appends.map(unavailable));
    }
    for (const { reject } of this.#sentCalls.values()) reject(lost());
    this.#sentAppends.clear();
    this.#sentCalls.clear();
    this.#appends = [];
  }
}

function unavailable(): AppendResult {
  return { kind: 'unavailable', reason: UNAVAILABLE[REASON.halted] };
}

function lost(): EventStoreError {
  return new EventStoreError('store-unavailable', 'the writer has stopped');
}
