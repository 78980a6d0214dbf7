import { meetingDecider, type MeetingStreamEvent } from '#domain/casusoverleg/decider';
import type { SkipReason } from '#domain/destruction/gate';
import { begunAfter, isOwnStreamEvent, type OwnTermKind, type StreamDestructionBegun } from '#domain/destruction/own-stream';
import type { AdoptedSchedule } from '#domain/governance/state';
import { dayOfInstant } from '#domain/ledger/moments';
import { termFromDate } from '#domain/retention/arithmetic';
import { coveringHolds, type ClassHold } from '#domain/retention/class-holds';
import { chooseRules } from '#domain/retention/schedule';
import { rightsRequestDecider, type RightsRequestStreamEvent } from '#domain/rights/request';

/** Terms of the ledger's own (retention-and-destruction.md, "Terms of the ledger's own streams"). */
export const OWN_TERMS = { 'meeting': 'P5Y', 'searches': 'P5Y', 'destruction-list-items': 'P30D' } as const;

/** The shortest there is for a rights request: no earlier look is of any use (Selectielijst 2020, 6.2). */
export const RIGHTS_REQUEST_FROM = 'P1Y';

/** Outcomes (codes: rightsOutcomes) as the Selectielijst knows them. */
const RESULTS: Readonly<Record<string, string>> = {
  'toegewezen': 'ingewilligd', 'deels-toegewezen': 'ingewilligd', 'afgewezen': 'afgewezen',
  'niet-in-behandeling': 'afgebroken', 'ingetrokken': 'afgebroken', 'doorgezonden': 'afgebroken',
};

/** One event as far as a term asks it. */
export interface OwnStreamFact {
  readonly type: string;
  readonly data: unknown;
  readonly recordedAt: string;
}

export interface OwnStreamView {
  readonly kind: OwnTermKind;
  readonly events: readonly OwnStreamFact[];
  /** Only for a list's items: the day on which the list was executed or cancelled; null while it is open. */
  readonly listEndedOn: string | null;
}

export interface OwnGate {
  readonly runId: string;
  readonly schedule: AdoptedSchedule | null;
  readonly classHolds: readonly ClassHold[];
  /** Calendar date in Amsterdam. */
  readonly today: string;
}

export type OwnPassage =
  | { readonly kind: 'through'; readonly event: StreamDestructionBegun }
  | { readonly kind: 'obstacle'; readonly reason: Exclude<SkipReason, 'gone'> };

/** Term and hold, and nothing else: no list was approved for it, and none is asked. */
export function passOwnGate(gate: OwnGate, view: OwnStreamView): OwnPassage {
  if (begunBy(view.events) !== null) return { kind: 'obstacle', reason: 'begun-elsewhere' };
  return termPassage(gate, view);
}

/** As the gate, of a stream whose destruction this very run has begun. */
export function ownObstacleNow(gate: OwnGate, view: OwnStreamView): Exclude<SkipReason, 'gone'> | null {
  const passage = termPassage(gate, view);
  return passage.kind === 'obstacle' ? passage.reason : null;
}

export function begunBy(events: readonly OwnStreamFact[]): string | null {
  return events.reduce<string | null>((begun, event) => (isOwnStreamEvent(event) ? begunAfter(begun, event) : begun), null);
}

function termPassage({ runId, schedule, classHolds, today }: OwnGate, view: OwnStreamView): OwnPassage {
  const term = termOf(view, schedule);
  if (typeof term === 'string') return { kind: 'obstacle', reason: term };
  const firstDay = daysOf(view.events)[0] ?? null;
  const holds = coveringHolds(classHolds, { rules: [term.rule], law: view.kind === 'rights-request' ? 'avg' : null, openedOn: firstDay });
  if (holds.some(({ liftedOn }) => liftedOn === null || liftedOn >= today)) return { kind: 'obstacle', reason: 'held' };
  const firstDestructionDay = termFromDate(Temporal.PlainDate.from(term.from), term.period).firstDestructionDay.toString();
  if (firstDestructionDay > today) return { kind: 'obstacle', reason: 'not-due' };
  return { kind: 'through', event: { type: 'stream-destruction-begun', schema: 1, data: { runId, kind: view.kind, rule: term.rule, firstDestructionDay, on: today } } };
}

interface OwnTerm {
  readonly from: string;
  readonly period: string;
  readonly rule: string;
}

function termOf({ kind, events, listEndedOn }: OwnStreamView, schedule: AdoptedSchedule | null): OwnTerm | 'no-date' | 'not-adopted' | 'permanent' {
  switch (kind) {
    case 'destruction-list-items':
      return listEndedOn === null ? 'no-date' : { from: listEndedOn, period: OWN_TERMS[kind], rule: kind };
    case 'searches': {
      // What a gate wrote there is no search.
      const last = events.filter((event) => !isOwnStreamEvent(event)).map(({ data }) => (data as { readonly on?: string }).on).filter((on) => on !== undefined).sort().at(-1);
      return last === undefined ? 'no-date' : { from: last, period: OWN_TERMS[kind], rule: kind };
    }
    case 'meeting': {
      const { on } = events.reduce((state, event) => meetingDecider.evolve(state, event as unknown as MeetingStreamEvent), meetingDecider.initial);
      // A frame that was annulled, or never came, has no day of its own: then from what was last said of it.
      const from = on ?? daysOf(events).at(-1);
      return from === undefined ? 'no-date' : { from, period: OWN_TERMS[kind], rule: kind };
    }
    case 'rights-request': return rightsTerm(events, schedule);
  }
}

/** By its own class of the adopted Selectielijst; what is not decided has no date. */
function rightsTerm(events: readonly OwnStreamFact[], schedule: AdoptedSchedule | null): OwnTerm | 'no-date' | 'not-adopted' | 'permanent' {
  const { decidedOn, outcome } = events.reduce((state, event) => rightsRequestDecider.evolve(state, event as unknown as RightsRequestStreamEvent), rightsRequestDecider.initial);
  const result = outcome === null ? undefined : RESULTS[outcome];
  if (decidedOn === null || result === undefined) return 'no-date';
  if (schedule === null) return 'not-adopted';
  const chosen = chooseRules({ law: 'avg', result, retentionRules: [], onDay: decidedOn }, schedule);
  if (chosen.kind === 'none') return 'not-adopted';
  const [rule] = chosen.rules;
  if (rule === undefined || chosen.rules.length !== 1 || rule.result !== result) return 'not-adopted';
  if (rule.waardering !== 'vernietigen') return 'permanent';
  return rule.period === null ? 'no-date' : { from: decidedOn, period: rule.period, rule: rule.id };
}

/** Days in Amsterdam on which something was recorded, in order. */
function daysOf(events: readonly OwnStreamFact[]): readonly string[] {
  return events.filter((event) => !isOwnStreamEvent(event)).map(({ recordedAt }) => dayOfInstant(Temporal.Instant.from(recordedAt)).toString()).sort();
}
