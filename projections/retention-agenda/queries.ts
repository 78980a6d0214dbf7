import type { StreamName } from '#domain/ledger/ids';
import type { Undated } from '#domain/retention/retention-date';
import type { RetentionSchedule } from '#domain/retention/schedule';
import type { RetentionState } from '#domain/retention/state';
import { adoptedSchedule } from '#projections/adopted-schedule';
import type { Row, RowReader } from '#projections/projection';

/**
 * Where a dossier stands today. `due` and `overdue` may go; `no-start-date`, `no-rule` and `blocked` (a rule without a
 * term) wait for somebody; `open`: the case still runs; `begun`: a run has it.
 */
export const AGENDA_CATEGORIES = [
  'due', 'overdue', 'held', 'soon', 'later', 'no-start-date', 'no-rule', 'blocked', 'provisional', 'permanent', 'open', 'begun',
] as const;
export type AgendaCategory = (typeof AGENDA_CATEGORIES)[number];

/** Dates are calendar dates; no reference and no name: those are decrypted from the event when shown. */
export interface AgendaItem {
  readonly stream: StreamName;
  readonly category: AgendaCategory;
  readonly rule: { readonly id: string; readonly version: string } | null;
  readonly trigger: { readonly code: string; readonly on: string; readonly from: string } | null;
  readonly retainedThrough: string | null;
  readonly firstDestructionDay: string | null;
  readonly allowedFrom: string | null;
  /** codes: holdKinds */
  readonly holds: readonly string[];
  readonly closedOn: string | null;
  readonly seenOn: string;
  readonly why: Undated | null;
}

export interface AgendaSettings {
  /** Calendar days ahead that count as soon. */
  readonly soonDays: number;
  /** Calendar days after which what may go is overdue. */
  readonly overdueDays: number;
}

export const AGENDA_DEFAULTS: AgendaSettings = { soonDays: 92, overdueDays: 92 };

/** Every dossier, those with a date by that date, the others oldest first; `today` is a calendar date in Amsterdam. */
export function agenda(reader: RowReader, today: Temporal.PlainDate, settings: AgendaSettings = AGENDA_DEFAULTS): readonly AgendaItem[] {
  return reader.select('dossier').map((row) => item(row, today, settings)).sort((a, b) => compare(sortDay(a), sortDay(b)) || compare(a.stream, b.stream));
}

/** What a list may be drawn up from: due and overdue, by the first day on which it was allowed. */
export function dueItems(reader: RowReader, today: Temporal.PlainDate): readonly AgendaItem[] {
  return reader.select('dossier', { kind: 'dated' })
    .map((row) => item(row, today, AGENDA_DEFAULTS))
    .filter(({ category }) => category === 'due' || category === 'overdue')
    .sort((a, b) => compare(sortDay(a), sortDay(b)) || compare(a.stream, b.stream));
}

export function agendaItemOf(reader: RowReader, stream: StreamName, today: Temporal.PlainDate): AgendaItem | null {
  const row = reader.get('dossier', [stream]);
  return row === undefined ? null : item(row, today, AGENDA_DEFAULTS);
}

/** The schedule as the view knows it; null while none was adopted. */
export function scheduleInForce(reader: RowReader): RetentionSchedule | null {
  return adoptedSchedule(reader);
}

/** What the gate also decides from, as the view has it. */
export function retentionStateOf(reader: RowReader, stream: StreamName): RetentionState | null {
  const row = reader.get('dossier', [stream]);
  return row === undefined ? null : JSON.parse(row['state'] as string) as RetentionState;
}

export function agendaCounts(items: readonly AgendaItem[]): Readonly<Record<AgendaCategory, number>> {
  const counts = Object.fromEntries(AGENDA_CATEGORIES.map((category) => [category, 0])) as Record<AgendaCategory, number>;
  for (const { category } of items) counts[category] += 1;
  return counts;
}

function item(row: Row, today: Temporal.PlainDate, settings: AgendaSettings): AgendaItem {
  const text = (column: string): string | null => row[column] as string | null;
  const holds = JSON.parse(text('holds')!) as string[];
  return {
    stream: text('stream') as StreamName,
    category: categoryOf(row, holds, today, settings),
    rule: row['rule'] === null ? null : { id: text('rule')!, version: text('rule_version')! },
    trigger: row['trigger'] === null ? null : { code: text('trigger')!, on: text('trigger_on')!, from: text('trigger_from')! },
    retainedThrough: text('retained_through'), firstDestructionDay: text('first_destruction_day'), allowedFrom: text('allowed_from'),
    holds, closedOn: text('closed_on'), seenOn: text('seen_on')!, why: text('why') as Undated | null,
  };
}

function categoryOf(row: Row, holds: readonly string[], today: Temporal.PlainDate, settings: AgendaSettings): AgendaCategory {
  if (row['begun'] === 1) return 'begun';
  if (row['kind'] === 'permanent') return 'permanent';
  if (holds.length > 0) return 'held';
  if (row['kind'] === 'undated') return undatedCategory(row);
  const allowed = row['allowed_from'] as string;
  if (allowed <= today.subtract({ days: settings.overdueDays }).toString()) return 'overdue';
  if (allowed <= today.toString()) return 'due';
  return allowed <= today.add({ days: settings.soonDays }).toString() ? 'soon' : 'later';
}

function undatedCategory(row: Row): AgendaCategory {
  const why = row['why'] as Undated;
  if (why === 'provisional') return 'provisional';
  if (row['closed_on'] === null) return 'open';
  if (why === 'no-trigger') return 'no-start-date';
  return why === 'no-period' ? 'blocked' : 'no-rule';
}

function sortDay(item: AgendaItem): string {
  return item.allowedFrom ?? item.closedOn ?? item.seenOn;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
