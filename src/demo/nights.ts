import { TIME_ZONE } from '#domain/ledger/moments';
import type { StreamName } from '#domain/ledger/ids';
import type { SimulatedClock } from '#infra/clock/simulated-clock';
import { expiryCalendarProjection } from '#projections/expiry-calendar/projection';
import { momentsToRecord } from '#projections/expiry-calendar/queries';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { expiriesToRecord } from '#projections/retention-agenda/queries';
import { CommandFailure } from '#src/cli/command';
import type { Ledger } from '#src/composition/ledger';

const AT = '02:00';
const WAIT_MS = 60_000;
/** Sorts after every name. */
const AFTER_ALL = '~';

/** What the nights recorded. */
export interface NightCounts {
  readonly nights: number;
  readonly lapses: number;
  readonly proposals: number;
}

/**
 * The nights of the play: the same run that a service makes every night, under the simulated clock. A night before
 * which no term, consent or authority ended is slept through; what comes to light later is taken along by the next run.
 */
export class Nights {
  readonly #ledger: Pick<Ledger, 'nightly' | 'store' | 'runner' | 'views'>;
  readonly #clock: SimulatedClock;
  #last: Temporal.PlainDate;
  #seen = -1;
  #counts: NightCounts = { nights: 0, lapses: 0, proposals: 0 };

  constructor(ledger: Pick<Ledger, 'nightly' | 'store' | 'runner' | 'views'>, clock: SimulatedClock, first: Temporal.PlainDate) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#last = first;
  }

  get counts(): NightCounts {
    return this.#counts;
  }

  /** Every night up to and including the one that ends on this morning. */
  async until(morning: Temporal.PlainDate): Promise<void> {
    await this.#caughtUp();
    for (let day = this.#nextAfter(this.#last, morning); day !== null; day = this.#nextAfter(this.#last, morning)) {
      await this.#night(day);
      await this.#caughtUp();
    }
    if (Temporal.PlainDate.compare(this.#last, morning) < 0) this.#last = morning;
  }

  /** The last one, whether anything is known to end or not. */
  async finish(morning: Temporal.PlainDate): Promise<void> {
    await this.until(morning);
    await this.#night(morning);
  }

  async #night(morning: Temporal.PlainDate): Promise<void> {
    this.#clock.advanceTo(morning.toZonedDateTime({ timeZone: TIME_ZONE, plainTime: AT }).toInstant());
    const outcome = await this.#ledger.nightly.run();
    if (outcome.kind === 'refused') throw new CommandFailure('night', `De nachtelijke run is geweigerd (${outcome.refusal.code}).`);
    const { retentionExpired, consentExpired, authorityEnded, lists } = outcome.value;
    this.#counts = {
      nights: this.#counts.nights + 1, lapses: this.#counts.lapses + retentionExpired + consentExpired + authorityEnded,
      proposals: this.#counts.proposals + (lists?.proposed === undefined ? 0 : 1),
    };
    this.#last = morning;
  }

  /** The first day up to and including `until` on which something ended; null when there is none. */
  #nextAfter(last: Temporal.PlainDate, until: Temporal.PlainDate): Temporal.PlainDate | null {
    if (Temporal.PlainDate.compare(last, until) >= 0) return null;
    const { views } = this.#ledger;
    const after = { day: last.toString(), stream: AFTER_ALL };
    const days = [
      ...expiriesToRecord(views.reader(retentionAgendaProjection), until, after, 1),
      ...momentsToRecord(views.reader(expiryCalendarProjection), until, { ...after, stream: AFTER_ALL as StreamName, kind: 'consent', name: '' }, 1),
    ].map(({ day }) => day).sort();
    return days[0] === undefined ? null : Temporal.PlainDate.from(days[0]);
  }

  async #caughtUp(): Promise<void> {
    const { store, runner } = this.#ledger;
    const head = store.head().size - 1;
    if (head === this.#seen) return;
    for (const { name } of [retentionAgendaProjection, expiryCalendarProjection]) {
      if (!await runner.waitFor(head, WAIT_MS, name)) throw new CommandFailure('views-behind', 'De agenda raakt achter bij wat er gebeurt.');
    }
    this.#seen = head;
  }
}
