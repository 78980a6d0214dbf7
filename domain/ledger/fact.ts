import type { Occurred } from '#domain/ledger/moments';
import type { SubjectId } from '#domain/ledger/ids';

/** The case system's own dossier. Personal data: sealed, never in a view. */
export interface DossierReferenceData {
  readonly system: string;
  readonly reference: string;
}

export interface Actor {
  readonly function: string;
  readonly reference?: string;
  readonly organisation?: string;
}

/**
 * Common to the data of every event that comes from outside (event-catalogue.md, "Common to all data"), as recorded:
 * persons have become subject ids, everything else is as the sender wrote it.
 */
export type CommonData = Occurred & {
  readonly actor?: Actor;
  readonly motivation?: string;
  readonly motivationRef?: string;
};

/** Of a fact about one dossier. */
export type FactData = CommonData & {
  readonly dossier: DossierReferenceData;
  /** Absent: all of the dossier's subjects with role client or youth. */
  readonly subjects?: readonly FactSubject[];
};

export interface FactSubject {
  readonly subjectId: SubjectId;
  readonly role?: string;
}

/** Somebody else whom the data say something about. */
export interface AboutOther extends FactSubject {
  /** Has a dossier here under own name. */
  readonly ownDossier?: boolean;
}

/** Who decided, by function. */
export interface DecidedBy {
  readonly function: string;
  readonly reference?: string;
}
