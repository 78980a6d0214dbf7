import type { NewEvent } from '#domain/ledger/event';
import type { Recipient } from '#domain/consent/events';
import type { CommonData, FactData, FactSubject } from '#domain/ledger/fact';

/** AVG 21, Awb 6–7 and 9, AVG 77: an objection of any of these kinds (codes: objectionKinds). */
export type ObjectionReceived = NewEvent<'objection-received', FactData & {
  readonly kind: string;
  /** Calendar date. */
  readonly receivedOn: string;
  readonly against?: string;
  readonly objectionId?: string;
}>;

/** Names the objection by its id; without one, those of this kind that were received by then. */
export type ObjectionResolved = NewEvent<'objection-resolved', FactData & {
  readonly kind: string;
  /** Calendar date: of the objection. */
  readonly receivedOn: string;
  readonly against?: string;
  readonly objectionId?: string;
  /** codes: objectionOutcomes */
  readonly outcome?: string;
  readonly resolvedOn?: string;
}>;

/** AVG 18: out of the advice, marked, on hold. */
export type ProcessingRestricted = NewEvent<'processing-restricted', FactData & {
  readonly ground?: string;
  readonly on?: string;
  readonly requestId?: string;
  readonly categories?: readonly string[];
}>;

export type ProcessingLifted = NewEvent<'processing-lifted', FactData & {
  readonly on?: string;
  readonly requestId?: string;
  readonly reason?: string;
  /** AVG 18, third paragraph: the person is told beforehand. */
  readonly subjectTold?: boolean;
}>;

/** AVG 19: which recipients were told of a rectification, erasure or restriction. */
export type RecipientsNotified = NewEvent<'recipients-notified', FactData & {
  readonly recipients?: readonly Recipient[];
  readonly requestId?: string;
  readonly on?: string;
}>;

/** The person's own supplementary statement, sealed with the dossier. */
export type StatementAdded = NewEvent<'statement-added', FactData & {
  readonly statement?: string;
  readonly reference?: string;
  readonly on?: string;
  readonly requestId?: string;
}>;

/** What of the rights lies in a dossier's stream. */
export type RightsEvent =
  | ObjectionReceived | ObjectionResolved | ProcessingRestricted | ProcessingLifted | RecipientsNotified | StatementAdded;

export type RightsRequestReceived = NewEvent<'rights-request-received', CommonData & {
  readonly requestId: string;
  /** codes: dataSubjectRights */
  readonly right: string;
  /** Calendar date. */
  readonly receivedOn: string;
  readonly subject: FactSubject;
  readonly requester?: { readonly capacity: string };
  readonly requestedBy?: { readonly relation: string };
  readonly identifiedOn?: string;
  readonly part?: string;
  readonly purpose?: string;
  readonly thirdParties?: { readonly asked?: boolean; readonly outcome?: string };
  readonly childInterest?: string;
}>;

export type RightsRequestExtended = NewEvent<'rights-request-extended', CommonData & {
  readonly requestId: string;
  /** Calendar date on which the person was told. */
  readonly extendedToldOn?: string;
  readonly reason?: string;
}>;

export type RightsRequestDecided = NewEvent<'rights-request-decided', CommonData & {
  readonly requestId: string;
  /** codes: rightsOutcomes */
  readonly outcome?: string;
  readonly decidedOn?: string;
  readonly grounds?: readonly string[];
  readonly thirdPartyInterestWeighed?: boolean;
  readonly thirdParties?: { readonly asked?: boolean; readonly outcome?: string };
  readonly childInterest?: string;
  readonly part?: string;
}>;

/** Own stream, found by requestId: a request is about a person, not about one dossier. */
export type RightsRequestEvent = RightsRequestReceived | RightsRequestExtended | RightsRequestDecided;
