import { TIME_ZONE } from '#domain/ledger/moments';
import type { SimulatedClock } from '#infra/clock/simulated-clock';
import type { Api } from '#src/demo/api';
import { dutchNumber } from '#src/demo/words';
import type { PlayedEvent } from '#src/synthetic/played-event';

/** Something that happens between the events, such as a decision of the college. */
export interface Interlude {
  readonly at: Temporal.Instant;
  run(): Promise<void>;
}

export interface Played {
  readonly sent: number;
  readonly milliseconds: number;
  /** Position of the last event under the head. */
  readonly position: number;
}

/** A case system logs what happened a little later; the ledger records it then. */
const LOGGED_AFTER = { minutes: 2 } as const;

/**
 * Lives through the events one by one under the simulated clock, each acknowledged before the next is sent, and
 * says after every year how far it is.
 */
export async function play(events: readonly PlayedEvent[], interludes: readonly Interlude[], api: Api, clock: SimulatedClock, say: (line: string) => void): Promise<Played> {
  const waiting = interludes.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
  const start = performance.now();
  let position = 0;
  let year = new YearOfPlay(yearOf(events[0]));
  for (const [index, event] of events.entries()) {
    while (waiting[0] !== undefined && Temporal.Instant.compare(waiting[0].at, event.at) <= 0) {
      const interlude = waiting.shift()!;
      clock.advanceTo(interlude.at);
      await interlude.run();
    }
    if (year.year !== yearOf(event)) {
      year.finish(say);
      year = new YearOfPlay(yearOf(event));
    }
    clock.advanceTo(event.at.add(LOGGED_AFTER));
    const { body } = await api.send(event, eventId(index));
    position = body.position ?? position;
    year.count += 1;
  }
  year.finish(say);
  return { sent: events.length, milliseconds: performance.now() - start, position };
}

function yearOf(event: PlayedEvent | undefined): string {
  return event === undefined ? '' : String(event.at.toZonedDateTimeISO(TIME_ZONE).year);
}

/** The sender's own number of the event; the same in every run. */
export function eventId(index: number): string {
  return `demo-${String(index + 1).padStart(5, '0')}`;
}

class YearOfPlay {
  count = 0;
  readonly #start = performance.now();

  constructor(readonly year: string) {}

  finish(say: (line: string) => void): void {
    const seconds = (performance.now() - this.#start) / 1_000;
    say(`  ${this.year}  ${String(this.count).padStart(4)} gebeurtenissen   ${dutchNumber(Math.round(this.count / seconds))} per seconde`);
  }
}
