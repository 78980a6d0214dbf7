import { Query } from '@nestjs/cqrs';
import type { Position } from '#domain/ledger/ids';
import type { AgendaCategory, AgendaItem, AgendaPlace } from '#projections/retention-agenda/queries';
import type { Outcome } from '#src/recording/outcome';
import type { ShownDossier } from '#src/dossiers/dossier-of';

export interface AgendaEntry extends AgendaItem {
  /** The case system's own dossier, decrypted; null when it was destroyed in this very moment. */
  readonly dossier: ShownDossier | null;
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
    readonly category: AgendaCategory | null, readonly after: AgendaPlace | null, readonly limit: number,
    readonly minPosition: Position | null,
  ) {
    super();
  }
}

const CURSOR = /^([0-9]{4}-[0-9]{2}-[0-9]{2})~(dossier-[0-9a-f-]{36})$/;

export function agendaCursor({ day, stream }: AgendaPlace): string {
  return `${day}~${stream}`;
}

/** Null when the text is no cursor of an agenda. */
export function agendaPlace(cursor: string): AgendaPlace | null {
  const match = CURSOR.exec(cursor);
  return match === null ? null : { day: match[1]!, stream: match[2]! };
}
