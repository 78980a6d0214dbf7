import type { ScheduleAdopted } from '#domain/governance/events';
import type { RetentionSchedule } from '#domain/retention/schedule';
import type { RowReader, Rows, TableDefinition } from '#projections/projection';

/** The one row that holds the adopted schedule by value, for the folds that need it. */
export const SCHEDULE_TABLE: TableDefinition = { name: 'schedule', columns: { id: 'text', schedule: 'text' }, key: ['id'] };

export function keepSchedule({ version, use, rules, on }: ScheduleAdopted['data'], rows: Rows): RetentionSchedule {
  const schedule: RetentionSchedule = { version, rules, on, ...(use === undefined ? {} : { use }) };
  rows.put('schedule', { id: 'adopted', schedule: JSON.stringify(schedule) });
  return schedule;
}

// A schedule is tens of kilobytes and asked for with every event: the text last read is not parsed twice.
let last: { readonly text: string; readonly schedule: RetentionSchedule } | null = null;

/** Null while none was adopted. */
export function adoptedSchedule(rows: RowReader): RetentionSchedule | null {
  const text = rows.get('schedule', ['adopted'])?.['schedule'] as string | undefined;
  if (text === undefined) return null;
  if (last?.text !== text) last = { text, schedule: JSON.parse(text) as RetentionSchedule };
  return last.schedule;
}
