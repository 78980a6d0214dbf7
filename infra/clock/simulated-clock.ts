import type { Clock } from '#infra/clock/port';

/**
 * A clock that is told what time it is, for the demo and for tests. It stands still until it is moved, goes back
 * only by `jumpTo`, and flows at real speed from the moment `letTimePass` is called.
 */
export class SimulatedClock implements Clock {
  #base: Temporal.Instant;
  /** Reading of the monotonic clock at `#base` while time flows; null while it stands still. */
  #flowingSince: number | null = null;
  readonly movedByHand: boolean;

  /** `watched`: for tests of the watch itself, which then judges its steps like those of a machine's clock. */
  constructor(start: Temporal.Instant, options: { readonly watched?: boolean } = {}) {
    this.#base = start;
    this.movedByHand = options.watched !== true;
  }

  now(): Temporal.Instant {
    if (this.#flowingSince === null) return this.#base;
    return this.#base.add({ milliseconds: Math.floor(performance.now() - this.#flowingSince) });
  }

  /** Moves to `instant`; an earlier one changes nothing, so that callers need not ask first. */
  advanceTo(instant: Temporal.Instant): void {
    const now = this.now();
    if (Temporal.Instant.compare(instant, now) <= 0) return;
    this.#base = instant;
    if (this.#flowingSince !== null) this.#flowingSince = performance.now();
  }

  /** Moves ahead by a positive duration of hours or smaller; a negative one throws. */
  advanceBy(duration: Temporal.DurationLike): void {
    const ahead = this.now().add(duration);
    if (Temporal.Instant.compare(ahead, this.now()) < 0) throw new RangeError('a clock does not go back');
    this.advanceTo(ahead);
  }

  /** As a broken machine's clock does: to any moment, also an earlier one. */
  jumpTo(instant: Temporal.Instant): void {
    this.#base = instant;
    if (this.#flowingSince !== null) this.#flowingSince = performance.now();
  }

  letTimePass(): void {
    this.#flowingSince ??= performance.now();
  }
}
