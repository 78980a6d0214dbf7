import { parseArgs } from 'node:util';
import { agenda } from './agenda.ts';
import { bulk } from './bulk.ts';
import { timeStream } from './consent-status.ts';
import { bareSqliteBatches, bareSqliteGroupCommit, rawAppend } from './disk-limits.ts';
import { destruction } from './destruction.ts';
import { emmett, emmettConcurrent } from './emmett.ts';
import { growth } from './growth.ts';
import { httpLimits } from './http-limits.ts';
import { importLines, importMeasurement } from './import.ts';
import { ledgerBatches, ledgerConcurrent } from './ledger-limits.ts';
import { inFreshFolder, ratio, sideBySide, type Mark, type Measurement } from './measure.ts';
import { report } from './report.ts';
import { statusUnderLoad } from './status-load.ts';
import { storedLedger } from './stored-ledger.ts';

// npm run bench -- [--only store,http,bulk,import,status,stored,agenda,stream,growth,destruction] [--strict] [--repeats 5] and sizes:
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'store,http,bulk,import,status,stored,agenda,stream' },
    strict: { type: 'boolean', default: false },
    repeats: { type: 'string', default: '5' },
    // Events: of one bulk message, of the one long stream in it, of the ledger that is rebuilt and verified; lines of CSV; events of growth.
    bulk: { type: 'string', default: '100000' },
    long: { type: 'string', default: '30000' },
    events: { type: 'string', default: '120000' },
    lines: { type: 'string', default: '30000' },
    stored: { type: 'string', default: '1000000' },
    // Dossiers in the agenda and on the list that is destroyed, and seconds of questions about consent.
    dossiers: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '8' },
  },
});
const parts = new Set(values.only.split(','));
const repeats = Number(values.repeats);
const few = Math.max(1, Math.ceil(repeats / 2));
const CALLERS = 256;
/** Where more callers make it no faster; with one only does it answer after the commit, as the ledger always does. */
const EMMETT_CALLERS = 16;

const measurements: Measurement[] = [];
const marks: Mark[] = [];
const notRun: string[] = [];

function least(name: string, value: number, ...limits: readonly [issue: number, limit: number][]): void {
  for (const [issue, limit] of limits) marks.push({ name: `${name} (issue ${issue})`, value, limit, kind: 'least' });
}

function most(name: string, value: number, limit: number): void {
  marks.push({ name, value, limit, kind: 'most' });
}

if (parts.has('store')) {
  const [raw, bare, ledger] = await sideBySide([rawAppend, bareSqliteBatches, ledgerBatches], repeats);
  const peer = emmett();
  const [bareGroup, ledgerGroup, emmettGroup, emmettSingle] = await sideBySide([
    bareSqliteGroupCommit(CALLERS), ledgerConcurrent(CALLERS), ...(typeof peer === 'string' ? [] : [emmettConcurrent(peer, EMMETT_CALLERS), emmettConcurrent(peer, 1)]),
  ], repeats);
  measurements.push(raw!, bare!, ledger!, bareGroup!, ledgerGroup!);
  least('grootboek / kale SQLite, per 1.000', ratio(ledger!, bare!), [3, 0.3], [4, 0.45]);
  least(`grootboek / kale SQLite, ${CALLERS} wachtenden`, ratio(ledgerGroup!, bareGroup!), [3, 0.3], [4, 0.5]);
  if (emmettGroup === undefined || emmettSingle === undefined) notRun.push(`losse gebeurtenissen tegen emmett-sqlite (minstens 8x, issue 4): ${peer as string}`);
  else {
    measurements.push(emmettGroup, emmettSingle);
    least('grootboek / emmett-sqlite, los, elk na de commit', ratio(ledgerGroup!, emmettSingle), [4, 8]);
    least('grootboek / emmett-sqlite, los, die er voor antwoordt', ratio(ledgerGroup!, emmettGroup), [4, 8]);
  }
}

if (parts.has('http')) {
  const { echo, compiledEcho, ledger, p99, openRate } = await httpLimits(few);
  const strict = ratio(ledger, compiledEcho).toFixed(2).replace('.', ',');
  measurements.push(echo, compiledEcho, { ...ledger, note: `${strict} van de echo met eigen gegenereerde controle` });
  least('POST los / echo met class-validator, 64 verbindingen', ratio(ledger, echo), [3, 0.25], [4, 0.4]);
  most(`p99 in ms, open lus van ${openRate}/s (issue 4)`, p99, 25);
}

if (parts.has('bulk')) {
  const figures = await bulk(Number(values.bulk), few, Number(values.long));
  measurements.push({ ...figures.bulk, note: `${figures.bulk.note}; hoogste geheugen ${figures.memory} MiB` });
  least('_bulk per seconde, met overzichten erbij', figures.bulk.perSecond, [4, 12_000]);
  most(`processortijd in een stroom van ${values.long} / stromen van 100`, figures.longStream, 1.5);
}

if (parts.has('import')) {
  const lines = Number(values.lines);
  measurements.push(importMeasurement(lines, await importLines(lines, Math.floor(lines / 2))));
}

if (parts.has('status')) {
  const { questions, comingIn, p99 } = await statusUnderLoad(Number(values.seconds), 2_000);
  measurements.push(questions, comingIn);
  most('toestemming vragen, p99 in ms, tijdens aanvoer', p99, 5);
}

if (parts.has('stored')) {
  const figures = await storedLedger(Number(values.events));
  measurements.push(...figures.measurements);
  least('lezen, ontsleutelen, uitpakken per seconde', figures.read, [4, 100_000]);
  least('langzaamste overzicht alleen, per seconde', figures.slowestProjection, [4, 40_000]);
  most('alle overzichten opnieuw uit 1.000.000, in s (naar rato)', figures.rebuildMillion, 120);
  least('verify, bladen per seconde', figures.leaves, [4, 250_000]);
  most('ledger.db / bytes van de gebeurtenissen', figures.ledgerOverEvents, 1.9);
  most('hele map / bytes van de gebeurtenissen', figures.folderOverEvents, 3);
}

if (parts.has('agenda')) {
  const { dossiers, dated, askMillis } = await agenda(Number(values.dossiers));
  most(`agenda van ${dossiers} dossiers (${dated} met datum), in s`, askMillis / 1_000, 1);
}

if (parts.has('stream')) {
  const [short, long] = await inFreshFolder((folder) => Promise.resolve([100, 100_000].map((size) => timeStream(folder, size, 1_000))));
  most('vraag in een stroom van 100.000 / van 100, nu (p50)', long!.now.p50 / short!.now.p50, 1.5);
  most('vraag in een stroom van 100.000 / van 100, toen (p50)', long!.asKnownHalfway.p50 / short!.asKnownHalfway.p50, 1.5);
}

if (parts.has('growth')) {
  const grown = await growth(Number(values.stored));
  measurements.push(...grown.measurements);
  most('processortijd per gebeurtenis, eind / vanaf 100.000', grown.flat, 1.2);
  most(`opstarten van het grootboek bij ${values.stored}, in s`, grown.startSeconds, 2);
}

if (parts.has('destruction')) {
  const { run, share } = await destruction(Number(values.dossiers));
  measurements.push({
    name: `dossiers vernietigd, ${values.dossiers} op een lijst`, perSecond: Math.round(run.perSecond), rates: [run.perSecond],
    note: `herschrijven van het grootboek daarna ${run.rewriteSeconds.toFixed(1)} s; langst bezet ${run.longestHoldMs} ms`,
  });
  most(`lijst van ${values.dossiers} opstellen, in s (issue 6)`, run.drawUpSeconds, 10);
  least('dossiers vernietigd per seconde', run.perSecond, [6, 500]);
  most('geheugen erbij tijdens opstellen en vernietigen, in MiB', run.memoryPeak - run.memoryBefore, 64);
  least('aanvoer tijdens een vernietiging / zonder', share, [6, 0.6]);
}

if (!report(measurements, marks, notRun) && values.strict) process.exitCode = 1;
