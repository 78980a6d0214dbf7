import { TIME_ZONE } from '#domain/ledger/moments';

/** 00:00 in Amsterdam on this calendar day, RFC 3339 with offset: what a term's own event says of when. */
export function startOfDay(day: string): string {
  return Temporal.PlainDate.from(day).toZonedDateTime(TIME_ZONE).toString({ timeZoneName: 'never', smallestUnit: 'second' });
}
