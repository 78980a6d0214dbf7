import { isErasableUnder, type ErasureDecision } from '#domain/destruction/erasure';
import type { DestructionBegun, GateEvent, Procedure } from '#domain/destruction/events';
import type { AdoptedSchedule } from '#domain/governance/state';
import { events, refuse, type Decision } from '#domain/ledger/decider';
import { refusal } from '#domain/ledger/refusals';
import type { ClassHold } from '#domain/retention/class-holds';
import { procedureOf } from '#domain/retention/procedure';
import { isDue, keptBecause, retentionDate, type Dated, type Undated } from '#domain/retention/retention-date';
import { evolveRetention, initialRetention, RETENTION_EVENTS, type RetentionInput, type RetentionState } from '#domain/retention/state';

/** Whether the dossier's destruction has begun: from then on its stream takes only `destruction-called-off`. */
export interface GateState {
  readonly begun: { readonly runId: string; readonly listId: string } | null;
}

export const initialGate: GateState = { begun: null };

export type GateCommand =
  | {
    readonly kind: 'begin-destruction';
    readonly runId: string;
    readonly listId: string;
    /** Null while no schedule was adopted: then nothing is ever due. */
    readonly schedule: AdoptedSchedule | null;
    /** Holds by class or period, as they are in the moment of the gate. */
    readonly classHolds: readonly ClassHold[];
    /** Calendar date in Amsterdam. */
    readonly today: string;
    /** Of a list that did not take the full procedure; absent: it did, and any dossier may go by it. */
    readonly lighter?: LighterProcedure;
    /** Absent: its term is over. */
    readonly ground?: OtherGround;
  }
  | { readonly kind: 'call-off-destruction'; readonly runId: string; readonly reason: string };

/** Why it may go though its own term is not asked. A null decision stands no longer. */
export type OtherGround =
  | { readonly kind: 'erasure'; readonly decision: ErasureDecision | null }
  | { readonly kind: 'follow' };

/** What a list that skipped steps may take, asked again at the gate. */
export interface LighterProcedure {
  readonly procedure: Exclude<Procedure, 'full'>;
  /** Of a standing list: every rule of a dossier must be one of these. */
  readonly rules?: readonly string[];
}

/** What the gate looks at of one dossier. */
export interface GateView {
  readonly gate: GateState;
  readonly retention: RetentionState;
}

/** Why a dossier on an approved list stays: counted on the certificate. `gone`: destroyed before this run. */
export type SkipReason = 'not-adopted' | 'held' | 'permanent' | 'no-date' | 'not-due' | 'other-procedure' | 'extended'
  | 'decision-lapsed' | 'source-leads' | 'not-at-source' | 'begun-elsewhere' | 'gone';

/** As a person reads them on the certificate. */
export const SKIP_LABELS: Readonly<Record<SkipReason, string>> = {
  'not-adopted': 'geen vastgestelde selectielijst of regel',
  'held': 'vernietiging stilgelegd',
  'permanent': 'blijvend te bewaren',
  'no-date': 'geen datum te bepalen',
  'not-due': 'bewaartermijn nog niet voorbij',
  'other-procedure': 'vraagt een zwaardere procedure',
  'extended': 'bewaartermijn verlengd',
  'decision-lapsed': 'besluit op het verzoek geldt niet meer',
  'source-leads': 'het bronsysteem vernietigt zelf, en heeft dat nog niet gemeld',
  'not-at-source': 'niet door het bronsysteem vernietigd',
  'begun-elsewhere': 'al in een andere uitvoering',
  'gone': 'al eerder vernietigd',
};

/** Throws on an event it does not own. */
export function evolveGate(state: GateState, event: GateEvent): GateState {
  switch (event.type) {
    case 'destruction-begun':
      return { begun: { runId: event.data.runId, listId: event.data.listId } };
    case 'destruction-called-off':
      return state.begun?.runId === event.data.runId ? { begun: null } : state;
    default:
      throw new Error(`the gate does not own this event: ${String((event satisfies never as { type: string }).type)}`);
  }
}

/** Re-checked in the moment itself (stores.md, "Destruction, step by step", 1), not when the list was drawn up. */
export function decideGate(command: GateCommand, view: GateView): Decision<GateEvent> {
  if (command.kind === 'call-off-destruction') {
    return view.gate.begun?.runId === command.runId
      ? events({ type: 'destruction-called-off', schema: 1, data: { runId: command.runId, reason: command.reason } })
      : refuse(refusal('wrong-state', 'De vernietiging van dit dossier is niet door deze uitvoering begonnen.'));
  }
  const passed = passGate(command, view);
  if (passed.kind === 'through') return events(passed.event);
  return refuse(refusal(view.gate.begun === null ? 'wrong-state' : 'destruction-begun', `Dit dossier wordt niet vernietigd: ${SKIP_LABELS[passed.reason]}.`));
}

export type GatePassage =
  | { readonly kind: 'through'; readonly event: DestructionBegun }
  | { readonly kind: 'obstacle'; readonly reason: Exclude<SkipReason, 'gone'> };

/** What stands in the way, or the event by which the dossier passes. */
export function passGate(command: GateCommand & { kind: 'begin-destruction' }, { gate, retention }: GateView): GatePassage {
  if (gate.begun !== null) return { kind: 'obstacle', reason: 'begun-elsewhere' };
  if (command.ground !== undefined) return passOnGround(command, command.ground, retention);
  const answer = isDue(retention, command.schedule, Temporal.PlainDate.from(command.today), command.classHolds);
  if (!answer.due) return { kind: 'obstacle', reason: reasonOf(answer) };
  if (command.lighter !== undefined && !mayGoBy(command.lighter, answer.date, retention, command.schedule)) return { kind: 'obstacle', reason: 'other-procedure' };
  const { rule, firstDestructionDay } = answer.date;
  return {
    kind: 'through',
    event: {
      type: 'destruction-begun', schema: 1,
      data: { runId: command.runId, listId: command.listId, rule, firstDestructionDay, on: command.today },
    },
  };
}

/** In the place of a rule where none decided. */
export const WITHOUT_RULE = { id: 'volgt-bron', version: '1' };
/** Of a dossier that a backup brought back: whose rule it was is told by the certificate of that time, which this ledger may have lost. */
export const BY_THE_FENCE = { id: 'hek', version: '1' } as const;

/** The schedule is asked for all the same: under whose care it goes. */
function passOnGround(command: GateCommand & { kind: 'begin-destruction' }, ground: OtherGround, retention: RetentionState): GatePassage {
  const { schedule, classHolds, runId, listId, today } = command;
  const obstacle = (reason: Exclude<SkipReason, 'gone'>): GatePassage => ({ kind: 'obstacle', reason });
  if (schedule === null) return obstacle('not-adopted');
  const kept = keptBecause(retention, schedule, Temporal.PlainDate.from(today), classHolds);
  if (kept !== null) return obstacle(kept);
  const through = (rule: DestructionBegun['data']['rule'], firstDestructionDay: string): GatePassage => ({
    kind: 'through', event: { type: 'destruction-begun', schema: 1, data: { runId, listId, rule, firstDestructionDay, on: today, ground: ground.kind } },
  });
  if (ground.kind === 'erasure') {
    const { decision } = ground;
    if (decision === null || !isErasableUnder(decision.right, retention.law)) return obstacle('decision-lapsed');
    return through({ id: decision.right, version: WITHOUT_RULE.version }, decision.decidedOn);
  }
  if (retention.sourceLeads !== true || retention.goneAtSource === undefined || retention.goneAtSource > today) return obstacle('not-at-source');
  const date = retentionDate(retention, schedule, classHolds);
  return through(date.kind === 'dated' ? date.rule : WITHOUT_RULE, retention.goneAtSource);
}

/** Rules, policies and facts may have moved since the list was drawn up. */
function mayGoBy({ procedure, rules }: LighterProcedure, date: Dated, retention: RetentionState, schedule: AdoptedSchedule | null): boolean {
  if (schedule === null) return false;
  const asked = procedureOf(retention, date, schedule);
  return asked !== 'full' && (procedure === 'short' || asked === 'standing') && (rules === undefined || date.rules.every(({ id }) => rules.includes(id)));
}

/** Null when nothing stands in the way. */
export function gateObstacle(command: GateCommand & { kind: 'begin-destruction' }, view: GateView): Exclude<SkipReason, 'gone'> | null {
  const passed = passGate(command, view);
  return passed.kind === 'obstacle' ? passed.reason : null;
}

function reasonOf(answer: Exclude<ReturnType<typeof isDue>, { readonly due: true }>): Exclude<SkipReason, 'gone' | 'begun-elsewhere'> {
  switch (answer.why) {
    case 'held': return 'held';
    case 'permanent': return 'permanent';
    case 'source-leads': return 'source-leads';
    case 'not-yet': return 'not-due';
    case 'undated':
      return answer.date.kind === 'undated' && NOT_ADOPTED.has(answer.date.why) ? 'not-adopted' : 'no-date';
  }
}

const NOT_ADOPTED: ReadonlySet<Undated> = new Set<Undated>(['no-schedule', 'no-rule', 'rule-not-adopted']);

const GATE_EVENTS: ReadonlySet<string> = new Set<GateEvent['type']>(['destruction-begun', 'destruction-called-off']);

/** Of a whole dossier's stream only what the gate asks: a run reads a hundred thousand of them. */
export function gateViewOf(stream: readonly { readonly type: string; readonly data: unknown }[]): GateView {
  let gate = initialGate;
  let retention = initialRetention;
  for (const event of stream) {
    if (GATE_EVENTS.has(event.type)) gate = evolveGate(gate, event as GateEvent);
    else if (RETENTION_EVENTS.has(event.type)) retention = evolveRetention(retention, event as unknown as RetentionInput);
  }
  return { gate, retention };
}

/** In `destruction-called-off`: a hold; anything else is the reason's own code. */
export function calledOffBecause(reason: string): SkipReason {
  return Object.hasOwn(SKIP_LABELS, reason) ? reason as SkipReason : 'held';
}
