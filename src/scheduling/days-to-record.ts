import type { StreamName } from '#domain/ledger/ids';
import type { ViewStore } from '#infra/views/port';
import { expiryCalendarProjection } from '#projections/expiry-calendar/projection';
import { momentsToRecord, type Moment } from '#projections/expiry-calendar/queries';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { expiriesToRecord, type AgendaPlace } from '#projections/retention-agenda/queries';

export interface DayToRecord {
  /** Calendar date. */
  readonly day: string;
  readonly streams: readonly StreamName[];
}

const PAGE = 500;

interface Look { readonly day: string; readonly stream: string }

/**
 * The days up to today on which something came to a dossier, oldest first, each with its dossiers. Read a page at a
 * time while the run records: a page before the cursor is never asked again, so that nothing keeps it going.
 */
export function* daysToRecord(views: Pick<ViewStore, 'reader'>, today: Temporal.PlainDate): Generator<DayToRecord> {
  const terms = paged<AgendaPlace>((after) => expiriesToRecord(views.reader(retentionAgendaProjection), today, after, PAGE));
  const moments = paged<Moment>((after) => momentsToRecord(views.reader(expiryCalendarProjection), today, after, PAGE));
  let day: string | null = null;
  let streams = new Set<string>();
  for (const look of merged(terms, moments)) {
    if (look.day !== day) {
      if (day !== null) yield dayOf(day, streams);
      day = look.day;
      streams = new Set();
    }
    streams.add(look.stream);
  }
  if (day !== null) yield dayOf(day, streams);
}

function dayOf(day: string, streams: ReadonlySet<string>): DayToRecord {
  return { day, streams: [...streams].sort() as StreamName[] };
}

function* paged<Item>(page: (after: Item | null) => readonly Item[]): Generator<Item> {
  let after: Item | null = null;
  for (;;) {
    const items: readonly Item[] = page(after);
    yield* items;
    if (items.length < PAGE) return;
    after = items.at(-1)!;
  }
}

/** Two lists in order of day as one. */
function* merged(a: Iterator<Look>, b: Iterator<Look>): Generator<Look> {
  let one = a.next();
  let other = b.next();
  while (one.done !== true || other.done !== true) {
    if (other.done === true || (one.done !== true && one.value.day <= other.value.day)) {
      yield one.value as Look;
      one = a.next();
    } else {
      yield other.value;
      other = b.next();
    }
  }
}
