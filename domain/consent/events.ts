import type { NewEvent } from '#domain/ledger/event';
import type { FactData } from '#domain/ledger/fact';

/** An organisation by name or a kind of recipient (codes: counterparties, recipientCategories); one at least. */
export interface Recipient {
  readonly organisation?: string;
  readonly kind?: string;
}

export interface ConsentGiver {
  /** codes: consentGiverRelations */
  readonly relation: string;
  readonly reference?: string;
}

export type ConsentRequested = NewEvent<'consent-requested', FactData & {
  readonly consentId: string;
  readonly function?: string;
  readonly purposes?: readonly string[];
  readonly recipients?: readonly Recipient[];
  readonly categories?: readonly string[];
  readonly followsRefusal?: { readonly attempt: number };
}>;

export type ConsentGiven = NewEvent<'consent-given', FactData & {
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
}>;

export type ConsentEvent = ConsentRequested | ConsentGiven | ConsentRefused | ConsentWithdrawn;
