import { parentPort, workerData } from 'node:worker_threads';
import { LentViews } from '#infra/views/lent-views';
import type { BuilderThreadData } from '#src/composition/build-ahead';
import { FollowedFiles } from '#src/composition/followed-files';
import { PROJECTIONS } from '#src/composition/projections';
import { stepBack } from '#src/composition/step-back';
import { ProjectionRunner } from '#src/projecting/projection-runner';
import { openStored } from '#src/recording/open-stored';

const port = parentPort;
if (port === null) throw new Error('this file is a builder\'s worker thread');
const data = workerData as BuilderThreadData;
const files = new Map(data.lent.map(({ name, file }) => [name, file]));
const ledger = new FollowedFiles(data);
stepBack();
const runner = new ProjectionRunner({
  store: ledger, views: new LentViews(files), projections: PROJECTIONS.filter(({ name }) => files.has(name)),
  open: (stored) => openStored(stored, (stream) => ledger.dataKey(stream), data.log),
  onMoved: () => { port.postMessage(Math.min(...runner.status().views.map(({ building, position }) => building ?? position))); },
});
await runner.start();
while (!await runner.untilBuilt(60_000));
await runner.stop();
ledger.close();
