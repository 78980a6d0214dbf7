import type { NewEvent } from '#domain/ledger/event';
import type { FactData, FactSubject } from '#domain/ledger/fact';

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

export type DossierEvent = DossierOpened | DossierClosed;
