import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One line of the bench's table: a rate in events or requests per second. */
export interface Measurement {
  readonly name: string;
  /** Median over the repeats. */
  readonly perSecond: number;
  /** Processor time of this process per event, all threads, in microseconds: says more on a busy machine. */
  readonly cpuMicros?: number;
  readonly note?: string;
  /** In order of the repeats, so that two contenders of one run can be compared pair by pair. */
  readonly rates: readonly number[];
}

/** A ratio of two rates of the same run, held against the mark that an issue sets. */
export interface Mark {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  /** `least`: a ratio that must be reached; `most`: milliseconds that must not be passed. */
  readonly kind: 'least' | 'most';
}

export interface Contender {
  readonly name: string;
  readonly note?: string;
  /** In a folder of its own: what an earlier repeat left behind would make the next one slower. */
  open(folder: string): Promise<Opened> | Opened;
}

export interface Opened {
  /** Answers how many it did. */
  run(): Promise<number> | number;
  close(): Promise<void> | void;
}

export const REPEATS = 5;

/** Every repeat runs each contender once, one after the other, so that a busy machine hinders all alike. */
export async function sideBySide(contenders: readonly Contender[], repeats = REPEATS): Promise<readonly Measurement[]> {
  const rates = contenders.map((): number[] => []);
  const cpu = contenders.map((): number[] => []);
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    for (const [i, contender] of contenders.entries()) {
      await inFreshFolder(async (folder) => {
        const opened = await contender.open(folder);
        const start = performance.now();
        const before = process.cpuUsage();
        const count = await opened.run();
        const seconds = (performance.now() - start) / 1000;
        const { user, system } = process.cpuUsage(before);
        await opened.close();
        // The first repeat warms up.
        if (repeat === 0) return;
        rates[i]!.push(count / seconds);
        cpu[i]!.push((user + system) / count);
      });
    }
  }
  return contenders.map(({ name, note }, i) => ({
    name, perSecond: Math.round(median(rates[i]!)), cpuMicros: Math.round(median(cpu[i]!) * 10) / 10, rates: rates[i]!,
    ...(note === undefined ? {} : { note }),
  }));
}

/** Median of the ratios within each repeat. */
export function ratio(of: Measurement, against: Measurement): number {
  return median(of.rates.map((rate, i) => rate / against.rates[i]!));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
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
