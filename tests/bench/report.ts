import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import type { Mark, Measurement } from './measure.ts';

export function reached({ value, limit, kind }: Mark): boolean {
  return kind === 'least' ? value >= limit : value <= limit;
}

/** Prints the table and writes the same as JSON to bench-results/. Answers whether every mark was reached. */
export function report(measurements: readonly Measurement[], marks: readonly Mark[], notRun: readonly string[]): boolean {
  const machine = { node: process.version, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), load: Math.round(loadavg()[0]! * 10) / 10 };
  const date = new Date().toISOString();
  const lines = [
    `Bench van ${date.slice(0, 10)}, Node ${machine.node}, ${machine.cores} kernen, belasting ${machine.load}`,
    '',
    ...measurements.map(({ name, perSecond, cpuMicros, note }) =>
      `${name.padEnd(58)} ${perSecond.toLocaleString('nl-NL').padStart(10)} /s ${cpuMicros === undefined ? ''.padStart(12) : `${cpuMicros.toFixed(1).padStart(9)} µs`}${note === undefined ? '' : `  ${note}`}`),
    '',
    ...marks.map((mark) =>
      `${mark.name.padEnd(58)} ${mark.value.toFixed(2).padStart(10)}     ${mark.kind === 'least' ? 'minstens' : 'hoogstens'} ${mark.limit.toFixed(2)}  ${reached(mark) ? 'gehaald' : 'NIET GEHAALD'}`),
    ...notRun.map((reason) => `NIET GEDRAAID: ${reason}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  mkdirSync('bench-results', { recursive: true });
  const file = `bench-results/${date.replace(/[:.]/g, '-')}.json`;
  writeFileSync(file, `${JSON.stringify({ date, machine, measurements, marks, notRun }, null, 2)}\n`);
  process.stdout.write(`\nOok geschreven naar ${file}\n`);
  return marks.every(reached);
}
