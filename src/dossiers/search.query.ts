import { Query } from '@nestjs/cqrs';
import type { Position } from '#domain/ledger/ids';
import type { DossierStatus } from '#projections/dossier-register/projection';
import type { Viewer } from '#src/dossiers/looks';
import type { DataSubjectSearchDto, DossierSearchDto } from '#src/dossiers/search.dto';
import type { Outcome } from '#src/recording/outcome';

export interface FoundDossier {
  /** Random id: for the timeline. */
  readonly id: string;
  /** The case system's own dossier, decrypted; null when it was destroyed in this very moment. */
  readonly dossier: { readonly system: string; readonly reference: string } | null;
  /** codes: laws; null until opened. */
  readonly law: string | null;
  readonly lawLabel: string | null;
  readonly status: DossierStatus;
  readonly statusLabel: string;
  readonly openedOn: string | null;
  readonly closedOn: string | null;
}

export interface FoundDossiers {
  readonly dossiers: readonly FoundDossier[];
  /** For `after` of the next page; absent on the last one. */
  readonly next?: string;
  /** Last position the answer knows of; -1 when it knows none. */
  readonly knownAt: Position;
}

export interface FoundSubject {
  /** Only laws under which the person is known. */
  readonly laws: readonly { readonly law: string; readonly label: string; readonly dossiers: readonly FoundDossier[] }[];
  readonly knownAt: Position;
}

export class SearchDossiers extends Query<Outcome<FoundDossiers>> {
  constructor(readonly asked: DossierSearchDto, readonly viewer: Viewer, readonly minPosition: Position | null) {
    super();
  }
}

export class SearchDataSubject extends Query<Outcome<FoundSubject>> {
  constructor(readonly asked: DataSubjectSearchDto, readonly viewer: Viewer, readonly minPosition: Position | null) {
    super();
  }
}
