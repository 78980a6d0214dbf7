import { TIME_ZONE } from '#domain/ledger/moments';
import type { Clock } from '#infra/clock/port';

const LOOK_EVERY_MS = 30_000;

/**
 * Calls once per calendar day in Amsterdam, at or after a local time: also at once when the service starts later than
 * that, at the first moment after it in the night in which the clock skips it, once in the night that has it twice.
 * The local time is looked at, never counted down to: a timer of hours would drift and not follow the clock.
 */
export class NightlyTimer {
  readonly #clock: Clock;
  readonly #at: Temporal.PlainTime;
  /** False: not done, try again at the next look. */
  readonly #task: () => Promise<boolean>;
  #doneOn: string | null = null;
  #busy = false;
  #handle: ReturnType<typeof setInterval> | null = null;

  constructor(clock: Clock, at: Temporal.PlainTime, task: () => Promise<boolean>) {
    this.#clock = clock;
    this.#at = at;
    this.#task = task;
  }

  start(): void {
    this.#handle ??= setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
    void this.look();
  }

  stop(): void {
    if (this.#handle !== null) clearInterval(this.#handle);
    this.#handle = null;
  }

  /** Is it time? Called by the interval, and by whoever moves a clock. */
  async look(): Promise<void> {
    const now = this.#clock.now().toZonedDateTimeISO(TIME_ZONE);
    const today = now.toPlainDate().toString();
    if (this.#busy || this.#doneOn === today || Temporal.PlainTime.compare(now.toPlainTime(), this.#at) < 0) return;
    this.#busy = true;
    try {
      if (await this.#task()) this.#doneOn = today;
    } finally {
      this.#busy = false;
    }
  }
}
