import { Worker } from 'node:worker_threads';

export interface StallWatch {
  /** For how long this thread could answer nothing else, at most, in milliseconds. */
  most(): number;
  stop(): Promise<void>;
}

const TICK_MS = 10;
/** Of a gap the other thread's part is known only when it has ticked as well. */
const JUDGE_AFTER_MS = 300;

/**
 * How long was this thread busy? When the whole process did not run (stopped from outside, or the machine was busy with
 * others) a second thread, which does nothing, stood still as well: that is no hold of ours, and is taken off.
 */
export function watchStalls(): StallWatch {
  const idle = new Float64Array(new SharedArrayBuffer(8));
  const worker = new Worker(IDLE, { eval: true, workerData: { stood: idle, tick: TICK_MS } });
  worker.unref();
  let last = performance.now();
  let stood = 0;
  let most = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    const gap = now - last - TICK_MS;
    const before = stood;
    last = now;
    stood = idle[0]!;
    if (gap > most) setTimeout(() => { most = Math.max(most, gap - (idle[0]! - before)); }, JUDGE_AFTER_MS).unref();
  }, TICK_MS);
  return {
    most: () => most,
    stop: async () => {
      await new Promise((resolve) => { setTimeout(resolve, 2 * JUDGE_AFTER_MS); });
      clearInterval(timer);
      await worker.terminate();
    },
  };
}

const IDLE = `
const { stood, tick } = require('node:worker_threads').workerData;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  const gap = now - last - tick;
  if (gap > tick) stood[0] += gap;
  last = now;
}, tick);
`;
