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
export type FactData = Occurred & {
  readonly dossier: DossierReferenceData;
  /** Absent: all of the dossier's subjects with role client or youth. */
  readonly subjects?: readonly FactSubject[];
  readonly actor?: Actor;
  readonly motivation?: string;
  readonly motivationRef?: string;
};

export interface FactSubject {
  readonly subjectId: SubjectId;
  readonly role?: string;
}
