import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { Position, StreamName } from '#domain/ledger/ids';
import { openLedgerForReading } from '#infra/event-store/ledger-database';
import { LedgerReader } from '#infra/event-store/ledger-reader';
import type { AllPage, StoredEvent } from '#infra/event-store/port';
import { StreamKeys } from '#infra/vault/stream-keys';
import { openVaultReader } from '#infra/vault/vault-database';
import { SqliteViews } from '#infra/views/sqlite-views';
import { PROJECTIONS } from '#src/composition/projections';
import { ProjectionRunner, type FollowedLedger } from '#src/projecting/projection-runner';
import type { FromProjector, ProjectorCall, ProjectorThreadData, ToProjector } from '#src/projecting/projector-protocol';
import type { RunnerStatus } from '#src/projecting/projector';
import { openStored } from '#src/recording/open-stored';

interface OpenFiles {
  readonly ledger: LedgerReader;
  readonly keys: StreamKeys;
  close(): void;
}

/** Ledger and keys over connections of this thread, which are renewed when a run has rewritten the files. */
class FollowedFiles implements FollowedLedger {
  readonly #data: ProjectorThreadData;
  readonly #onHead = new Set<(size: number) => void>();
  #size: number;
  #open: OpenFiles | null = null;

  constructor(data: ProjectorThreadData) {
    this.#data = data;
    this.#size = data.size;
  }

  head(): { readonly size: number } {
    return { size: this.#size };
  }

  subscribe(onHead: (size: number) => void): () => void {
    this.#onHead.add(onHead);
    return () => void this.#onHead.delete(onHead);
  }

  moved(size: number): void {
    if (size <= this.#size) return;
    this.#size = size;
    for (const callback of this.#onHead) callback(size);
  }

  readAll(from: Position, limit: number): Promise<AllPage> {
    const size = this.#size;
    return Promise.resolve({ entries: this.#files().ledger.readAll(from, Math.min(size, from + limit)), size });
  }

  readAnnouncements(from: Position, limit: number): Promise<readonly StoredEvent[]> {
    return Promise.resolve(this.#files().ledger.readAnnouncements(from, this.#size, limit));
  }

  dataKey(stream: StreamName): Uint8Array | null {
    return this.#files().keys.get(stream);
  }

  forgetKeys(streams: readonly StreamName[]): void {
    this.#open?.keys.forget(streams);
  }

  /** Pages and keys in memory go; the next reading opens the files anew. */
  close(): void {
    this.#open?.close();
    this.#open = null;
  }

  #files(): OpenFiles {
    if (this.#open !== null) return this.#open;
    const ledger = new LedgerReader(openLedgerForReading(this.#data.ledgerFile));
    const vault = openVaultReader(this.#data.vaultFile);
    const keys = new StreamKeys(vault, this.#data.master);
    this.#open = { ledger, keys, close: () => { ledger.close(); keys.clear(); vault.close(); } };
    return this.#open;
  }
}

/** With the machine full, taking in goes before folding. On Linux a thread has a priority of its own. */
const PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL;

function stepBack(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), PRIORITY);
  } catch {
    // Elsewhere it shares as it comes.
  }
}

const port = parentPort;
if (port === null) throw new Error('this file is the projector\'s worker thread');
const send = (message: FromProjector): void => port.postMessage(message);

const data = workerData as ProjectorThreadData;
const ledger = new FollowedFiles(data);
const views = new SqliteViews(data.viewsFile);
const runner = new ProjectionRunner({
  store: ledger, views, projections: PROJECTIONS,
  open: (stored) => openStored(stored, (stream) => ledger.dataKey(stream), data.log),
  pace: { restPerWork: 4, restMostMs: 1_000 },
  onMoved: () => { send({ kind: 'status', status: statusNow() }); },
});

let ended = false;
let lastStatus: RunnerStatus;

function statusNow(): RunnerStatus {
  if (!ended) lastStatus = runner.status();
  return lastStatus;
}

const calls: Readonly<Record<ProjectorCall, (...args: never[]) => unknown>> = {
  waitFor: (position: Position, timeoutMs: number, name?: string) => runner.waitFor(position, timeoutMs, name),
  pauseAt: (atLeast: Position) => runner.pauseAt(atLeast),
  resume: () => { runner.resume(); },
  rebuild: (...names: readonly string[]) => { runner.rebuild(...names); },
  untilBuilt: (timeoutMs: number) => runner.untilBuilt(timeoutMs),
  forget: (streams: readonly StreamName[]) => {
    ledger.forgetKeys(streams);
    runner.forget(streams);
  },
  purgeFreedPages: () => {
    views.purgeFreedPages();
    ledger.close();
  },
  stop: async () => {
    await runner.stop();
    statusNow();
    ended = true;
    views.close();
    ledger.close();
  },
};

async function answer({ id, method, args }: Extract<ToProjector, { kind: 'call' }>): Promise<void> {
  try {
    const value = await calls[method](...args as never[]);
    send({ kind: 'done', id, value, status: statusNow() });
  } catch (error) {
    send({ kind: 'failed', id, message: error instanceof Error ? error.message : 'failed', status: statusNow() });
  }
}

port.on('message', (message: ToProjector) => {
  ledger.moved(message.size);
  if (message.kind !== 'call') return;
  void answer(message).then(() => { if (message.method === 'stop') port.close(); });
});
stepBack();
await runner.start();
send({ kind: 'ready', status: statusNow() });
