import type { Clock } from '#infra/clock/port';

/** The machine's own clock. */
export class SystemClock implements Clock {
  now(): Temporal.Instant {
    return Temporal.Now.instant();
  }
}
