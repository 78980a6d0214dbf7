import { TIME_ZONE, dayOfInstant } from '#domain/ledger/moments';
import type { SimulatedClock } from '#infra/clock/simulated-clock';
import type { Api } from '#src/demo/api';
import type { Nights } from '#src/demo/nights';
import { dutchNumber } from '#src/demo/words';
import type { PlayedEvent } from '#src/synthetic/played-event';

/** Something that happens between the events, such as a decision of the college. */
export interface Interlude {
  readonly at: Temporal.Instant;
  run(): Promise<void>;
}

export interface Played {
  readonly sent: number;
  /** Per calendar year of logging. */
  readonly perYear: ReadonlyMap<number, number>;
  readonly days: number;
  readonly milliseconds: number;
  /** Ends of terms, consents and authority that the nights recorded. */
  readonly lapses: number;
  /** Position of the last event under the head. */
  readonly position: number;
}

/** A case system logs what happened a little later; the ledger records it then. */
const LOGGED_AFTER = { minutes: 2 } as const;
const BATCH_MAX = 500;

/**
 * Lives through the events day by day under the simulated clock: at the end of each day every system sends what it
 * logged as one batch; before the next come the ledger's nights in between. Says after every year how far it is.
 */
export async function play(
  events: Iterable<PlayedEvent>, interludes: readonly Interlude[], nights: Pick<Nights, 'until' | 'finish' | 'counts'>, api: Api, clock: SimulatedClock, say: (line: string) => void,
): Promise<Played> {
  const waiting = interludes.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
  const start = performance.now();
  const sending = new Sending(api);
  let year = new YearOfPlay(0, 0);
  const perYear = new Map<number, number>();
  let sent = 0;
  let days = 0;
  let today: Temporal.PlainDate | null = null;
  for (const day of daysOf(events)) {
    const last = loggedAt(day.at(-1)!);
    today = dayOfInstant(last);
    await nights.until(today);
    while (waiting[0] !== undefined && Temporal.Instant.compare(waiting[0].at, last) <= 0) {
      const interlude = waiting.shift()!;
      clock.advanceTo(interlude.at);
      await interlude.run();
    }
    const yearNow = last.toZonedDateTimeISO(TIME_ZONE).year;
    if (year.year !== yearNow) {
      year.finish(nights.counts.lapses, say);
      year = new YearOfPlay(yearNow, nights.counts.lapses);
    }
    clock.advanceTo(last);
    await sending.day(day);
    year.count += day.length;
    perYear.set(yearNow, (perYear.get(yearNow) ?? 0) + day.length);
    sent += day.length;
    days += 1;
  }
  if (today !== null) await nights.finish(today.add({ days: 1 }));
  year.finish(nights.counts.lapses, say);
  return { sent, perYear, days, milliseconds: performance.now() - start, lapses: nights.counts.lapses, position: sending.position };
}

/** Two streams in the order of logging as one. */
export function* inOrderOfLogging(one: Iterable<PlayedEvent>, other: Iterable<PlayedEvent>): Generator<PlayedEvent, void> {
  const a = one[Symbol.iterator]();
  const b = other[Symbol.iterator]();
  let nextA = a.next();
  let nextB = b.next();
  while (nextA.done !== true || nextB.done !== true) {
    const takeA = nextB.done === true || (nextA.done !== true && Temporal.Instant.compare(loggedAt(nextA.value), loggedAt(nextB.value)) <= 0);
    if (takeA && nextA.done !== true) {
      yield nextA.value;
      nextA = a.next();
    } else if (nextB.done !== true) {
      yield nextB.value;
      nextB = b.next();
    }
  }
}

function loggedAt(event: PlayedEvent): Temporal.Instant {
  return event.loggedAt ?? event.at.add(LOGGED_AFTER);
}

function* daysOf(events: Iterable<PlayedEvent>): Generator<readonly PlayedEvent[], void> {
  let day: PlayedEvent[] = [];
  let name = '';
  for (const event of events) {
    const logged = dayOfInstant(loggedAt(event)).toString();
    if (logged !== name && day.length > 0) {
      yield day;
      day = [];
    }
    name = logged;
    day.push(event);
  }
  if (day.length > 0) yield day;
}

/** Sends a day's events as batches per sender, and knows afterwards which id the ledger gave to what was shared. */
class Sending {
  position = 0;
  readonly #ledgerIds = new Map<string, string>();

  constructor(private readonly api: Api) {}

  async day(events: readonly PlayedEvent[]): Promise<void> {
    for (const batch of inBatches(events)) {
      const receipts = await this.api.sendAll(batch.map((event) => this.#filled(event)));
      for (const [index, receipt] of receipts.entries()) {
        const event = batch[index]!;
        this.position = Math.max(this.position, receipt.position);
        if (event.type === 'data-shared' && event.id !== undefined) this.#ledgerIds.set(event.id, receipt.id);
      }
    }
  }

  #filled(event: PlayedEvent): PlayedEvent {
    if (event.annuls === undefined) return event;
    const eventId = this.#ledgerIds.get(event.annuls);
    if (eventId === undefined) throw new Error('an event is annulled that was never sent');
    return { ...event, data: { ...event.data, eventId } };
  }
}

/** One sender each; the systems before the persons, who speak about what the systems have told. */
function inBatches(events: readonly PlayedEvent[]): readonly (readonly PlayedEvent[])[] {
  const bySender = new Map<string, PlayedEvent[]>();
  for (const event of events.toSorted((a, b) => Number('role' in a.sender) - Number('role' in b.sender))) {
    const key = JSON.stringify(event.sender);
    const own = bySender.get(key);
    if (own === undefined) bySender.set(key, [event]);
    else own.push(event);
  }
  return [...bySender.values()].flatMap((own) =>
    Array.from({ length: Math.ceil(own.length / BATCH_MAX) }, (_, index) => own.slice(index * BATCH_MAX, (index + 1) * BATCH_MAX)));
}

class YearOfPlay {
  count = 0;
  readonly #start = performance.now();

  constructor(readonly year: number, private readonly lapsesBefore: number) {}

  finish(lapses: number, say: (line: string) => void): void {
    if (this.count === 0) return;
    const seconds = (performance.now() - this.#start) / 1_000;
    say(`  ${this.year}  ${String(this.count).padStart(5)} gebeurtenissen   ${dutchNumber(Math.round(this.count / seconds)).padStart(6)} per seconde   ${String(lapses - this.lapsesBefore).padStart(5)} verlopen`);
  }
}
