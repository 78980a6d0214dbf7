import type { NewEvent } from '#domain/ledger/event';
import type { AboutOther, DecidedBy, FactData } from '#domain/ledger/fact';
import type { Recipient } from '#domain/consent/events';

/** What the sender says the basis is: a row of legal-bases.json, or none, or unknown. */
export type ClaimedLegalBasis =
  | { readonly gdpr?: string; readonly article?: string; /** codes: specialDataExceptions */ readonly specialDataException?: string }
  | 'none' | 'onbekend';

export type SharingDecided = NewEvent<'sharing-decided', FactData & {
  readonly decisionId: string;
  /** codes: decisionOutcomes */
  readonly outcome: string;
  readonly purpose: string;
  readonly toLaw?: string;
  readonly recipient?: Recipient;
  /** `article` is an id of legal-bases.json. */
  readonly legalBasis: ClaimedLegalBasis;
  readonly direction?: string;
  readonly fromLaw?: string;
  readonly categories?: readonly string[];
  readonly consentId?: string;
  readonly informedBeforehand?: boolean;
  readonly concreteReason?: string;
  readonly secrecy?: { readonly profession: string; readonly brokenOn?: string };
  readonly tests?: Readonly<Record<string, boolean>>;
  readonly alternativeConsidered?: string;
  readonly childInterest?: string;
  readonly withoutConsent?: {
    readonly why: string; readonly risk?: string; readonly to?: string;
    readonly decidedBy?: { readonly function: string }; readonly decidedOn?: string;
    /** RFC 3339 with offset. */
    readonly decidedAt?: string;
  };
  readonly noBasis?: { readonly crucialBecause?: string; readonly safeguards?: string; readonly deviation?: string };
  readonly frameworkVersion?: string;
  readonly decidedBy?: DecidedBy;
  readonly aboutOthers?: readonly AboutOther[];
  readonly consulted?: { readonly function: string; readonly followed?: boolean; readonly why?: string };
  readonly compatibility?: readonly { /** codes: compatibilityFactors */ readonly factor: string; readonly motivation?: string }[];
  readonly discloser?: { readonly kind?: string; readonly profession?: string };
  /** codes: phases */
  readonly phase?: string;
  /** codes: requirements */
  readonly requirements?: readonly { readonly code: string; readonly met?: boolean; readonly motivation?: string }[];
  /** What the asking party says its basis is. */
  readonly claimedBasis?: string;
  readonly citedRule?: { readonly rule?: string; /** codes: ruleAuthority */ readonly authority?: string };
  readonly objectionsWeighed?: string;
  /** The advice that was followed, or not. */
  readonly advice?: { readonly catalogueVersion: string; readonly verdict?: string; readonly signals?: readonly string[] };
}>;

export type DataShared = NewEvent<'data-shared', FactData & {
  readonly recipient: Recipient & { readonly organisation: string; readonly bigRegistered?: boolean };
  readonly categories?: readonly string[];
  readonly decisionId?: string;
  readonly routeId?: string;
  readonly direction?: string;
  readonly medium?: string;
  readonly targetedAnswer?: boolean;
  readonly purpose?: string;
  readonly meetingId?: string;
  /** The agreement of a casusoverleg under which it was taken along. */
  readonly takeawayOf?: string;
  /** The receiving party keeps it in a dossier. */
  readonly dossierKept?: boolean;
}>;

/** What was stored of what came in: kept or given back. */
export type DataStored = NewEvent<'data-stored', FactData & {
  readonly categories?: readonly string[];
  readonly holder?: { readonly function: string };
  readonly kept?: boolean;
  readonly returned?: boolean;
}>;

/** It was asked somewhere whether the person is known there. */
export type LookupPerformed = NewEvent<'lookup-performed', FactData & {
  readonly where?: Recipient;
  readonly cause?: string;
  readonly found?: boolean;
}>;

/** Given back or destroyed unread. */
export type DocumentReturned = NewEvent<'document-returned', FactData & {
  readonly to?: Recipient;
  readonly categories?: readonly string[];
  readonly destroyedUnread?: boolean;
}>;

export type DisagreementEscalated = NewEvent<'disagreement-escalated', FactData & {
  readonly decisionId: string;
  /** codes: escalationLevels */
  readonly level?: string;
  readonly decidedBy?: DecidedBy;
}>;

export type DisagreementResolved = NewEvent<'disagreement-resolved', FactData & {
  readonly decisionId: string;
  readonly level?: string;
  readonly decidedBy?: DecidedBy;
  /** codes: disagreementOutcomes */
  readonly outcome?: string;
}>;

export type SharingEvent =
  | SharingDecided | DataShared | DataStored | LookupPerformed | DocumentReturned | DisagreementEscalated
  | DisagreementResolved;
