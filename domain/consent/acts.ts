import type { ConsentEvent, ConsentGiven, Recipient } from '#domain/consent/events';
import type { EventId, Position, SubjectId } from '#domain/ledger/ids';
import type { Occurred } from '#domain/ledger/moments';

/** What a consent act is about. A list that is absent was not said; it is never the same as an empty one. */
export interface ConsentScope {
  readonly purposes?: readonly string[];
  readonly recipients?: readonly Recipient[];
  readonly categories?: readonly string[];
  /** Absent: all of the dossier's subjects with role client or youth. */
  readonly subjects?: readonly SubjectId[];
}

/**
 * One act of asking, giving, refusing or withdrawing in one dossier: ids, codes, dates and organisation names, no
 * personal data of clients. Projections store these and hand them back to `consentStatus`.
 */
export type ConsentAct = ConsentScope & {
  readonly eventId: EventId;
  readonly position: Position;
  readonly type: ConsentEvent['type'];
  readonly consentId: string;
  readonly occurred: Occurred;
  /** Last calendar day on which a given consent holds. */
  readonly validUntil?: string;
  /** A given consent that names nobody or nothing in particular. */
  readonly generic?: boolean;
};

/** The act that an event recorded. */
export function consentAct(event: ConsentEvent & { readonly id: EventId; readonly position: Position }): ConsentAct {
  const { data } = event;
  return {
    eventId: event.id,
    position: event.position,
    type: event.type,
    consentId: data.consentId,
    occurred: data.occurredAt === undefined ? { occurredOn: data.occurredOn } : { occurredAt: data.occurredAt },
    ...(data.purposes === undefined ? {} : { purposes: data.purposes }),
    ...(data.recipients === undefined ? {} : { recipients: data.recipients }),
    ...(data.categories === undefined ? {} : { categories: data.categories }),
    ...(data.subjects === undefined ? {} : { subjects: data.subjects.map((subject) => subject.subjectId) }),
    ...(event.type === 'consent-given' && event.data.validUntil !== undefined ? { validUntil: event.data.validUntil } : {}),
    ...(event.type === 'consent-given' && isGeneric(event.data) ? { generic: true } : {}),
  };
}

/** What a sender writes where a purpose, a recipient or a category should have been named. */
const NAMES_NOTHING = new Set(['any', 'all', 'alle', 'alles']);

/** CR-16: a consent that names no purpose, recipient or category in particular. */
function isGeneric(data: ConsentGiven['data']): boolean {
  const named = [
    ...data.purposes, ...data.categories,
    ...data.recipients.flatMap((recipient) => [recipient.organisation ?? '', recipient.kind ?? '']),
  ];
  return data.generic === true || named.some((name) => NAMES_NOTHING.has(name.trim().toLowerCase()));
}
