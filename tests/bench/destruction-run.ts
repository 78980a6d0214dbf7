import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { testBsn } from '#domain/dossier/bsn';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { ActingPerson } from '#domain/ledger/event';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import type { LedgerConfig } from '#src/composition/config';
import { openLedger, type Ledger } from '#src/composition/ledger';
import { PROJECTIONS } from '#src/composition/projections';
import { destructionOf } from '#src/destruction/destruction';
import type { Outcome } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import type { DestructionRun } from './destruction.ts';
import { concurrently } from './measure.ts';
import { watchStalls } from './stall-watch.ts';

// One process: node destruction-run.ts '{"folder","dossiers"}' -> one JSON line (DestructionRun). The embedded ledger without HTTP, on a simulated clock.
const { folder, dossiers, ingest, steps } = JSON.parse(process.argv[2]!) as {
  readonly folder: string;
  readonly dossiers: number;
  /** Facts come in, as fast as they go, all through the run. */
  readonly ingest?: boolean;
  readonly steps?: boolean;
};
const OIN = '00000001823288444000';
const SYSTEM = 'zaaksysteem';
const SOURCE = `urn:nld:oin:${OIN}:systeem:${SYSTEM}`;
const SENDER: Principal = { iss: 'urn:bench', sub: 'zaaksysteem', roles: ['case-system'], oin: OIN, source: SOURCE, systems: [SYSTEM], local: true };
const RECIPIENT = { organisation: 'Thuiszorg Noord' };
const CALLERS = 256;
const PERSONS = 9_000;
const person = (sub: string, role: ActingPerson['role']): ActingPerson => ({ iss: 'urn:bench', sub, role });

const config: LedgerConfig = {
  oin: OIN, dataDir: join(folder, 'data'), headDirs: [join(folder, 'head-a'), join(folder, 'head-b')], masterKeyFile: join(folder, 'keys', 'master.key'),
  host: '127.0.0.1', port: 0, oidc: null, waitingPeriodDays: 7, smallRunsWait: true, allowTestSchedules: true, ledgerRewriteDays: 7,
};

/** Twelve facts: opened, informed, consent asked, given and withdrawn, decided, shared six times over its life, closed. */
function life(number: number): readonly (readonly [type: string, data: Readonly<Record<string, unknown>>])[] {
  const consent = { consentId: `c-${number}`, purposes: ['zorg-afstemmen'], recipients: [RECIPIENT], categories: ['gezondheid'] };
  const shared = ['data-shared', { recipient: RECIPIENT, categories: ['gezondheid'], decisionId: `d-${number}`, direction: 'disclose' }] as const;
  return [
    ['dossier-opened', { law: 'wmo2015', subjects: [{ bsn: testBsn(number % PERSONS), role: 'client' }] }],
    ['subject-informed', { channel: 'brief', notice: { id: 'privacyverklaring', version: '3' }, discussed: true }],
    ['consent-given', { ...consent, givenBy: [{ relation: 'self' }], form: 'written' }],
    ['sharing-decided', { decisionId: `d-${number}`, outcome: 'share', purpose: 'zorg-afstemmen', recipient: RECIPIENT, legalBasis: 'none' }],
    shared, shared, shared, shared, shared, shared,
    ['consent-withdrawn', { consentId: consent.consentId }],
    ['dossier-closed', { on: '2020-01-05' }],
  ];
}

mkdirSync(folder, { recursive: true });
const clock = new SimulatedClock(Temporal.Instant.from('2020-01-06T09:00:00Z'));
const ledger = await openLedger(config, clock);
await adopt(ledger);
const building = performance.now();
await take(ledger, 'oud', dossiers);
if (!await ledger.runner.waitFor(ledger.store.head().size - 1, 24 * 3_600_000)) throw new Error('a view has halted');
const builtSeconds = seconds(building);

// What it takes in while nothing else goes on.
at('2022-04-04');
const alone = await takingIn(ledger, 'alleen', () => pause(8_000));
const { lists, runs } = destructionOf(ledger, { projections: PROJECTIONS, onStep: (point) => { say(point); } });
const keeper = person('opsteller', 'record-manager');
await ledger.runner.waitFor(ledger.store.head().size - 1, 600_000);
globalThis.gc?.();
let peak = 0;
const rss = (): number => process.memoryUsage.rss() / 2 ** 20;
const before = rss();
const watch = setInterval(() => { peak = Math.max(peak, rss()); }, 50);
const drawing = performance.now();
const list = must(await lists.drawUp('Vernietiging', keeper));
const drawUpSeconds = seconds(drawing);
if (list.items !== dossiers) throw new Error(`${list.items} on the list`);
const submitted = must(await lists.act(list.id, list.version, { kind: 'submit' }, keeper));
const reviewed = must(await lists.act(list.id, submitted.version, { kind: 'review' }, person('eigenaar', 'process-owner')));
const approved = must(await lists.act(list.id, reviewed.version, { kind: 'approve', typedName: 'Vernietiging', localToken: true }, person('archivaris', 'archivist')));
at('2022-04-12');
const longest = watchStalls();
const executing = performance.now();
must(await lists.begin(list.id, approved.version, person('beheer', 'applicatiebeheer')));
let finished: Awaited<ReturnType<typeof runs.finish>> = null;
const run = async (): Promise<void> => { finished = await runs.finish(); };
const during = ingest === true ? await takingIn(ledger, 'tijdens', run) : await run().then(() => null);
const runSeconds = seconds(executing);
await longest.stop();
clearInterval(watch);
if ((finished as { readonly destroyed: number } | null)?.destroyed !== dossiers) throw new Error('not all were destroyed');
const rewriting = performance.now();
at('2022-04-19');
if (await runs.rewriteDue() !== 1) throw new Error('the ledger was not rewritten');
const rewriteSeconds = seconds(rewriting);
await ledger.close();
const answer: DestructionRun = {
  builtSeconds, drawUpSeconds, runSeconds, rewriteSeconds, perSecond: dossiers / runSeconds, memoryBefore: Math.round(before), memoryPeak: Math.round(peak),
  longestHoldMs: Math.round(longest.most()), takenInAlone: alone.perSecond, takenInDuring: during?.perSecond ?? null,
};
process.stdout.write(`${JSON.stringify(answer)}\n`);

function at(day: string): void {
  clock.advanceTo(Temporal.Instant.from(`${day}T09:00:00Z`));
}

async function adopt({ governance }: Ledger): Promise<void> {
  must(await governance.append({ type: 'schedule-adopted', schema: 1, data: {
    version: 'proef-1', use: 'test', adoptedBy: 'college', mandate: 'besluit 2020-1', archivistAdvice: 'geen bezwaar', on: '2019-01-02',
    rules: [{
      id: 'wmo', version: 'proef-1', law: 'wmo2015', result: null, name: 'Wmo', period: 'P2Y', trigger: 'process-completed',
      waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: { list: 'Selectielijst gemeenten 2020', number: '8.1' },
    }],
  } }, person('college', 'controller')));
}

async function send({ facts }: Ledger, reference: string, id: string, type: string, data: Readonly<Record<string, unknown>>): Promise<void> {
  const whole = { occurredAt: clock.now().toString(), dossier: { system: SYSTEM, reference }, ...data };
  must(await facts.record({ type, source: SOURCE, id, data: whole, canonicalData: canonicalJson(whole) }, SENDER));
}

function take(into: Ledger, name: string, count: number): Promise<void> {
  return concurrently(CALLERS, count, async (number) => {
    for (const [step, [type, data]] of life(number).entries()) await send(into, `${name}-${number}`, `${name}-${number}-${step}`, type, data);
  });
}

/** Facts a second, as fast as they go, while `work` is under way. */
async function takingIn(into: Ledger, name: string, work: () => Promise<unknown>): Promise<{ readonly perSecond: number }> {
  const start = performance.now();
  let over = false;
  let count = 0;
  let next = 0;
  const loops = Array.from({ length: CALLERS }, async () => {
    while (!over) {
      const number = next;
      next += 1;
      for (const [step, [type, data]] of life(number).entries()) {
        if (over || type === 'dossier-closed') break;
        await send(into, `${name}-${number}`, `${name}-${number}-${step}`, type, data);
        count += 1;
      }
    }
  });
  await work();
  const perSecond = count / seconds(start);
  over = true;
  await Promise.all(loops);
  return { perSecond };
}

function say(point: string): void {
  if (steps !== true) return;
  const { user, system } = process.cpuUsage();
  process.stderr.write(`${seconds(building).toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of processor, ${Math.round(rss())} MiB: ${point}\n`);
}

function seconds(since: number): number {
  return (performance.now() - since) / 1_000;
}

function must<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.refusal.code} ${outcome.refusal.detail}`);
  return outcome.value;
}
