import type { AuthorityEnded } from '#domain/dossier/authority-end';
import type { NewEvent } from '#domain/ledger/event';
import type { DecidedBy, FactData, FactSubject } from '#domain/ledger/fact';

export interface DossierSubject extends FactSubject {
  readonly role: string;
  /** Calendar date; needed for birth-date retention rules. */
  readonly dateOfBirth?: string;
}

export type DossierOpened = NewEvent<'dossier-opened', FactData & {
  readonly subjects: readonly DossierSubject[];
  readonly law: string;
  readonly zaaktype?: string;
  readonly retentionRules?: readonly string[];
  readonly controller?: { readonly organisation: string; readonly body?: string; readonly hat?: string };
  readonly household?: string;
  readonly regisseur?: { readonly function: string; readonly reference?: string; readonly organisation?: string };
  readonly processingActivity?: string;
  /** Whose word counts for this dossier, when a mapping table says so; left out: the source that opened it. */
  readonly leadingSource?: string;
  /** `source`: destroyed by the source's own procedure, which is followed here. Set by a mapping table; left out: the ledger's. */
  readonly leading?: 'source';
}>;

export type DossierClosed = NewEvent<'dossier-closed', FactData & {
  /** Calendar date. */
  readonly on: string;
  readonly result?: string;
  readonly resultaattype?: string;
  readonly archiefnominatie?: string;
  readonly archiefactiedatum?: string;
  readonly selectielijstklasse?: string;
}>;

/** The case is open again: there is no retention date until it is closed once more. */
export type DossierReopened = NewEvent<'dossier-reopened', FactData & {
  /** Calendar date. */
  readonly on: string;
  readonly reason: string;
}>;

export type SubjectJoined = NewEvent<'subject-joined', FactData & {
  readonly subject: FactSubject & { readonly dateOfBirth?: string };
  /** Calendar date. */
  readonly on?: string;
}>;

export type SubjectLeft = NewEvent<'subject-left', FactData & {
  readonly subject: FactSubject;
  readonly on?: string;
  readonly reason?: string;
}>;

/** What changed for a person: deceased, moved, came-of-age, address-secrecy, under-guardianship and the like. */
export type SubjectStatus = NewEvent<'subject-status', FactData & {
  readonly subject: FactSubject;
  readonly status: string;
  /** Calendar date. */
  readonly on?: string;
}>;

/** Who has gezag over, or represents, the persons of the dossier. */
export type AuthorityRecorded = NewEvent<'authority-recorded', FactData & {
  /** codes: consentGiverRelations */
  readonly kind?: string;
  readonly heldBy?: FactSubject & { readonly relation?: string };
  readonly from?: string;
  readonly until?: string;
  /** codes: sourceKinds */
  readonly source?: string;
}>;

/** Whether a person can judge own interest (wilsbekwaamheid), per decision. */
export type CapacityAssessed = NewEvent<'capacity-assessed', FactData & {
  readonly outcome?: string;
  readonly assessedBy?: DecidedBy;
  readonly on?: string;
  readonly about?: string;
}>;

/** Where the dossier's documents are: asked to destroy them when the time comes. */
export type DossierLocated = NewEvent<'dossier-located', FactData & {
  readonly location: {
    readonly system: string;
    readonly reference?: string;
    /** codes: locationKinds */
    readonly kind?: string;
    /** codes: locationControllers */
    readonly controller?: string;
  };
}>;

export type DossierTransferred = NewEvent<'dossier-transferred', FactData & {
  readonly to: { readonly organisation: string; readonly kind?: string };
  readonly purpose?: string;
  readonly categories?: readonly string[];
  readonly on?: string;
}>;

/** An investigation that suspended informing or access ended. */
export type InvestigationClosed = NewEvent<'investigation-closed', FactData & { readonly on: string }>;

export type DossierEvent =
  | DossierOpened | DossierClosed | DossierReopened | SubjectJoined | SubjectLeft | SubjectStatus | AuthorityRecorded
  | CapacityAssessed | DossierLocated | DossierTransferred | InvestigationClosed | AuthorityEnded;
