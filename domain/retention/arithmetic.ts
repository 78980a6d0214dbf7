/**
 * Calendar arithmetic of retention terms (retention-schedule.json, conventions C1–C4, C8). Dates are calendar dates in
 * Europe/Amsterdam; nothing here knows a time of day or today's date.
 */

/** Whole years, months and days of an ISO 8601 duration (weeks count as seven days). */
export interface Period {
  readonly years: number;
  readonly months: number;
  readonly days: number;
}

/**
 * The last day there is here. Source systems write 9999-12-31 for "never", and a day later no longer compares as
 * text ("+010000-01-01" sorts before "2026-01-01"): what would lie beyond stays on this day.
 */
const LAST_DAY = '9999-12-31';

export interface Term {
  /** Last day on which it is kept (ZGW: archiefactiedatum); null for P0D: nothing is retained. */
  readonly retainedThrough: Temporal.PlainDate | null;
  readonly firstDestructionDay: Temporal.PlainDate;
}

const PERIOD = /^P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?$/;

/** Null when the text is no ISO 8601 duration of whole years, months, weeks or days. */
export function parsePeriod(text: string): Period | null {
  const match = PERIOD.exec(text);
  if (match === null) return null;
  const part = (index: number): number => Number(match[index] ?? 0);
  return { years: part(1), months: part(2), days: part(3) * 7 + part(4) };
}

function periodOf(text: string): Period {
  const known = read.get(text);
  if (known !== undefined) return known;
  const period = parsePeriod(text);
  if (period === null) throw new RangeError('not a retention period');
  if (read.size < PERIODS_KEPT) read.set(text, period);
  return period;
}

// A schedule has some tens of them, asked for with every event.
const read = new Map<string, Period>();
const PERIODS_KEPT = 1_000;

/** C1, C2, C8: trigger + period, clamped to the last day of the month; P0D keeps nothing and is due on the day itself. */
export function termFromDate(trigger: Temporal.PlainDate, period: string): Term {
  const { years, months, days } = periodOf(period);
  if (years === 0 && months === 0 && days === 0) return { retainedThrough: null, firstDestructionDay: trigger };
  const retainedThrough = notBeyond(trigger.add({ years, months, days }, { overflow: 'constrain' }));
  return { retainedThrough, firstDestructionDay: dayAfter(retainedThrough) };
}

/** C3: only the year counts; kept through 31 December of (year + period). The period must be of whole years. */
export function termFromYear(year: number, period: string): Term {
  const { years, months, days } = periodOf(period);
  if (months !== 0 || days !== 0) throw new RangeError('a year rule has a period of whole years');
  const retainedThrough = notBeyond(new Temporal.PlainDate(year + years, 12, 31));
  return { retainedThrough, firstDestructionDay: dayAfter(retainedThrough) };
}

/** Triggers of which only the year is read. */
export const YEAR_TRIGGERS: ReadonlySet<string> = new Set(['birth-year']);

/** The term of a rule's trigger: a calendar date, or for a year trigger the year of that date. */
export function termOf(trigger: string, on: Temporal.PlainDate, period: string): Term {
  return YEAR_TRIGGERS.has(trigger) ? termFromYear(on.year, period) : termFromDate(on, period);
}

function notBeyond(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.year > 9_999 ? Temporal.PlainDate.from(LAST_DAY) : date;
}

export function dayAfter(date: Temporal.PlainDate): Temporal.PlainDate {
  return notBeyond(date.add({ days: 1 }));
}

export function later(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) >= 0 ? a : b;
}
