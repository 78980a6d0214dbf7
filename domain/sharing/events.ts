import type { NewEvent } from '#domain/ledger/event';
import type { FactData } from '#domain/ledger/fact';
import type { Recipient } from '#domain/consent/events';

/** What the sender says the basis is: a row of legal-bases.json, or none, or unknown. */
export type ClaimedLegalBasis = { readonly gdpr?: string; readonly article?: string } | 'none' | 'onbekend';

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
  };
  readonly noBasis?: { readonly crucialBecause?: string; readonly safeguards?: string; readonly deviation?: string };
  readonly frameworkVersion?: string;
  readonly decidedBy?: { readonly function: string; readonly reference?: string };
}>;

export type DataShared = NewEvent<'data-shared', FactData & {
  readonly recipient: Recipient & { readonly organisation: string };
  readonly categories?: readonly string[];
  readonly decisionId?: string;
  readonly routeId?: string;
  readonly direction?: string;
  readonly medium?: string;
  readonly targetedAnswer?: boolean;
  readonly purpose?: string;
}>;

export type SharingEvent = SharingDecided | DataShared;
