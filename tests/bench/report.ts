import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Mark, Measurement } from './measure.ts';

/** Prints the table and writes the same as JSON to bench-results/. Answers whether every mark was reached. */
export function report(measurements: readonly Measurement[], marks: readonly Mark[]): boolean {
  const machine = { node: process.version, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) };
  const date = new Date().toISOString();
  const lines = [
    `Bench van ${date.slice(0, 10)}, Node ${machine.node}, ${machine.cores} kernen`,
    '',
    ...measurements.map(({ name, perSecond, note }) =>
      `${name.padEnd(58)} ${perSecond.toLocaleString('nl-NL').padStart(10)} /s${note === undefined ? '' : `  ${note}`}`),
    '',
    ...marks.map(({ name, ratio, atLeast }) =>
      `${name.padEnd(58)} ${ratio.toFixed(2).padStart(10)}     grens ${atLeast.toFixed(2)}  ${ratio >= atLeast ? 'gehaald' : 'NIET GEHAALD'}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  mkdirSync('bench-results', { recursive: true });
  const file = `bench-results/${date.replace(/[:.]/g, '-')}.json`;
  writeFileSync(file, `${JSON.stringify({ date, machine, measurements, marks }, null, 2)}\n`);
  process.stdout.write(`\nOok geschreven naar ${file}\n`);
  return marks.every(({ ratio, atLeast }) => ratio >= atLeast);
}
