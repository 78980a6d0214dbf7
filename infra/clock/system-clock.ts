import type { Clock } from '#infra/clock/port';

/** The machine's own clock. */
export class SystemClock implements Clock {
  #millisecond = Number.NaN;
  #instant: Temporal.Instant | null = null;

  /** To the millisecond. Asked several times for every event: within one of them it is the same instant. */
  now(): Temporal.Instant {
    const millisecond = Date.now();
    if (this.#instant === null || millisecond !== this.#millisecond) {
      this.#millisecond = millisecond;
      this.#instant = Temporal.Instant.fromEpochMilliseconds(millisecond);
    }
    return this.#instant;
  }
}
