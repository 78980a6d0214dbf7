import type { LedgerEvent, NewEvent } from '#domain/ledger/event';
import type { EventId, StreamName } from '#domain/ledger/ids';
import { MemoryViews } from '#infra/views/memory-views';
import type { ViewStore } from '#infra/views/port';
import { consentStatusProjection } from '#projections/consent-status/projection';
import { dossierRegisterProjection } from '#projections/dossier-register/projection';
import { expiryCalendarProjection } from '#projections/expiry-calendar/projection';
import type { Projection, RowReader } from '#projections/projection';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { yearlyFiguresProjection } from '#projections/yearly-figures/projection';
import { figureCells } from '#projections/yearly-figures/queries';

export const ALL: readonly Projection[] = [consentStatusProjection, dossierRegisterProjection, expiryCalendarProjection, retentionAgendaProjection, yearlyFiguresProjection];

export const dossierStream = (n: number): StreamName => `dossier-00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as StreamName;
export const GOVERNANCE = 'governance-00000000-0000-4000-8000-000000000001' as StreamName;

export interface Recorded { readonly stream: StreamName; readonly event: NewEvent }

/** Positions, ids and revisions as the ledger would give them. */
export function ledgerEvents(recorded: readonly Recorded[]): readonly LedgerEvent[] {
  const revisions = new Map<string, number>();
  return recorded.map(({ stream, event }, position) => {
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const id = `019a0000-0000-7000-8000-${String(position).padStart(12, '0')}` as EventId;
    return { ...event, id, stream, revision, position, recordedAt: '2026-01-01T00:00:00.000Z' };
  });
}

export function fact(n: number, type: string, data: Record<string, unknown>): Recorded {
  const occurred = 'occurredAt' in data || 'occurredOn' in data ? {} : { occurredOn: '2024-03-01' };
  return { stream: dossierStream(n), event: { type, schema: 1, data: { dossier: { system: 's', reference: `r${n}` }, ...occurred, ...data } } };
}

/** Folds in pages of the given sizes (the last one repeated) and answers the views. */
export function fold(projections: readonly Projection[], events: readonly LedgerEvent[], sizes: readonly number[] = [1_000], views: ViewStore = new MemoryViews()): ViewStore {
  for (const projection of projections) {
    views.open(projection);
    let at = 0;
    for (let page = 0; at < events.length; page += 1) {
      const part = events.slice(at, at + Math.max(1, sizes[Math.min(page, sizes.length - 1)]!));
      views.advance(projection, part.at(-1)!.position, (rows) => {
        for (const event of part) projection.apply(event, rows, { counting: true });
      });
      at += part.length;
    }
  }
  return views;
}

/** Every row of every table as text: equal to the byte or not equal. */
export function dump(views: ViewStore, projections: readonly Projection[] = ALL): string {
  return JSON.stringify(projections.map((projection) => [
    projection.name, projection.tables.map((table) => [table.name, views.reader(projection).select(table.name).map((row) => Object.entries(row).sort())]),
  ]), null, 1);
}

export function cellsOf(reader: RowReader): Record<string, number> {
  return Object.fromEntries(figureCells(reader).map((cell) => [[cell.figure, cell.year, ...cell.dimensions].join(' '), cell.count]));
}

export function cellsAfter(...recorded: readonly Recorded[]): Record<string, number> {
  return cellsOf(fold([yearlyFiguresProjection], ledgerEvents(recorded)).reader(yearlyFiguresProjection));
}
