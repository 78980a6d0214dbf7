import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EngineChannel, type VaultChannel } from '#infra/engine/channel';
import type { EngineFaults } from '#infra/engine/group-commit';
import type { EngineStartCode, FromWorker, Ready } from '#infra/engine/protocol';
import type { EngineWorkerData } from '#infra/engine/worker';
import { SqliteEventStore } from '#infra/event-store/sqlite';
import type { EventStore } from '#infra/event-store/port';
import { epochOf } from '#infra/keys/log-keys';
import type { LedgerKeys } from '#infra/keys/port';
import { logOrigin } from '#infra/transparency-log/checkpoint';

export interface EngineOptions {
  /** Holds ledger.db, vault.db and lock.db; made when it is not there. */
  readonly dataDir: string;
  /** At least one folder outside the data folder; every head line goes to all of them. */
  readonly headDirs: readonly string[];
  readonly oin: string;
  readonly keys: Pick<LedgerKeys, 'master' | 'log'>;
  /** Only for controls of fault tests. */
  readonly faults?: EngineFaults;
}

export interface Engine {
  readonly store: EventStore;
  readonly vaultChannel: VaultChannel;
  /** `halted`: an outcome is unknown; reads go on, every write answers unavailable until a restart. */
  state(): 'open' | 'halted';
  /** Name of the log, the first line of every checkpoint. */
  readonly origin: string;
  close(): Promise<void>;
  /** As after a crash: the thread is ended wherever it is. */
  terminate(): Promise<void>;
}

/** The ledger did not start. `code` is stable; the message is a Dutch sentence for operations. */
export class EngineStartError extends Error {
  readonly code: EngineStartCode;

  constructor(code: EngineStartCode, message: string) {
    super(message);
    this.name = 'EngineStartError';
    this.code = code;
  }
}

/** Starts the one thread that writes ledger and vault. Rejects with EngineStartError. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  if (options.headDirs.length === 0) throw new RangeError('at least one head folder');
  const origin = logOrigin(options.oin, epochOf(options.keys.log));
  const workerData: EngineWorkerData = {
    dataDir: options.dataDir,
    headDirs: options.headDirs,
    origin,
    logKey: options.keys.log.privateKey,
    master: options.keys.master,
    faults: options.faults ?? {},
  };
  // In the source tree Node strips the types itself; the `source` condition keeps a stale dist out.
  const fromSource = import.meta.url.endsWith('.ts');
  const worker = new Worker(new URL(fromSource ? './worker.ts' : './worker.js', import.meta.url), {
    name: 'ledger-engine',
    workerData,
    execArgv: fromSource ? ['--conditions=source'] : [],
  });
  const { head, filter } = await started(worker);
  const channel = new EngineChannel(worker, head, filter);
  const store = new SqliteEventStore(channel, join(options.dataDir, 'ledger.db'));
  return {
    store,
    vaultChannel: channel,
    origin,
    state: () => (channel.halted ? 'halted' : 'open'),
    close: () => store.close(),
    async terminate() {
      store.closeReader();
      await worker.terminate();
    },
  };
}

function started(worker: Worker): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: FromWorker): void => {
      if (message.kind === 'ready') settle(() => resolve(message));
      if (message.kind !== 'refused') return;
      // Only when its thread is gone is the lock free for another attempt.
      const error = new EngineStartError(message.code, message.message);
      settle(() => void worker.terminate().then(() => reject(error), reject));
    };
    const onError = (error: unknown): void => settle(() => reject(error instanceof Error ? error : new Error('start failed')));
    const onExit = (): void => settle(() => reject(new EngineStartError('store-unsuitable', 'De schrijvende draad is gestopt.')));
    const settle = (work: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      work();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
