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

/** Stream `access-<uuid of the dossier>`, destroyed with the dossier. */
export type AccessEvent = DossierAccessed | AccessReviewed;
