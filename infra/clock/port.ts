/** The only way to learn the time. A simulated clock exists for the demo and for tests. */
export interface Clock {
  now(): Temporal.Instant;
  /**
   * True: somebody moves it on purpose, in steps of days or years. Such a step is no sign of a broken clock, so the
   * ticks follow it. Absent on the machine's own clock.
   */
  readonly movedByHand?: boolean;
}

/** The last moment at which the clock was believed, kept outside the data folder. */
export interface ClockTicks {
  /** `none`: there never was one. `damaged`: there is one, and none with a right signature. */
  last(): Temporal.Instant | 'none' | 'damaged';
  /** Durable when it returns. */
  write(at: Temporal.Instant): void;
}
