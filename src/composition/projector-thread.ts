import { parentPort, workerData } from 'node:worker_threads';
import type { Position, StreamName } from '#domain/ledger/ids';
import { SqliteViews } from '#infra/views/sqlite-views';
import { FollowedFiles } from '#src/composition/followed-files';
import { buildAhead } from '#src/composition/build-ahead';
import { stepBack } from '#src/composition/step-back';
import { PROJECTIONS } from '#src/composition/projections';
import { ProjectionRunner } from '#src/projecting/projection-runner';
import type { FromProjector, ProjectorCall, ProjectorThreadData, ToProjector } from '#src/projecting/projector-protocol';
import type { RunnerStatus } from '#src/projecting/projector';
import { openStored } from '#src/recording/open-stored';

const port = parentPort;
if (port === null) throw new Error('this file is the projector\'s worker thread');
const send = (message: FromProjector): void => port.postMessage(message);

const data = workerData as ProjectorThreadData;
const ledger = new FollowedFiles(data);
const views = new SqliteViews(data.viewsFile);
const runner = new ProjectionRunner({
  store: ledger, views, projections: PROJECTIONS,
  open: (stored) => openStored(stored, (stream) => ledger.dataKey(stream), data.log),
  ahead: buildAhead(data),
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
