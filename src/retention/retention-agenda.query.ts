import { Query } from '@nestjs/cqrs';
import type { Position } from '#domain/ledger/ids';
import type { AgendaCategory, AgendaItem } from '#projections/retention-agenda/queries';
import type { Outcome } from '#src/recording/outcome';

export interface AgendaEntry extends AgendaItem {
  /** The case system's own dossier, decrypted; null when it was destroyed in this very moment. */
  readonly dossier: { readonly system: string; readonly reference: string } | null;
}

export interface AgendaPage {
  /** Calendar date in Amsterdam for which it was drawn up. */
  readonly today: string;
  /** The adopted schedule in force; null: nothing is ever due. */
  readonly schedule: string | null;
  readonly counts: Readonly<Record<AgendaCategory, number>>;
  readonly items: readonly AgendaEntry[];
  /** For `after` of the next page; absent on the last one. */
  readonly next?: string;
  readonly knownAt: Position;
}

export class RetentionAgenda extends Query<Outcome<AgendaPage>> {
  constructor(
    readonly category: AgendaCategory | null, readonly after: string | null, readonly limit: number,
    readonly minPosition: Position | null,
  ) {
    super();
  }
}
