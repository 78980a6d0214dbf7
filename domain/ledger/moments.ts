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
  return occurred.occurredAt !== undefined
    ? Temporal.Instant.from(occurred.occurredAt).toZonedDateTimeISO(TIME_ZONE).toPlainDate()
    : Temporal.PlainDate.from(occurred.occurredOn);
}

export function dayOfInstant(instant: Temporal.Instant): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(TIME_ZONE).toPlainDate();
}

/** Negative: a before b; positive: after; 0: same moment, or same day with one side only a day (order unknown). */
export function compareOccurred(a: Occurred, b: Occurred): number {
  if (a.occurredAt !== undefined && b.occurredAt !== undefined) {
    return Temporal.Instant.compare(Temporal.Instant.from(a.occurredAt), Temporal.Instant.from(b.occurredAt));
  }
  return Temporal.PlainDate.compare(dayOf(a), dayOf(b));
}
