import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testBsn } from '#domain/dossier/bsn';
import type { FigureCell } from '#domain/destruction/events';
import type { ScheduleAdopted } from '#domain/governance/events';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { ActingPerson } from '#domain/ledger/event';
import type { StreamName } from '#domain/ledger/ids';
import type { RefusalCode } from '#domain/ledger/refusals';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { verify } from '#infra/verifier/verify';
import type { Verification } from '#infra/verifier/verification';
import type { LedgerConfig } from '#src/composition/config';
import { openLedger, type Ledger } from '#src/composition/ledger';
import { PROJECTIONS } from '#src/composition/projections';
import { destructionOf, type Destruction } from '#src/destruction/destruction';
import type { ListView } from '#src/destruction/lists/list-view';
import type { OnStep } from '#src/destruction/run/run';
import type { Outcome, Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';

export const OIN = '00000001823288444000';
export const SOURCE = `urn:nld:oin:${OIN}:systeem:zaaksysteem`;
export const SYSTEM = 'zaaksysteem';

const person = (sub: string, role: string): ActingPerson => ({ iss: 'urn:test', sub, role });
export const KEEPER = person('opsteller', 'record-manager');
export const OWNER = person('eigenaar', 'process-owner');
export const ARCHIVIST = person('archivaris', 'archivist');
export const OPERATOR = person('beheerder', 'applicatiebeheer');
const CONTROLLER = person('college', 'controller');

const SENDER: Principal = { iss: 'urn:test', sub: 'zaaksysteem', roles: ['case-system'], oin: OIN, source: SOURCE, systems: [SYSTEM], local: true };

/** Two years after closing, so that a test can let years pass. */
const SCHEDULE: ScheduleAdopted['data'] = {
  version: 'proef-1', use: 'test', adoptedBy: 'college', mandate: 'besluit 2020-1', archivistAdvice: 'geen bezwaar', on: '2019-01-02',
  rules: [{
    id: 'wmo', version: 'proef-1', law: 'wmo2015', result: null, name: 'Wmo', period: 'P2Y', trigger: 'process-completed',
    waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: { list: 'Selectielijst gemeenten 2020', number: '8.1' },
  }],
};

/** A ledger on the real engine in a folder, without HTTP; opened again over the same folder as after a restart. */
export class LedgerHouse {
  private constructor(readonly folder: string, readonly clock: SimulatedClock, readonly ledger: Ledger, private readonly config: Partial<LedgerConfig>) {}

  static async open(options: { readonly folder?: string; readonly at?: string; readonly config?: Partial<LedgerConfig> } = {}): Promise<LedgerHouse> {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'rekenschap-destruction-'));
    const clock = new SimulatedClock(Temporal.Instant.from(options.at ?? '2020-01-06T09:00:00Z'));
    const ledger = await openLedger({ ...configIn(folder), ...options.config }, clock);
    return new LedgerHouse(folder, clock, ledger, options.config ?? {});
  }

  destruction(onStep?: OnStep): Destruction {
    return destructionOf(this.ledger, { projections: PROJECTIONS, ...(onStep === undefined ? {} : { onStep }) });
  }

  async close(): Promise<void> {
    await this.ledger.close();
  }

  /** The same folder opened anew, as a restart does. */
  async reopened(): Promise<LedgerHouse> {
    await this.close();
    return LedgerHouse.open({ folder: this.folder, at: this.clock.now().toString(), config: this.config });
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  at(day: string): void {
    this.clock.advanceTo(Temporal.Instant.from(`${day}T09:00:00Z`));
  }

  async adopt(): Promise<void> {
    must(await this.ledger.governance.append({ type: 'schedule-adopted', schema: 1, data: SCHEDULE }, CONTROLLER));
  }

  #sent = 0;

  record(type: string, reference: string, data: Readonly<Record<string, unknown>> = {}, id?: string): Promise<Outcome<Receipt>> {
    this.#sent += 1;
    const whole = { occurredAt: this.clock.now().toString(), dossier: { system: SYSTEM, reference }, ...data };
    return this.ledger.facts.record({ type, source: SOURCE, id: id ?? `${this.folder}/${this.clock.now().epochMilliseconds}/${this.#sent}`, data: whole, canonicalData: canonicalJson(whole) }, SENDER);
  }

  /** A dossier of five facts about one person, closed on a day. */
  async dossier(reference: string, person: number, closedOn: string | null): Promise<StreamName> {
    must(await this.record('dossier-opened', reference, { law: 'wmo2015', subjects: [{ bsn: testBsn(person), role: 'client' }] }));
    must(await this.record('consent-given', reference, {
      consentId: `${reference}-c`, purposes: ['zorg-afstemmen'], recipients: [{ organisation: 'Thuiszorg Noord' }], categories: ['gezondheid'],
      givenBy: [{ relation: 'self' }], form: 'written',
    }));
    must(await this.record('sharing-decided', reference, {
      decisionId: `${reference}-d`, outcome: 'share', purpose: 'zorg-afstemmen', recipient: { organisation: 'Thuiszorg Noord' }, legalBasis: 'none',
    }));
    must(await this.record('data-shared', reference, { recipient: { organisation: 'Thuiszorg Noord' }, categories: ['gezondheid'], decisionId: `${reference}-d` }));
    if (closedOn !== null) must(await this.record('dossier-closed', reference, { on: closedOn }));
    return (await this.ledger.vault.findStream({ system: SYSTEM, reference }))!;
  }

  async drawUp(): Promise<ListView> {
    return must(await this.destruction().lists.drawUp('Vernietiging', KEEPER));
  }

  /** From a draft to approved, then past the waiting period. */
  async approved(list: ListView, executeOn: string): Promise<ListView> {
    const { lists } = this.destruction();
    const submitted = must(await lists.act(list.id, list.version, { kind: 'submit' }, KEEPER));
    const reviewed = must(await lists.act(list.id, submitted.version, { kind: 'review' }, OWNER));
    const approved = must(await lists.act(list.id, reviewed.version, { kind: 'approve', typedName: 'Vernietiging', localToken: true }, ARCHIVIST));
    this.at(executeOn);
    return approved;
  }

  /** Starts the run of an approved list, and takes it to its end. */
  async execute(list: ListView, destruction: Destruction = this.destruction(), by: ActingPerson = OPERATOR): Promise<{ readonly runId: string; readonly destroyed: number }> {
    await this.start(list, destruction, by);
    const finished = await destruction.runs.finish();
    return finished ?? { runId: (await this.view(list.id)).runId!, destroyed: (await this.view(list.id)).destroyed! };
  }

  /** The journal is there and the list says so; nothing more. */
  async start(list: ListView, destruction: Destruction, by: ActingPerson = OPERATOR): Promise<void> {
    must(await destruction.lists.begin(list.id, list.version, by));
  }

  /** A run is open, or has ended and is not completed. */
  async isUnderWay(): Promise<boolean> {
    const { vault } = this.ledger;
    return await vault.openRun() !== null || (await vault.restingRuns()).length > 0;
  }

  async view(listId: string): Promise<ListView> {
    return must(await this.destruction().lists.view(listId, 0));
  }

  /** The additive figures once every event up to the head is counted. */
  async cells(): Promise<readonly FigureCell[]> {
    const { runner, store, views } = this.ledger;
    if (!await runner.waitFor(store.head().size - 1, 60_000)) throw new Error('a view has halted');
    const figures = PROJECTIONS.find(({ cells }) => cells !== undefined)!;
    return figures.cells!.read(views.reader(figures));
  }

  /** Types of everything in the `log-` streams, in order. */
  async announced(): Promise<readonly string[]> {
    return (await this.ledger.store.readAnnouncements(0, 1_000)).map(({ type }) => type);
  }

  verify(): Promise<Verification> {
    return verifyHouse(this.folder, this.clock.now().toString());
  }

  verifyWithKeys(): Promise<Verification> {
    return verifyHouse(this.folder, this.clock.now().toString(), this.ledger.keys.master);
  }
}

/** Over the folder as it lies there, whether or not it is open; with keys when they are given. */
export function verifyHouse(folder: string, at: string, master?: Uint8Array): Promise<Verification> {
  return verify({
    dataDir: join(folder, 'data'), headDirs: headDirs(folder), now: new Date(at), ...(master === undefined ? {} : { keys: { master } }),
  });
}

/** Twelve dossiers that may go, two that may not, and an approved list past its waiting period. */
export async function houseWithApprovedList(config: Partial<LedgerConfig> = {}): Promise<{ readonly house: LedgerHouse; readonly due: readonly StreamName[]; readonly list: ListView }> {
  const house = await LedgerHouse.open({ config });
  await house.adopt();
  const due = await Promise.all(Array.from({ length: 12 }, (_, n) => house.dossier(`oud-${n}`, n, '2020-01-05')));
  house.at('2022-01-10');
  await house.dossier('jong', 0, '2022-01-10');
  await house.dossier('open', 50, null);
  house.at('2022-04-04');
  return { house, due, list: await house.approved(await house.drawUp(), '2022-04-12') };
}

export function headDirs(folder: string): readonly string[] {
  return [join(folder, 'head-a'), join(folder, 'head-b')];
}

export function configIn(folder: string): LedgerConfig {
  return {
    oin: OIN, dataDir: join(folder, 'data'), headDirs: headDirs(folder), masterKeyFile: join(folder, 'keys', 'master.key'),
    host: '127.0.0.1', port: 0, oidc: null, waitingPeriodDays: 7, smallRunsWait: true, allowTestSchedules: true,
  };
}

export function must<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.refusal.code} ${outcome.refusal.detail}`);
  return outcome.value;
}

export function codeOf(outcome: Outcome<unknown>): RefusalCode | 'done' {
  return outcome.kind === 'refused' ? outcome.refusal.code : 'done';
}
