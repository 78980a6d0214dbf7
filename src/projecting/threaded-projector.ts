import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Position, StreamName } from '#domain/ledger/ids';
import type { EventStore } from '#infra/event-store/port';
import type { Projector, RunnerStatus } from '#src/projecting/projector';
import type { FromProjector, ProjectorCall, ProjectorThreadData, ToProjector } from '#src/projecting/projector-protocol';

export interface ThreadedProjectorOptions extends Omit<ProjectorThreadData, 'size'> {
  readonly store: Pick<EventStore, 'head' | 'subscribe'>;
  /** The file that is its thread: it binds the adapters there. */
  readonly thread: URL;
}

interface Asked {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A head that moves a thousand times a second is told a few tens of times; whoever waits, asks, and that goes at once. */
const GATHER_MS = 25;

/** The projector in a thread of its own: folding never keeps a request waiting. */
export class ThreadedProjector implements Projector {
  readonly #worker: Worker;
  readonly #store: ThreadedProjectorOptions['store'];
  readonly #asked = new Map<number, Asked>();
  readonly #unsubscribe: () => void;
  #status: RunnerStatus;
  #nextId = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #gone = false;

  private constructor(worker: Worker, store: ThreadedProjectorOptions['store'], status: RunnerStatus) {
    this.#worker = worker;
    this.#store = store;
    this.#status = status;
    worker.on('message', (message: FromProjector) => { this.#receive(message); });
    worker.on('error', () => { this.#lose(); });
    worker.on('exit', () => { this.#lose(); });
    this.#unsubscribe = store.subscribe(() => { this.#gather(); });
    // The head may have moved while it started.
    this.#gather();
  }

  /** Opens the views and starts following; does not wait for the head. Rejects when a view's file cannot be opened. */
  static async start({ thread, store, ...files }: ThreadedProjectorOptions): Promise<ThreadedProjector> {
    const data: ProjectorThreadData = { ...files, size: store.head().size };
    // In the source tree Node strips the types itself; the `source` condition keeps a stale dist out.
    const execArgv = thread.pathname.endsWith('.ts') ? ['--conditions=source'] : [];
    const worker = new Worker(thread, { name: 'projector', workerData: data, execArgv });
    return new ThreadedProjector(worker, store, await started(worker));
  }

  async waitFor(position: Position, timeoutMs: number, name?: string): Promise<boolean> {
    if (this.#gone) return false;
    const views = this.#status.views.filter((view) => name === undefined || view.name === name);
    if (views.length > 0 && views.every((view) => view.position >= position)) return true;
    // Whoever waits when it ends has waited in vain.
    return await this.#call('waitFor', position, timeoutMs, name).catch(() => false) as boolean;
  }

  async pauseAt(atLeast: Position): Promise<Position> {
    return await this.#call('pauseAt', atLeast) as Position;
  }

  async resume(): Promise<void> {
    await this.#call('resume');
  }

  async rebuild(...names: readonly string[]): Promise<void> {
    await this.#call('rebuild', ...names);
  }

  async untilBuilt(timeoutMs: number): Promise<boolean> {
    return await this.#call('untilBuilt', timeoutMs) as boolean;
  }

  async forget(streams: readonly StreamName[]): Promise<void> {
    await this.#call('forget', streams);
  }

  async purgeFreedPages(): Promise<void> {
    await this.#call('purgeFreedPages');
  }

  status(): RunnerStatus {
    return this.#status;
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#gone) return;
    const ended = once(this.#worker, 'exit');
    await this.#call('stop').catch(() => this.#worker.terminate());
    await ended;
  }

  #call(method: ProjectorCall, ...args: readonly unknown[]): Promise<unknown> {
    if (this.#gone) return Promise.reject(new Error('the projector has stopped'));
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#asked.set(id, { resolve, reject });
      this.#send({ kind: 'call', id, size: this.#store.head().size, method, args });
    });
  }

  #gather(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#send({ kind: 'head', size: this.#store.head().size });
    }, GATHER_MS).unref();
  }

  #send(message: ToProjector): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromProjector): void {
    if (message.kind === 'ready') return;
    this.#status = message.status;
    if (message.kind === 'status') return;
    const asked = this.#asked.get(message.id);
    this.#asked.delete(message.id);
    if (message.kind === 'done') asked?.resolve(message.value);
    else asked?.reject(new Error(message.message));
  }

  /** The thread is gone: every view stands where it was last seen, visibly. */
  #lose(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#status = {
      ...this.#status,
      views: this.#status.views.map((view) => ({ ...view, halted: view.halted ?? { code: 'projection-failed', position: view.position } })),
    };
    for (const { reject } of this.#asked.values()) reject(new Error('the projector has stopped'));
    this.#asked.clear();
  }
}

function started(worker: Worker): Promise<RunnerStatus> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: FromProjector): void => {
      if (message.kind === 'ready') settle(() => { resolve(message.status); });
    };
    const onError = (error: unknown): void => settle(() => { reject(error instanceof Error ? error : new Error('the projector did not start')); });
    const onExit = (): void => settle(() => { reject(new Error('the projector did not start')); });
    const settle = (work: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      work();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
