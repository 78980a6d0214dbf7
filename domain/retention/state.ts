import type { DossierClosed, DossierOpened, DossierSubject } from '#domain/dossier/events';
import type { HoldLifted, HoldPlaced, RetentionTrigger } from '#domain/retention/events';

/**
 * What one dossier's stream says about its retention. Only what a date needs: no reference, no subject id. Dates are
 * calendar dates as text, so that the state can be stored as it is.
 */
export interface RetentionState {
  /** False while only other facts came: a provisional dossier has no date. */
  readonly opened: boolean;
  readonly law: string | null;
  readonly retentionRules: readonly string[];
  /** Of the subjects whose birth counts (the youth, else the clients); null for one that was not given. */
  readonly birthDates: readonly (string | null)[];
  readonly closing: Closing | null;
  readonly triggers: readonly SentTrigger[];
  /** Event ids of triggers that a later one replaced, also when they are still to come. */
  readonly corrected: readonly string[];
  readonly holds: readonly Hold[];
  /** Lifted by id, also when the hold itself is still to come. */
  readonly lifted: Readonly<Record<string, string>>;
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
  opened: false, law: null, retentionRules: [], birthDates: [], closing: null, triggers: [], corrected: [], holds: [],
  lifted: {},
};

/** The dossier's events that retention looks at; `id` is known once recorded and only `corrects` needs it. */
export type RetentionInput =
  (DossierOpened | DossierClosed | RetentionTrigger | HoldPlaced | HoldLifted) & { readonly id?: string };

export const RETENTION_EVENTS: ReadonlySet<string> = new Set<RetentionInput['type']>(
  ['dossier-opened', 'dossier-closed', 'retention-trigger', 'hold-placed', 'hold-lifted'],
);

/** Throws on an event that retention does not own. */
export function evolveRetention(state: RetentionState, event: RetentionInput): RetentionState {
  switch (event.type) {
    case 'dossier-opened': return opened(state, event.data);
    case 'dossier-closed': return closed(state, event.data);
    case 'retention-trigger': return {
      ...state,
      triggers: [...state.triggers, { eventId: event.id ?? '', trigger: event.data.trigger, on: event.data.on }],
      corrected: event.data.corrects === undefined ? state.corrected : [...state.corrected, event.data.corrects],
    };
    case 'hold-placed': return placed(state, event.data);
    case 'hold-lifted': return lifted(state, event.data);
    default: throw new Error(`retention does not own ${(event as { type: string }).type}`);
  }
}

function opened(state: RetentionState, data: DossierOpened['data']): RetentionState {
  const subjects: readonly DossierSubject[] = data.subjects;
  const youth = subjects.filter((subject) => subject.role === 'youth');
  const counted = youth.length > 0 ? youth : subjects.filter((subject) => subject.role === 'client');
  return {
    ...state, opened: true, law: data.law, retentionRules: data.retentionRules ?? [],
    birthDates: counted.map((subject) => subject.dateOfBirth ?? null),
  };
}

/** Of several closings the one with the latest day counts: never an earlier date because a message came late. */
function closed(state: RetentionState, data: DossierClosed['data']): RetentionState {
  if (state.closing !== null && state.closing.on > data.on) return state;
  return {
    ...state,
    closing: {
      on: data.on, result: data.result ?? null, archiefactiedatum: data.archiefactiedatum ?? null,
      archiefnominatie: data.archiefnominatie ?? null,
    },
  };
}

function placed(state: RetentionState, data: HoldPlaced['data']): RetentionState {
  const holdId = data.holdId ?? null;
  const liftedOn = holdId === null ? null : state.lifted[holdId] ?? null;
  return { ...state, holds: [...state.holds, { holdId, kind: data.kind, on: data.on, liftedOn }] };
}

/** Without an id it lifts the standing holds of its kind that were placed by then; a later hold stays. */
function lifted(state: RetentionState, data: HoldLifted['data']): RetentionState {
  const { holdId } = data;
  const meant = (hold: Hold): boolean => hold.liftedOn === null
    && (holdId !== undefined ? hold.holdId === holdId : hold.kind === data.kind && hold.on <= data.on);
  return {
    ...state,
    holds: state.holds.map((hold) => (meant(hold) ? { ...hold, liftedOn: data.on } : hold)),
    lifted: holdId === undefined ? state.lifted : { ...state.lifted, [holdId]: data.on },
  };
}

/** Sent triggers of this code that no later one replaced. */
export function standingTriggers(state: RetentionState, code: string): readonly SentTrigger[] {
  return state.triggers.filter((sent) => sent.trigger === code && !state.corrected.includes(sent.eventId));
}

export function standingHolds(state: RetentionState): readonly Hold[] {
  return state.holds.filter((hold) => hold.liftedOn === null);
}
