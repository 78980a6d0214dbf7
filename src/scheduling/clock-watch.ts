import { doubtAbout, type ClockDoubt } from '#domain/governance/clock-trust';
import type { ActingPerson } from '#domain/ledger/event';
import type { Position } from '#domain/ledger/ids';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import type { Clock, ClockTicks } from '#infra/clock/port';
import type { EventStore } from '#infra/event-store/port';
import { decodeHeader } from '#infra/sealing/sealing';
import { done, refused, type Outcome } from '#src/recording/outcome';
import type { GovernanceStream } from '#src/recording/governance-stream';

export const TICK_EVERY_MS = 3_600_000;

export interface ClockConfirmation {
  /** What the clock says, RFC 3339 in UTC. */
  readonly now: string;
  readonly position: Position;
}

export interface ClockWatchParts {
  readonly clock: Clock;
  readonly ticks: ClockTicks;
  readonly governance: Pick<GovernanceStream, 'state' | 'append'>;
  readonly store: Pick<EventStore, 'head' | 'readAll'>;
}

/**
 * Holds the clock against the last moment at which it was believed. A clock that is not believed stops what runs by
 * the date until operations confirms it; recording goes on. While it is suspect no tick is written: a restart
 * must not make it believable.
 */
export class ClockWatch {
  readonly #parts: ClockWatchParts;
  /** Last tick that was believed; null before the first look. */
  #last: Temporal.Instant | null = null;
  /** It was written by this process. */
  #running = false;
  #doubt: ClockDoubt | null = null;
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(parts: ClockWatchParts) {
    this.#parts = parts;
  }

  /** As the last look found it; null: believed, or not yet looked at. */
  get doubt(): ClockDoubt | null {
    return this.#doubt;
  }

  /** Looks now. Null when the clock is believed; then the tick follows it. */
  check(): Promise<ClockDoubt | null> {
    return this.#exclusively(async () => {
      const { clockSuspected } = await this.#parts.governance.state();
      this.#doubt = clockSuspected?.reason ?? await this.#look();
      return this.#doubt;
    });
  }

  /** The refusal for what runs by the date; null when it may go on. */
  async refusal(): Promise<Refusal | null> {
    return await this.check() === null ? null
      : refusal('clock-suspect', 'De klok wordt niet vertrouwd. Er verloopt en verdwijnt niets tot beheer de klok heeft bevestigd (rekenschap clock confirm).');
  }

  /** Operations vouches for what the clock says now. */
  confirm(person: ActingPerson): Promise<Outcome<ClockConfirmation>> {
    return this.#exclusively(async () => {
      const { clock, governance } = this.#parts;
      const { clockSuspected } = await governance.state();
      if (clockSuspected === null && await this.#look() === null) {
        return refused(refusal('wrong-state', 'De klok is niet verdacht. Er valt niets te bevestigen.'));
      }
      const now = clock.now();
      const recorded = await governance.append({ type: 'clock-confirmed', schema: 1, data: { occurredAt: now.toString() } }, person);
      if (recorded.kind === 'refused') return recorded;
      this.#tick(now);
      this.#doubt = null;
      return done({ now: now.toString(), position: recorded.value.position });
    });
  }

  async #look(): Promise<ClockDoubt | null> {
    const { clock } = this.#parts;
    const now = clock.now();
    const last = this.#last ?? await this.#lastBefore();
    const doubt = last === 'damaged' ? 'tick-damaged' : last === null || clock.movedByHand === true ? null : doubtAbout(now, last, this.#running);
    if (doubt !== null) return this.#suspect(doubt, now, last === 'damaged' ? null : last);
    if (!this.#running || now.epochMilliseconds - this.#last!.epochMilliseconds >= TICK_EVERY_MS) this.#tick(now);
    return null;
  }

  async #suspect(reason: ClockDoubt, now: Temporal.Instant, last: Temporal.Instant | null): Promise<ClockDoubt> {
    // Not recorded because the store cannot write now: suspect all the same, and recorded at the next look.
    await this.#parts.governance.append({
      type: 'clock-suspected', schema: 1, data: { occurredAt: now.toString(), reason, lastTick: last?.toString() ?? null },
    }, null);
    return reason;
  }

  #tick(now: Temporal.Instant): void {
    this.#parts.ticks.write(now);
    this.#last = now;
    this.#running = true;
  }

  /** Before this process: its tick file, else the moment of the last event that is there; null in a new ledger. */
  async #lastBefore(): Promise<Temporal.Instant | 'damaged' | null> {
    const tick = this.#parts.ticks.last();
    if (tick !== 'none') {
      if (tick !== 'damaged') this.#last = tick;
      return tick;
    }
    const { store } = this.#parts;
    const { entries } = await store.readAll(Math.max(0, store.head().size - LOOK_BACK), LOOK_BACK);
    const last = entries.findLast((entry) => entry.kind === 'event');
    if (last === undefined) return null;
    this.#last = Temporal.Instant.from(decodeHeader(last.event.header).recordedAt);
    return this.#last;
  }

  #exclusively<Value>(task: () => Promise<Value>): Promise<Value> {
    const mine = this.#underWay.then(task, task);
    this.#underWay = mine.catch(() => undefined);
    return mine;
  }
}

const LOOK_BACK = 100;

