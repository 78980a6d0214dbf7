import { known, type Counted } from '#domain/account/sharing-account';
import { retentionDate, type AdoptedRules } from '#domain/retention/retention-date';
import type { Hold, RetentionState } from '#domain/retention/state';

/** One dossier as the stocks see it. Days are calendar dates as text. */
export interface CountedDossier {
  readonly retention: RetentionState;
  /** Day of opening; null for a provisional dossier, which is in no stock. */
  readonly openedOn: string | null;
  /** Day on which its destruction began; null while it lives. */
  readonly destroyedOn: string | null;
}

/** How one figure of one year moves: stocks are the sums of these up to a year. */
export interface YearDelta {
  readonly counted: Counted;
  readonly year: number;
  readonly count: number;
}

/**
 * What one dossier adds to the stocks at 31 December, year by year, and to the destroyed of its year. As known now:
 * a later fact changes earlier years too, by the difference.
 */
export function countDossier(dossier: CountedDossier, schedule: AdoptedRules | null): readonly YearDelta[] {
  const { retention, openedOn, destroyedOn } = dossier;
  const deltas: YearDelta[] = destroyedOn === null ? [] : [{ counted: ['dossiers-destroyed'], year: yearOf(destroyedOn), count: 1 }];
  const date = retentionDate(retention, schedule);
  const dueFrom = date.kind === 'dated' ? latest(date.firstDestructionDay, schedule?.on ?? '') : null;
  const years = yearsOfChange([openedOn, destroyedOn, dueFrom, ...retention.holds.flatMap((hold) => [hold.on, hold.liftedOn])]);
  let before: ReadonlySet<string> = new Set();
  for (const year of years) {
    const now = stocksAt(`${String(year).padStart(4, '0')}-12-31`, dossier, dueFrom);
    for (const key of now) if (!before.has(key)) deltas.push({ counted: JSON.parse(key) as Counted, year, count: 1 });
    for (const key of before) if (!now.has(key)) deltas.push({ counted: JSON.parse(key) as Counted, year, count: -1 });
    before = now;
  }
  return deltas;
}

/** Which stocks it stands in on that 31 December. */
function stocksAt(day: string, { retention, openedOn, destroyedOn }: CountedDossier, dueFrom: string | null): ReadonlySet<string> {
  const stocks: Counted[] = [];
  const destroyed = destroyedOn !== null && destroyedOn <= day;
  if (openedOn !== null && openedOn <= day && !destroyed) {
    stocks.push(['dossiers']);
    const standing = retention.holds.filter((hold) => stands(hold, day));
    if (standing.length > 0) stocks.push(['dossiers-held']);
    for (const kind of new Set(standing.map((hold) => hold.kind))) stocks.push(['holds', known(kind, 'holdKinds')]);
    if (dueFrom !== null && dueFrom <= day && !retention.holds.some((hold) => blocks(hold, day))) stocks.push(['dossiers-due']);
  }
  return new Set(stocks.map((stock) => JSON.stringify(stock)));
}

/** At the end of the day. */
function stands(hold: Hold, day: string): boolean {
  return hold.on <= day && (hold.liftedOn === null || hold.liftedOn > day);
}

/** Destruction is allowed again from the day after the lifting. */
function blocks(hold: Hold, day: string): boolean {
  return hold.on <= day && (hold.liftedOn === null || hold.liftedOn >= day);
}

/** The year after a change too: what is lifted on 31 December shows a year later. */
function yearsOfChange(days: readonly (string | null)[]): readonly number[] {
  const years = new Set<number>();
  for (const day of days) {
    if (day === null || day === '') continue;
    years.add(yearOf(day));
    years.add(yearOf(day) + 1);
  }
  return [...years].sort((a, b) => a - b);
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}

function latest(a: string, b: string): string {
  return a > b ? a : b;
}
