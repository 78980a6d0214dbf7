import type { StreamName } from '#domain/ledger/ids';
import type { RowReader } from '#projections/projection';
import type { Kind } from '#projections/expiry-calendar/projection';

/** Something whose day came and that nobody has recorded. `name`: a consentId, or a subject id with a reason. */
export interface Moment {
  /** Calendar date. */
  readonly day: string;
  readonly stream: StreamName;
  readonly kind: Kind;
  readonly name: string;
}

/** Up to and including today, in order of day and stream. */
export function momentsToRecord(reader: RowReader, today: Temporal.PlainDate, after: Moment | null, limit: number): readonly Moment[] {
  return reader.page('moment', {
    ...(after === null ? {} : { after: [after.day, after.stream, after.kind, after.name] }), until: [today.add({ days: 1 }).toString()], limit,
  }).map((row) => ({ day: row['day'] as string, stream: row['stream'] as StreamName, kind: row['kind'] as Kind, name: row['name'] as string }));
}
