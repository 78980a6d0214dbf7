import type { DossierClosed, DossierOpened, DossierReopened, SubjectJoined } from '#domain/dossier/events';
import { isCorrection, revised, type Correction } from '#domain/ledger/corrections';
import { dayTextOf } from '#domain/ledger/moments';
import { keptFact, type RetentionFact } from '#domain/retention/kept-facts';
import type {
  DesignationChanged, DestroyedAtSource, HoldLifted, HoldPlaced, RetentionExpired, RetentionExtended, RetentionRuleChanged, RetentionTrigger,
} from '#domain/retention/events';
import type { ProcessingLifted, ProcessingRestricted } from '#domain/rights/events';

/**
 * What one dossier's stream says about its retention. Only what a date needs: no reference, no subject id. Dates are
 * calendar dates as text, so that the state can be stored as it is.
 */
export interface RetentionState {
  /** False while only other facts came: a provisional dossier has no date. */
  readonly opened: boolean;
  /** Day of the first opening; a hold by period asks for it. */
  readonly openedOn: string | null;
  readonly law: string | null;
  readonly retentionRules: readonly string[];
  /** Named without the archivist's advice: they count beside the rules there were, so that they never shorten. */
  readonly alsoRules: readonly string[];
  /** Of the subjects whose birth counts (the youth, else the clients); null for one that was not given. */
  readonly birthDates: readonly (string | null)[];
  readonly closing: Closing | null;
  /** Open again after a closing: no date until closed once more, whatever triggers were sent. */
  readonly reopened: boolean;
  readonly triggers: readonly SentTrigger[];
  /** Event ids of triggers that a later one replaced, also when they are still to come. */
  readonly corrected: readonly string[];
  readonly holds: readonly Hold[];
  /** Liftings by id that came before their hold: they lift it when it comes, and only that once. */
  readonly lifted: Readonly<Record<string, string>>;
  /** Latest day until which it was extended; null when it was not. Works on an extendable rule only. */
  readonly extendedUntil: string | null;
  /** The archivist's designation; null while the rule alone says it. */
  readonly designation: string | null;
  /** First destruction days for which `retention-expired` was recorded. */
  readonly expired: readonly string[];
  /** Day of the last reopening and of the last closing, to know which came later. */
  readonly reopenedOn: string | null;
  /** The source destroys by its own procedure; the dossier here follows it. Absent: it does not. */
  readonly sourceLeads?: true;
  /** Day on which the source destroyed its dossier; absent: it did not say so, or opened the case again. */
  readonly goneAtSource?: string;
  /** What all of this was folded from: a correction folds anew. */
  readonly facts: readonly RetentionFact[];
}

export interface Closing {
  readonly on: string;
  readonly result: string | null;
  /** The source's own date and nomination, when it gave them (convention C11). */
  readonly archiefactiedatum: string | null;
  readonly archiefnominatie: string | null;
}

export interface SentTrigger {
  readonly eventId: string;
  readonly trigger: string;
  readonly on: string;
}

export interface Hold {
  readonly holdId: string | null;
  readonly kind: string;
  readonly on: string;
  /** Day of lifting; null while it stands. */
  readonly liftedOn: string | null;
}

export const initialRetention: RetentionState = {
  opened: false, openedOn: null, law: null, retentionRules: [], alsoRules: [], birthDates: [], closing: null, reopened: false, triggers: [], corrected: [],
  holds: [], lifted: {}, extendedUntil: null, designation: null, expired: [], reopenedOn: null, facts: [],
};

/** The dossier's events that a date can move by. */
export type RetentionSource =
  | DossierOpened | DossierClosed | DossierReopened | SubjectJoined | RetentionTrigger | HoldPlaced | HoldLifted
  | RetentionRuleChanged | RetentionExtended | DesignationChanged | RetentionExpired | ProcessingRestricted | ProcessingLifted
  | DestroyedAtSource;

/** `id` and the moment of recording are known once recorded. */
export type RetentionInput = (RetentionSource | Correction) & { readonly id?: string; readonly recordedAt?: string };

/** Types in a dossier's stream that `evolveRetention` takes; a correction of anything else changes nothing. */
export const RETENTION_EVENTS: ReadonlySet<string> = new Set<RetentionInput['type']>([
  'dossier-opened', 'dossier-closed', 'dossier-reopened', 'subject-joined', 'retention-trigger', 'hold-placed',
  'hold-lifted', 'retention-rule-changed', 'retention-extended', 'designation-changed', 'retention-expired', 'processing-restricted', 'processing-lifted',
  'destroyed-at-source', 'event-corrected', 'event-annulled',
]);

/** Throws on an event that retention does not look at. */
export function evolveRetention(state: RetentionState, event: RetentionInput): RetentionState {
  if (isCorrection(event)) {
    if (!RETENTION_EVENTS.has(event.data.ofType)) return state;
    const facts = revised(state.facts, event, (replacement) => keptFact(replacement as RetentionSource, replacement.id, recordedOn(event)));
    return facts.reduce(apply, { ...initialRetention, facts });
  }
  const fact = keptFact(event, event.id ?? null, recordedOn(event));
  return apply({ ...state, facts: [...state.facts, fact] }, fact);
}

function recordedOn({ recordedAt }: RetentionInput): string | null {
  return recordedAt === undefined ? null : dayTextOf({ occurredAt: recordedAt });
}

function apply(state: RetentionState, fact: RetentionFact): RetentionState {
  switch (fact.type) {
    // A second opening adds persons and rules; it takes away neither, and the law stays.
    case 'dossier-opened': return {
      ...state, opened: true, openedOn: earlier(state.openedOn, fact.on), law: state.law ?? fact.law,
      retentionRules: union(state.retentionRules, fact.retentionRules), birthDates: birthDatesOf(state.facts),
      ...(fact.sourceLeads === true && !state.opened ? { sourceLeads: true } : {}),
    };
    // Who left is still in its documents.
    case 'subject-joined': return { ...state, birthDates: birthDatesOf(state.facts) };
    case 'dossier-closed': return closed(state, fact.closing);
    case 'dossier-reopened': return reopened(state, fact.on);
    case 'retention-trigger': return {
      ...state,
      triggers: [...state.triggers, { eventId: fact.id ?? '', trigger: fact.trigger, on: fact.on }],
      corrected: fact.corrects === null ? state.corrected : [...state.corrected, fact.corrects],
    };
    case 'hold-placed': return placed(state, fact);
    case 'hold-lifted': return lifted(state, fact);
    // A shorter term only with the archivist's advice: without it the old rules go on counting, and the latest date wins.
    case 'retention-rule-changed': return fact.advised
      ? { ...state, retentionRules: fact.retentionRules, alsoRules: [] }
      : { ...state, alsoRules: union(state.alsoRules, fact.retentionRules) };
    case 'retention-extended': return {
      ...state, extendedUntil: state.extendedUntil === null || fact.until > state.extendedUntil ? fact.until : state.extendedUntil,
    };
    case 'designation-changed': return { ...state, designation: fact.designation };
    case 'destroyed-at-source': return { ...state, goneAtSource: fact.on };
    case 'retention-expired': return { ...state, expired: union(state.expired, [fact.firstDestructionDay]) };
  }
}

function earlier(a: string | null, b: string): string {
  return a === null || b < a ? b : a;
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}

/** Of everyone an opening named and of whoever joined. */
function birthDatesOf(facts: readonly RetentionFact[]): readonly (string | null)[] {
  const subjects = facts.flatMap((fact) => (fact.type === 'dossier-opened' ? fact.subjects : fact.type === 'subject-joined' ? [fact.subject] : []));
  const youth = subjects.filter((subject) => subject.role === 'youth');
  const counted = youth.length > 0 ? youth : subjects.filter((subject) => subject.role === 'client');
  return counted.map((subject) => subject.dateOfBirth ?? null);
}

/** Of several closings the one with the latest day counts: never an earlier date because a message came late. */
function closed(state: RetentionState, closing: Closing): RetentionState {
  if (state.closing !== null && state.closing.on > closing.on) return state;
  const stillOpen = state.reopenedOn !== null && state.reopenedOn > closing.on;
  return { ...state, closing, reopened: stillOpen };
}

/** On the day of a closing the order of the messages decides; one that came late says nothing of a later closing. */
function reopened({ goneAtSource: _gone, ...state }: RetentionState, on: string): RetentionState {
  const reopenedOn = state.reopenedOn !== null && state.reopenedOn > on ? state.reopenedOn : on;
  return { ...state, reopenedOn, reopened: state.reopened || state.closing === null || state.closing.on <= on };
}

/** A hold placed anew under an id that was lifted before stands: only a lifting that lifted nothing yet waits for it. */
function placed(state: RetentionState, { holdId, kind, on }: Pick<Hold, 'holdId' | 'kind' | 'on'>): RetentionState {
  const waiting = holdId === null ? undefined : state.lifted[holdId];
  const liftedOn = waiting !== undefined && waiting >= on ? waiting : null;
  const lifted = liftedOn === null ? state.lifted : Object.fromEntries(Object.entries(state.lifted).filter(([id]) => id !== holdId));
  return { ...state, holds: [...state.holds, { holdId, kind, on, liftedOn }], lifted };
}

/** Without an id it lifts the standing holds of its kind that were placed by then; a later hold stays. */
function lifted(state: RetentionState, lifting: Pick<Hold, 'holdId' | 'kind' | 'on'>): RetentionState {
  const { holdId, kind, on } = lifting;
  const meant = (hold: Hold): boolean => hold.liftedOn === null
    && (holdId !== null ? hold.holdId === holdId : hold.kind === kind && hold.on <= on);
  if (holdId !== null && !state.holds.some(meant)) return { ...state, lifted: { ...state.lifted, [holdId]: on } };
  return { ...state, holds: state.holds.map((hold) => (meant(hold) ? { ...hold, liftedOn: on } : hold)) };
}

/** Sent triggers of this code that no later one replaced. */
export function standingTriggers(state: RetentionState, code: string): readonly SentTrigger[] {
  return state.triggers.filter((sent) => sent.trigger === code && !state.corrected.includes(sent.eventId));
}

export function standingHolds(state: RetentionState): readonly Hold[] {
  return state.holds.filter((hold) => hold.liftedOn === null);
}
