import { parseArgs } from 'node:util';
import { bareSqliteBatches, bareSqliteGroupCommit, rawAppend } from './disk-limits.ts';
import { growth } from './growth.ts';
import { httpLimits } from './http-limits.ts';
import { ledgerBatches, ledgerConcurrent } from './ledger-limits.ts';
import { ratio, sideBySide, type Mark, type Measurement } from './measure.ts';
import { report } from './report.ts';

// npm run bench -- [--only store,http,growth] [--strict] [--repeats 5] [--stored 1000000]
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'store,http' },
    strict: { type: 'boolean', default: false },
    repeats: { type: 'string', default: '5' },
    stored: { type: 'string', default: '1000000' },
  },
});
const parts = new Set(values.only.split(','));
const repeats = Number(values.repeats);
const CALLERS = 256;

const measurements: Measurement[] = [];
const marks: Mark[] = [];
const notRun: string[] = [];

function least(name: string, value: number, ...limits: readonly [issue: number, limit: number][]): void {
  for (const [issue, limit] of limits) marks.push({ name: `${name} (issue ${issue})`, value, limit, kind: 'least' });
}

if (parts.has('store')) {
  const [raw, bare, ledger] = await sideBySide([rawAppend, bareSqliteBatches, ledgerBatches], repeats);
  const [bareGroup, ledgerGroup] = await sideBySide([bareSqliteGroupCommit(CALLERS), ledgerConcurrent(CALLERS)], repeats);
  measurements.push(raw!, bare!, ledger!, bareGroup!, ledgerGroup!);
  least('grootboek / kale SQLite, per 1.000', ratio(ledger!, bare!), [3, 0.3], [4, 0.45]);
  least(`grootboek / kale SQLite, ${CALLERS} wachtenden`, ratio(ledgerGroup!, bareGroup!), [3, 0.3], [4, 0.5]);
  notRun.push('losse gebeurtenissen tegen emmett-sqlite (minstens 8x, issue 4): deze tegenhanger zit nog niet in de bench');
}

if (parts.has('http')) {
  const { echo, ledger, p99, openRate } = await httpLimits(Math.max(1, Math.ceil(repeats / 2)));
  measurements.push(echo, ledger);
  least('POST los / gevalideerde echo, 64 verbindingen', ratio(ledger, echo), [3, 0.25], [4, 0.4]);
  marks.push({ name: `p99 in ms, open lus van ${openRate}/s (issue 4)`, value: p99, limit: 25, kind: 'most' });
}

if (parts.has('growth')) {
  const grown = await growth(Number(values.stored));
  measurements.push(...grown.measurements);
  marks.push({ name: 'processortijd per gebeurtenis, eind / vanaf 100.000', value: grown.flat, limit: 1.2, kind: 'most' });
  marks.push({ name: `opstarten van het grootboek bij ${values.stored}, in s`, value: grown.startSeconds, limit: 2, kind: 'most' });
}

if (!report(measurements, marks, notRun) && values.strict) process.exitCode = 1;
