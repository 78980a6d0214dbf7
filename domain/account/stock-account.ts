import { known, type Counted } from '#domain/account/sharing-account';
import type { ClassHold } from '#domain/retention/class-holds';
import { coveringClassHolds, retentionDate, type AdoptedRules } from '#domain/retention/retention-date';
import type { Hold, RetentionState } from '#domain/retention/state';

/** One dossier as the stocks see it. Days are calendar dates as text. */
export interface CountedDossier {
  /** Its day of opening is null for a provisional dossier, which is in no stock. */
  readonly retention: RetentionState;
  /** Day on which its destruction began; null while it lives. */
  readonly destroyedOn: string | null;
}

/** How one figure of one year moves: stocks are the sums of these up to a year. */
export interface YearDelta {
  readonly counted: Counted;
  readonly year: number;
  readonly count: number;
}

/** A hold on the dossier itself or by class. */
type AnyHold = Pick<Hold, 'kind' | 'on' | 'liftedOn'>;

/** All that decides in which stocks a dossier stands on a day. */
interface Standing {
  readonly openedOn: string | null;
  readonly destroyedOn: string | null;
  /** First day on which it may go, holds left aside; null while it has no date. */
  readonly dueFrom: string | null;
  readonly holds: readonly AnyHold[];
}

/**
 * What one dossier adds to the stocks at 31 December, year by year, and to the destroyed of its year. As known now:
 * a later fact changes earlier years too, by the difference.
 */
export function countDossier({ retention, destroyedOn }: CountedDossier, schedule: AdoptedRules | null, classHolds: readonly ClassHold[]): readonly YearDelta[] {
  const { openedOn } = retention;
  const deltas: YearDelta[] = destroyedOn === null ? [] : [{ counted: ['dossiers-destroyed'], year: yearOf(destroyedOn), count: 1 }];
  const date = retentionDate(retention, schedule);
  const dueFrom = date.kind === 'dated' && retention.sourceLeads !== true ? latest(date.firstDestructionDay, schedule?.on ?? '') : null;
  const byClass = classHolds.length === 0 ? [] : coveringClassHolds(retention, date, classHolds);
  const holds: readonly AnyHold[] = byClass.length === 0 ? retention.holds : [...retention.holds, ...byClass];
  const standing: Standing = { openedOn, destroyedOn, dueFrom, holds };
  let before: readonly string[] = [];
  for (const year of yearsOfChange(standing)) {
    const now = stocksAt(`${String(year).padStart(4, '0')}-12-31`, standing);
    for (const stock of now) if (!before.includes(stock)) deltas.push({ counted: countedOf(stock), year, count: 1 });
    for (const stock of before) if (!now.includes(stock)) deltas.push({ counted: countedOf(stock), year, count: -1 });
    before = now;
  }
  return deltas;
}

/** Which stocks it stands in at the end of that 31 December: figures, and `holds` with the kind behind it. */
function stocksAt(day: string, { openedOn, destroyedOn, dueFrom, holds }: Standing): readonly string[] {
  if (openedOn === null || openedOn > day || (destroyedOn !== null && destroyedOn <= day)) return NONE;
  const stocks = ['dossiers'];
  const standing = holds.filter((hold) => stands(hold, day));
  if (standing.length > 0) stocks.push('dossiers-held', ...new Set(standing.map((hold) => `${HOLDS} ${known(hold.kind, 'holdKinds')}`)));
  if (dueFrom !== null && dueFrom <= day && !holds.some((hold) => blocks(hold, day))) stocks.push('dossiers-due');
  return stocks;
}

const NONE: readonly string[] = [];
const HOLDS = 'holds';

function countedOf(stock: string): Counted {
  return stock.startsWith(`${HOLDS} `) ? [HOLDS, stock.slice(HOLDS.length + 1)] : [stock];
}

/** At the end of the day. */
function stands(hold: AnyHold, day: string): boolean {
  return hold.on <= day && (hold.liftedOn === null || hold.liftedOn > day);
}

/** Destruction is allowed again from the day after the lifting. */
function blocks(hold: AnyHold, day: string): boolean {
  return hold.on <= day && (hold.liftedOn === null || hold.liftedOn >= day);
}

/** The year after a change too: what is lifted on 31 December shows a year later. */
function yearsOfChange({ openedOn, destroyedOn, dueFrom, holds }: Standing): readonly number[] {
  const years = new Set<number>();
  const add = (day: string | null): void => {
    if (day === null) return;
    years.add(yearOf(day));
    years.add(yearOf(day) + 1);
  };
  add(openedOn);
  add(destroyedOn);
  add(dueFrom);
  for (const hold of holds) {
    add(hold.on);
    add(hold.liftedOn);
  }
  return [...years].sort((a, b) => a - b);
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}

function latest(a: string, b: string): string {
  return a > b ? a : b;
}
