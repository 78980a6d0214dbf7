import type { ConsentExpired } from '#domain/consent/expiry';
import type { NewEvent } from '#domain/ledger/event';
import type { DecidedBy, DossierReferenceData, FactData } from '#domain/ledger/fact';

/** An organisation by name or a kind of recipient (codes: counterparties, recipientCategories); one at least. */
export interface Recipient {
  readonly organisation?: string;
  readonly kind?: string;
}

export interface ConsentGiver {
  /** codes: consentGiverRelations */
  readonly relation: string;
  readonly reference?: string;
  /** Was it checked that this person may consent (gezag, power of attorney)? */
  readonly authorityChecked?: boolean;
  /** How many persons hold gezag, and how many of them consented. */
  readonly holders?: number;
  readonly consentingHolders?: number;
  readonly competence?: { readonly assessedBy?: DecidedBy; readonly on?: string; readonly outcome?: string };
  /** What the youth thinks of it, when somebody else consented. */
  readonly youthView?: string;
}

export interface ConsentAttempt {
  /** Calendar date. */
  readonly on: string;
  readonly channel?: string;
  readonly outcome?: string;
}

export type ConsentRequested = NewEvent<'consent-requested', FactData & {
  readonly consentId: string;
  readonly function?: string;
  readonly purposes?: readonly string[];
  readonly recipients?: readonly Recipient[];
  readonly categories?: readonly string[];
  readonly followsRefusal?: { readonly attempt: number };
  readonly attempts?: readonly ConsentAttempt[];
  /** What changed since the refusal. */
  readonly newCircumstances?: string;
}>;

/** What giving and renewing share. */
export type ConsentGivenData = FactData & {
  readonly consentId: string;
  readonly purposes: readonly string[];
  readonly recipients: readonly Recipient[];
  readonly categories: readonly string[];
  readonly givenBy: readonly ConsentGiver[];
  /** codes: consentForms */
  readonly form: string;
  readonly function?: string;
  readonly explicit?: boolean;
  readonly informedBy?: string;
  readonly freely?: { readonly dependent?: boolean; readonly consequencesExplained?: boolean; readonly understood?: boolean };
  /** Last calendar day on which it holds. */
  readonly validUntil?: string;
  readonly planId?: string;
  readonly evidence?: { readonly kind: string; readonly reference?: string; readonly sha256?: string };
  /** Names nobody or nothing in particular: recorded, never valid (CR-16). */
  readonly generic?: boolean;
  readonly discloser?: { readonly organisation?: string; readonly profession?: string };
  readonly obtainedBy?: { readonly organisation: string };
  /** What help or a provision was made to depend on. */
  readonly condition?: string;
  readonly disputeExpected?: boolean;
  /** RFC 3339 with offset. */
  readonly confirmedInWritingAt?: string;
};

export type ConsentGiven = NewEvent<'consent-given', ConsentGivenData>;

/** As it is sent when it covers several dossiers: split when received, so that no dossier names another. */
export type ConsentOverDossiers = ConsentGivenData & { readonly dossiers?: readonly DossierReferenceData[] };

/** A new consent in the place of an earlier one, which must be given as the first was. */
export type ConsentRenewed = NewEvent<'consent-renewed', ConsentGivenData & {
  /** consentId of the consent that this one renews, when it has another. */
  readonly renews?: string;
}>;

export type ConsentRefused = NewEvent<'consent-refused', FactData & {
  readonly consentId: string;
  readonly reason?: string;
  readonly purposes?: readonly string[];
  readonly recipients?: readonly Recipient[];
  readonly categories?: readonly string[];
  readonly form?: string;
}>;

export type ConsentWithdrawn = NewEvent<'consent-withdrawn', FactData & {
  readonly consentId: string;
  readonly reason?: string;
  /** What is withdrawn when not all of it. */
  readonly purposes?: readonly string[];
  readonly recipients?: readonly Recipient[];
  readonly categories?: readonly string[];
  readonly form?: string;
  /** The form that was asked for the withdrawal, where any form would do. */
  readonly demandedForm?: string;
  /** What was decided anew after the withdrawal. */
  readonly reweighing?: string;
}>;

/** From here on not valid; the time before is "betwist". */
export type ConsentDisputed = NewEvent<'consent-disputed', FactData & {
  readonly consentId: string;
  readonly reason?: string;
  readonly disputedBy?: string;
}>;

export type ConsentDisputeResolved = NewEvent<'consent-dispute-resolved', FactData & {
  readonly consentId: string;
  /** codes: disputeOutcomes; invalid and unproven work from the start. */
  readonly outcome?: string;
  readonly decidedBy?: DecidedBy;
}>;

export type PlanStarted = NewEvent<'plan-started', FactData & {
  readonly planId: string;
  /** Calendar dates. */
  readonly on?: string;
  readonly until?: string;
  readonly categories?: readonly string[];
}>;

/** Consents given for the plan end with it. */
export type PlanEnded = NewEvent<'plan-ended', FactData & {
  readonly planId: string;
  /** Calendar date. */
  readonly on: string;
  readonly categories?: readonly string[];
}>;

/** The acts that a scope is asked of; see status.ts. */
export type ConsentEvent = ConsentRequested | ConsentGiven | ConsentRefused | ConsentWithdrawn;

/** Everything the concept owns. */
export type ConsentFact =
  | ConsentEvent | ConsentRenewed | ConsentDisputed | ConsentDisputeResolved | PlanStarted | PlanEnded | ConsentExpired;
