import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One line of the bench's table: a rate in events or requests per second. */
export interface Measurement {
  readonly name: string;
  readonly perSecond: number;
  readonly note?: string;
}

/** A ratio of two rates of the same run, held against the mark that an issue sets. */
export interface Mark {
  readonly name: string;
  readonly ratio: number;
  readonly atLeast: number;
}

export const REPEATS = 5;

/** Median of `REPEATS` runs after one that warms up; `run` answers how many it did. */
export async function median(name: string, run: () => Promise<number> | number, note?: string): Promise<Measurement> {
  const rates: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat += 1) {
    const start = performance.now();
    const count = await run();
    const seconds = (performance.now() - start) / 1000;
    if (repeat > 0) rates.push(count / seconds);
  }
  rates.sort((a, b) => a - b);
  const perSecond = Math.round(rates[Math.floor(rates.length / 2)]!);
  return note === undefined ? { name, perSecond } : { name, perSecond, note };
}

/** A folder on the disk that is measured (BENCH_DIR, or the machine's temporary folder), removed afterwards. */
export async function inFreshFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(process.env['BENCH_DIR'] ?? tmpdir(), 'rekenschap-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `callers` loops side by side, each awaiting its own result before the next, until `total` were done. */
export async function concurrently(callers: number, total: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const loop = async (): Promise<void> => {
    for (;;) {
      const index = next;
      next += 1;
      if (index >= total) return;
      await one(index);
    }
  };
  await Promise.all(Array.from({ length: callers }, loop));
}
