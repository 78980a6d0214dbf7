import type { Procedure } from '#domain/destruction/events';
import type { StreamName } from '#domain/ledger/ids';
import type { ClassHold } from '#domain/retention/class-holds';
import type { RetentionSignal, Undated } from '#domain/retention/retention-date';
import type { RetentionSchedule } from '#domain/retention/schedule';
import type { RetentionState } from '#domain/retention/state';
import { adoptedSchedule } from '#projections/adopted-schedule';
import type { Row, RowReader } from '#projections/projection';
import { classHoldsState } from '#projections/retention-agenda/class-holds';
import type { Standing } from '#projections/retention-agenda/date-columns';

/**
 * Where a dossier stands today. `due` and `overdue` may go; `extended`: an extension moved its date, and it is not
 * near; `no-start-date`, `no-rule` and `blocked` (a rule without a term, a day that cannot be right) wait for
 * somebody; `open`: the case still runs; `begun`: a run has it; `awaits-source`, `gone-at-source`: its source leads its
 * own destruction, and has not, or has, destroyed it: it goes on no list but one that follows; `permanent-at-source`: destroyed there, and kept for good here.
 */
export const AGENDA_CATEGORIES = [
  'due', 'overdue', 'held', 'soon', 'later', 'extended', 'no-start-date', 'no-rule', 'blocked', 'provisional', 'permanent', 'open', 'begun',
  'awaits-source', 'gone-at-source', 'permanent-at-source',
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
  /** Lightest procedure by which it may go; null without a date. */
  readonly procedure: Procedure | null;
  readonly extended: boolean;
  readonly signals: readonly RetentionSignal[];
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

/** Place of an item in the agenda, to go on after it. */
export interface AgendaPlace {
  /** Calendar date by which it is ordered. */
  readonly day: string;
  readonly stream: string;
}

export interface AgendaQuery {
  /** Null: every dossier. */
  readonly category: AgendaCategory | null;
  readonly after: AgendaPlace | null;
  readonly limit: number;
}

/** Those with a date by the day from which it is allowed, the others oldest first; `today`: calendar date in Amsterdam. */
export function agendaPage(reader: RowReader, today: Temporal.PlainDate, query: AgendaQuery, settings: AgendaSettings = AGENDA_DEFAULTS): readonly AgendaItem[] {
  const after = query.after === null ? [] : [query.after.day, query.after.stream];
  const page = (slice: Slice | null): readonly Row[] => reader.page('dossier', {
    ...(slice === null ? {} : { where: { standing: slice.standing } }), order: ['sort_day'], limit: query.limit,
    ...fromDay(slice?.from, after), ...(slice?.until === undefined ? {} : { until: [slice.until] }),
  });
  const slices = query.category === null ? [null] : slicesOf(query.category, bounds(today, settings));
  return slices.flatMap(page).sort((a, b) => compare(text(a, 'sort_day'), text(b, 'sort_day')) || compare(text(a, 'stream'), text(b, 'stream')))
    .slice(0, query.limit).map((row) => item(row, today, settings));
}

export function placeOf(item: AgendaItem): AgendaPlace {
  return { day: item.allowedFrom ?? item.closedOn ?? item.seenOn, stream: item.stream };
}

const PAGE = 1_000;

/** What a list may be drawn up from: overdue and due, by the first day on which it was allowed; a page at a time. */
export function* dueItems(reader: () => RowReader, today: Temporal.PlainDate): Generator<AgendaItem> {
  for (const category of ['overdue', 'due'] as const) {
    for (let after: AgendaPlace | null = null; ;) {
      const page: readonly AgendaItem[] = agendaPage(reader(), today, { category, after, limit: PAGE });
      yield* page;
      if (page.length < PAGE) break;
      after = placeOf(page.at(-1)!);
    }
  }
}

/** What the source that leads it has destroyed, and may follow it today; a page at a time. */
export function* itemsGoneAtSource(reader: () => RowReader, today: Temporal.PlainDate): Generator<AgendaItem> {
  for (let after: AgendaPlace | null = null; ;) {
    const page = agendaPage(reader(), today, { category: 'gone-at-source', after, limit: PAGE });
    for (const one of page) {
      if (placeOf(one).day > today.toString()) return;
      yield one;
    }
    if (page.length < PAGE) return;
    after = placeOf(page.at(-1)!);
  }
}

/** How many dossiers their source has destroyed while they are held here. */
export function heldAtSource(reader: RowReader): number {
  return tallied(reader, 'held-at-source');
}

/** How many dossiers their source has destroyed while they are to be kept for good. */
export function permanentAtSource(reader: RowReader): number {
  return tallied(reader, 'permanent-at-source');
}

function tallied(reader: RowReader, standing: Standing): number {
  let count = 0;
  for (let after: readonly string[] = []; ;) {
    const page = reader.page('tally', { where: { standing }, after, limit: PAGE });
    count += page.reduce((sum, row) => sum + (row['dossiers'] as number), 0);
    if (page.length < PAGE) return count;
    after = [text(page.at(-1)!, 'day')];
  }
}

/** How many stand where today, without reading a dossier. */
export function agendaCounts(reader: RowReader, today: Temporal.PlainDate, settings: AgendaSettings = AGENDA_DEFAULTS): Readonly<Record<AgendaCategory, number>> {
  const counts = Object.fromEntries(AGENDA_CATEGORIES.map((category) => [category, 0])) as Record<AgendaCategory, number>;
  let after: readonly string[] = [];
  for (;;) {
    const page = reader.page('tally', { after, limit: PAGE });
    for (const row of page) counts[categoryOf(row['standing'] as Standing, text(row, 'day'), bounds(today, settings))] += row['dossiers'] as number;
    if (page.length < PAGE) return counts;
    after = [text(page.at(-1)!, 'standing'), text(page.at(-1)!, 'day')];
  }
}

export function agendaItemOf(reader: RowReader, stream: StreamName, today: Temporal.PlainDate): AgendaItem | null {
  const row = reader.get('dossier', [stream]);
  return row === undefined ? null : item(row, today, AGENDA_DEFAULTS);
}

/** Terms that ended by today without the ledger having recorded it, oldest first. */
export function expiriesToRecord(reader: RowReader, today: Temporal.PlainDate, after: AgendaPlace | null, limit: number): readonly AgendaPlace[] {
  return reader.page('expiry', { after: after === null ? [] : [after.day, after.stream], until: [today.add({ days: 1 }).toString()], limit })
    .map((row) => ({ day: text(row, 'day'), stream: text(row, 'stream') }));
}

export interface DossierDate {
  readonly stream: StreamName;
  readonly state: RetentionState;
}

/** Every dossier, some at a time, in the order of their random names: for a look at what another schedule would do. */
export function dossierStates(reader: RowReader, after: string | null, limit: number): readonly DossierDate[] {
  return reader.page('dossier', { after: after === null ? [] : [after], limit })
    .map((row) => ({ stream: text(row, 'stream') as StreamName, state: JSON.parse(text(row, 'state')) as RetentionState }));
}

/** The schedule as the view knows it; null while none was adopted. */
export function scheduleInForce(reader: RowReader): RetentionSchedule | null {
  return adoptedSchedule(reader);
}

/** Holds by class or period as the view knows them, standing and lifted. */
export function classHoldsInForce(reader: RowReader): readonly ClassHold[] {
  return classHoldsState(reader)?.classHolds ?? [];
}

/** What the gate also decides from, as the view has it. */
export function retentionStateOf(reader: RowReader, stream: StreamName): RetentionState | null {
  const row = reader.get('dossier', [stream]);
  return row === undefined ? null : JSON.parse(row['state'] as string) as RetentionState;
}

interface Bounds {
  /** On or before it: overdue. */
  readonly overdue: string;
  readonly today: string;
  readonly soon: string;
}

function bounds(today: Temporal.PlainDate, { soonDays, overdueDays }: AgendaSettings): Bounds {
  return { overdue: today.subtract({ days: overdueDays }).toString(), today: today.toString(), soon: today.add({ days: soonDays }).toString() };
}

/** Rows of one standing whose day lies from `from` up to but not including `until`. */
interface Slice {
  readonly standing: Standing;
  readonly from?: string;
  readonly until?: string;
}

function slicesOf(category: AgendaCategory, { overdue, today, soon }: Bounds): readonly Slice[] {
  const moving = (range: Omit<Slice, 'standing'>): readonly Slice[] => [{ standing: 'dated', ...range }, { standing: 'extended', ...range }];
  switch (category) {
    case 'overdue': return moving({ until: next(overdue) });
    case 'due': return moving({ from: next(overdue), until: next(today) });
    case 'soon': return moving({ from: next(today), until: next(soon) });
    case 'later': return [{ standing: 'dated', from: next(soon) }];
    case 'extended': return [{ standing: 'extended', from: next(soon) }];
    case 'held': return [{ standing: 'held' }, { standing: 'held-at-source' }];
    case 'awaits-source': case 'gone-at-source': case 'permanent-at-source': case 'no-start-date': case 'no-rule': case 'blocked': case 'provisional': case 'permanent': case 'open': case 'begun':
      return [{ standing: category }];
  }
}

/** Dates compare as text, and nothing lies between a day and the text that follows it. */
function next(day: string): string {
  return `${day}+`;
}

function fromDay(from: string | undefined, after: readonly string[]): { readonly after?: readonly string[] } {
  if (from === undefined || (after[0] !== undefined && after[0] >= from)) return after.length === 0 ? {} : { after };
  return { after: [from] };
}

function categoryOf(standing: Standing, day: string, { overdue, today, soon }: Bounds): AgendaCategory {
  if (standing === 'held-at-source') return 'held';
  if (standing !== 'dated' && standing !== 'extended') return standing;
  if (day <= overdue) return 'overdue';
  if (day <= today) return 'due';
  if (day <= soon) return 'soon';
  return standing === 'dated' ? 'later' : 'extended';
}

function item(row: Row, today: Temporal.PlainDate, settings: AgendaSettings): AgendaItem {
  const orNull = (column: string): string | null => row[column] as string | null;
  return {
    stream: text(row, 'stream') as StreamName,
    category: categoryOf(row['standing'] as Standing, text(row, 'sort_day'), bounds(today, settings)),
    rule: row['rule'] === null ? null : { id: text(row, 'rule'), version: text(row, 'rule_version') },
    trigger: row['trigger'] === null ? null : { code: text(row, 'trigger'), on: text(row, 'trigger_on'), from: text(row, 'trigger_from') },
    retainedThrough: orNull('retained_through'), firstDestructionDay: orNull('first_destruction_day'), allowedFrom: orNull('allowed_from'),
    procedure: orNull('procedure') as Procedure | null,
    extended: row['extended'] === 1, signals: JSON.parse(text(row, 'signals')) as RetentionSignal[], holds: JSON.parse(text(row, 'holds')) as string[],
    closedOn: orNull('closed_on'), seenOn: text(row, 'seen_on'), why: orNull('why') as Undated | null,
  };
}

function text(row: Row, column: string): string {
  return row[column] as string;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
