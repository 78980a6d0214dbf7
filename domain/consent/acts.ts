import type { Recipient } from '#domain/consent/events';
import type { EventId, Position, SubjectId } from '#domain/ledger/ids';
import type { Occurred } from '#domain/ledger/moments';
import { isCode } from '#domain/reference/codes';

/** What a consent act is about. A list that is absent was not said; it is never the same as an empty one. */
export interface ConsentScope {
  readonly purposes?: readonly string[];
  readonly recipients?: readonly Recipient[];
  readonly categories?: readonly string[];
  /** Absent: all of the dossier's subjects with role client or youth. */
  readonly subjects?: readonly SubjectId[];
}

/** What an act does: most are named after their event; `not-asked` is a decision to share that says why nobody was asked. */
export type ConsentActType =
  | 'consent-requested' | 'consent-given' | 'consent-renewed' | 'consent-refused' | 'consent-withdrawn'
  | 'consent-disputed' | 'consent-dispute-resolved' | 'plan-ended' | 'not-asked';

/**
 * One act of asking, giving, refusing, withdrawing or disputing in one dossier, or the end of its plan: ids, codes,
 * dates and organisation names, no personal data of clients. Projections store these; `consentStatus` reads them.
 */
export type ConsentAct = ConsentScope & {
  readonly eventId: EventId;
  /** Of the event itself, also when its data were corrected later: the order in which acts came. */
  readonly position: Position;
  /** Position of the correction that put these data in place; absent when they came with the event. */
  readonly knownFrom?: Position;
  /** Position of the correction or annulment that took these data away. */
  readonly knownUntil?: Position;
  readonly type: ConsentActType;
  /** Empty for an act that is under no consent: a plan's end, a decision that asked nobody. */
  readonly consentId: string;
  readonly occurred: Occurred;
  /** Last calendar day on which a given consent holds. */
  readonly validUntil?: string;
  /** The plan with which a given consent ends; of a plan's end, the plan that ended. */
  readonly planId?: string;
  /** Last calendar day of the plan. */
  readonly on?: string;
  /** A given consent that names nobody or nothing in particular (CR-16). */
  readonly generic?: boolean;
  /** A given consent of which the sender says that it was not explained or not understood (CR-14). */
  readonly uninformed?: boolean;
  /** codes: disputeOutcomes */
  readonly outcome?: string;
};

/** The data of any event that is a consent act, as far as its status depends on them. */
export type ConsentActData = Occurred & {
  readonly subjects?: readonly { readonly subjectId: SubjectId }[];
  readonly consentId?: string;
  readonly purposes?: readonly string[];
  readonly recipients?: readonly Recipient[];
  readonly categories?: readonly string[];
  readonly validUntil?: string;
  readonly generic?: boolean;
  readonly freely?: { readonly consequencesExplained?: boolean; readonly understood?: boolean };
  readonly outcome?: string;
  readonly planId?: string;
  readonly on?: string;
};

export interface ConsentActEvent {
  readonly id: EventId;
  readonly position: Position;
  readonly type: Exclude<ConsentActType, 'not-asked'>;
  readonly data: ConsentActData;
}

/** The act that an event recorded. */
export function consentAct(event: ConsentActEvent): ConsentAct {
  const { data } = event;
  return {
    eventId: event.id,
    position: event.position,
    type: event.type,
    consentId: data.consentId ?? '',
    occurred: occurredOf(data),
    ...(data.purposes === undefined ? {} : { purposes: data.purposes }),
    ...(data.recipients === undefined ? {} : { recipients: data.recipients }),
    ...(data.categories === undefined ? {} : { categories: data.categories }),
    ...subjectsOf(data),
    ...(gives(event.type) ? givenTerms(data) : {}),
    ...(event.type === 'consent-dispute-resolved' && data.outcome !== undefined ? { outcome: data.outcome } : {}),
    ...(event.type === 'plan-ended' ? { planId: data.planId ?? '', on: data.on ?? '' } : {}),
  };
}

/** The data of `sharing-decided`, as far as they say that nobody was asked. */
export type DecidedData = Occurred & {
  readonly subjects?: readonly { readonly subjectId: SubjectId }[];
  readonly purpose: string;
  readonly recipient?: Recipient;
  readonly toLaw?: string;
  readonly categories?: readonly string[];
  readonly consentId?: string;
  readonly withoutConsent?: { readonly why: string };
};

/** The record that consent was not asked, and why; null when a decision says nothing of the kind. */
export function notAsked(event: { readonly id: EventId; readonly position: Position; readonly data: DecidedData }): ConsentAct | null {
  const { data } = event;
  if (data.withoutConsent === undefined || !isCode('notAskedReasons', data.withoutConsent.why) || data.consentId !== undefined) return null;
  const recipient = data.recipient ?? (data.toLaw === undefined ? undefined : { kind: data.toLaw });
  return {
    eventId: event.id, position: event.position, type: 'not-asked', consentId: '', occurred: occurredOf(data),
    purposes: [data.purpose],
    ...(recipient === undefined ? {} : { recipients: [recipient] }),
    ...(data.categories === undefined ? {} : { categories: data.categories }),
    ...subjectsOf(data),
  };
}

export function gives(type: ConsentActType): boolean {
  return type === 'consent-given' || type === 'consent-renewed';
}

/** Names what a consent is about: asking or giving, unless it names nothing in particular. */
export function names(act: ConsentAct): boolean {
  return act.type === 'consent-requested' || (gives(act.type) && act.generic !== true);
}

export function takes(act: ConsentAct): boolean {
  return act.type === 'consent-refused' || act.type === 'consent-withdrawn';
}

function occurredOf(data: Occurred): Occurred {
  return data.occurredAt === undefined ? { occurredOn: data.occurredOn } : { occurredAt: data.occurredAt };
}

function subjectsOf(data: Pick<ConsentActData, 'subjects'>): Pick<ConsentScope, 'subjects'> {
  return data.subjects === undefined ? {} : { subjects: data.subjects.map((subject) => subject.subjectId) };
}

function givenTerms(data: ConsentActData): Partial<ConsentAct> {
  const { freely } = data;
  return {
    ...(data.validUntil === undefined ? {} : { validUntil: data.validUntil }),
    ...(data.planId === undefined ? {} : { planId: data.planId }),
    ...(isGeneric(data) ? { generic: true } : {}),
    ...(freely?.consequencesExplained === false || freely?.understood === false ? { uninformed: true } : {}),
  };
}

/** What a sender writes where a purpose, a recipient or a category should have been named. */
const NAMES_NOTHING = new Set(['any', 'all', 'alle', 'alles']);

/** CR-16: a consent that names no purpose, recipient or category in particular. */
function isGeneric(data: ConsentActData): boolean {
  const named = [
    ...data.purposes ?? [], ...data.categories ?? [],
    ...(data.recipients ?? []).flatMap((recipient) => [recipient.organisation ?? '', recipient.kind ?? '']),
  ];
  return data.generic === true || named.some((name) => NAMES_NOTHING.has(name.trim().toLowerCase()));
}
