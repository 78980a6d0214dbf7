/** The only way to learn the time. A simulated clock exists for the demo and for tests. */
export interface Clock {
  now(): Temporal.Instant;
}
