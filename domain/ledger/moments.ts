/**
 * When something happened: a moment (RFC 3339 with offset) or only a calendar day in Europe/Amsterdam
 * (forms have no clock). Exactly one of the two.
 */
export type Occurred =
  | { readonly occurredAt: string; readonly occurredOn?: undefined }
  | { readonly occurredOn: string; readonly occurredAt?: undefined };

export const TIME_ZONE = 'Europe/Amsterdam';

/** The calendar day in Amsterdam on which it happened. */
export function dayOf(occurred: Occurred): Temporal.PlainDate {
  if (occurred.occurredAt === undefined) return Temporal.PlainDate.from(occurred.occurredOn);
  return writtenInAmsterdamTime(occurred.occurredAt)
    ? Temporal.PlainDate.from(occurred.occurredAt.slice(0, 10))
    : Temporal.Instant.from(occurred.occurredAt).toZonedDateTimeISO(TIME_ZONE).toPlainDate();
}

/** The same as text, without making a date of it where none is needed. */
export function dayTextOf(occurred: Occurred): string {
  const { occurredAt } = occurred;
  if (occurredAt === undefined) return WRITTEN_DAY.test(occurred.occurredOn) ? occurred.occurredOn : dayOf(occurred).toString();
  if (writtenInAmsterdamTime(occurredAt)) return occurredAt.slice(0, 10);
  return lateInUtc(occurredAt) ? dayAfter(occurredAt.slice(0, 10)) : dayOf(occurred).toString();
}

const WRITTEN_DAY = /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])$/;

/**
 * Surely the date of that moment in Amsterdam: since 1996 the clock is one hour ahead of UTC from November to February
 * and two from April to September, never more than two. About the months of change nothing else is claimed.
 */
function writtenInAmsterdamTime(moment: string): boolean {
  if (moment < '1996' || moment > '2037' || moment.startsWith('60', 17)) return false;
  if (moment.endsWith('Z')) return moment.charCodeAt(10) === CAPITAL_T && moment.slice(11, 13) < '22';
  const month = moment.slice(5, 7);
  if (moment.endsWith('+01:00')) return month >= '11' || month <= '02';
  return moment.endsWith('+02:00') && month >= '04' && month <= '09';
}

const CAPITAL_T = 0x54;
const ONE_DAY = { days: 1 } as const;

// One evening's moments follow each other: the day last asked for is not computed again.
let asked = { day: '', after: '' };

function dayAfter(day: string): string {
  if (asked.day !== day) asked = { day, after: Temporal.PlainDate.from(day).add(ONE_DAY).toString() };
  return asked.after;
}

/** Surely the day after the one written in UTC. */
function lateInUtc(moment: string): boolean {
  if (moment < '1996' || moment > '2037' || moment.startsWith('60', 17) || !moment.endsWith('Z') || moment.charCodeAt(10) !== CAPITAL_T) return false;
  const month = moment.slice(5, 7);
  const hour = moment.slice(11, 13);
  return month >= '04' && month <= '09' ? hour >= '22' : (month >= '11' || month <= '02') && hour === '23';
}

export function dayOfInstant(instant: Temporal.Instant): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(TIME_ZONE).toPlainDate();
}

/** Negative: a before b; positive: after; 0: same moment, or same day with one side only a day (order unknown). */
export function compareOccurred(a: Occurred, b: Occurred): number {
  if (a.occurredAt !== undefined && b.occurredAt !== undefined) {
    // In the same offset and precision the texts order as the moments do; a leap second is its own second only there.
    if (a.occurredAt.slice(19) === b.occurredAt.slice(19) && !a.occurredAt.startsWith('60', 17) && !b.occurredAt.startsWith('60', 17)) {
      return a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : 0;
    }
    return Temporal.Instant.compare(Temporal.Instant.from(a.occurredAt), Temporal.Instant.from(b.occurredAt));
  }
  const [dayOfA, dayOfB] = [dayTextOf(a), dayTextOf(b)];
  // Days of four-figure years order as their texts do.
  if (dayOfA.length === 10 && dayOfB.length === 10) return dayOfA < dayOfB ? -1 : dayOfA > dayOfB ? 1 : 0;
  return Temporal.PlainDate.compare(dayOf(a), dayOf(b));
}
