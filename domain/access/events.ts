import type { NewEvent } from '#domain/ledger/event';
import type { FactData } from '#domain/ledger/fact';

/** Only access by somebody not involved, emergency access and samples, not every click. */
export type DossierAccessed = NewEvent<'dossier-accessed', FactData & {
  readonly kind?: string;
  /** Emergency access: why. */
  readonly emergency?: { readonly reason: string };
  readonly purpose?: string;
  /** codes: dossierParts */
  readonly part?: string;
  readonly accessId?: string;
}>;

export type AccessReviewed = NewEvent<'access-reviewed', FactData & {
  readonly accessId?: string;
  /** justified or unjustified */
  readonly outcome?: string;
  readonly reviewedBy?: { readonly function: string };
}>;

/** An officer looked into the dossier here: one per session, person and dossier a day. The person is with the event. */
export type PersonalDataViewed = NewEvent<'personal-data-viewed', {
  readonly what: 'timeline';
  /** Id of the token. */
  readonly session: string;
  /** Calendar date in Amsterdam. */
  readonly on: string;
}>;

/** From outside, in the stream `access-<uuid of the dossier>`, destroyed with the dossier. */
export type AccessEvent = DossierAccessed | AccessReviewed;

/**
 * An officer searched, or looked into a dossier whose destruction has begun. Recorded before the answer is given, in
 * the stream of searches of that month.
 */
export type PersonalDataSearched = NewEvent<'personal-data-searched', {
  readonly what: 'dossier-by-reference' | 'dossiers-by-filter' | 'data-subject' | 'timeline';
  /** base64 HMAC-SHA-256 under the stream's data key over the criteria: the same question can be recognised, not read. */
  readonly criteria: string;
  /** Why, as the person wrote it. */
  readonly reason?: string;
  readonly session: string;
  /** Calendar date in Amsterdam. */
  readonly on: string;
}>;
