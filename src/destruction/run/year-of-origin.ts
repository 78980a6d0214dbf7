import type { LedgerEvent } from '#domain/ledger/event';
import { dayOf, dayOfInstant, type Occurred } from '#domain/ledger/moments';

/** The year of the first fact in time; a dossier is often opened here years after it began. */
export function yearOfOrigin(events: readonly LedgerEvent[]): number {
  let first = Infinity;
  for (const event of events) {
    const { occurredAt, occurredOn } = event.data as Partial<Record<'occurredAt' | 'occurredOn', string>>;
    const day = occurredAt ?? occurredOn ?? event.recordedAt;
    // Only about New Year can a moment's own date say another year than Amsterdam's.
    const border = day.slice(5, 10) === '12-31' || day.slice(5, 10) === '01-01';
    const year = !border ? Number(day.slice(0, 4))
      : occurredAt === undefined && occurredOn === undefined ? dayOfInstant(Temporal.Instant.from(event.recordedAt)).year
        : dayOf({ occurredAt, occurredOn } as Occurred).year;
    if (year < first) first = year;
  }
  return first;
}
