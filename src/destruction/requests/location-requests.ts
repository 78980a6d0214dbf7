import { CONFIRM_DAYS, locationAnswers, requestsSettled, type DestructionRecalled, type DestructionRequested } from '#domain/destruction/requests';
import type { LocationAnswer } from '#domain/destruction/certificate';
import type { ListKind } from '#domain/destruction/list-kind';
import type { ListPhase, ListState } from '#domain/destruction/list-state';
import type { ActingPerson } from '#domain/ledger/event';
import type { Revision, StreamName } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import type { Clock } from '#infra/clock/port';
import type { Outbox } from '#infra/outbox/port';
import type { Delivery, PostWebhook } from '#infra/webhook/port';
import type { ListBook, LoadedList } from '#src/destruction/lists/list-book';
import { copiesOf, WITHOUT_RECEIVER, type LocatedCopy } from '#src/destruction/requests/located';
import type { LocationSettings } from '#src/destruction/requests/locations-file';
import { COPIES_PER_MESSAGE, retryAt, webhookMessage, type OutboxMessage } from '#src/destruction/requests/messages';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome } from '#src/recording/outcome';

export interface LocationRequestParts {
  readonly oin: string;
  readonly settings: readonly LocationSettings[];
  readonly outbox: Outbox<OutboxMessage>;
  readonly post: PostWebhook;
  readonly writer: LedgerWriter;
  readonly book: Pick<ListBook, 'load'>;
  readonly clock: Clock;
  /** May this dossier still go today? Asked of the agenda. */
  readonly stillDue: (stream: StreamName, kind: ListKind) => boolean;
}

/** Before the run, at every execution: `waiting` while a place has not answered and its days are not over. */
export type Asked = { readonly waiting: boolean; readonly revision: Revision };

/** A list whose places have all answered, or whose days are over. */
export interface ReadyList {
  readonly listId: string;
  readonly revision: Revision;
  /** Who had it executed. */
  readonly person: ActingPerson;
}

const ATTEMPTS = 8;
/** The run has it, or there will be none. A standing list is never approved: it waits as it was drawn up. */
const ENDED: ReadonlySet<ListPhase> = new Set<ListPhase>(['executing', 'executed', 'purged', 'cancelled']);
const NOT_NOW = refused(refusal('store-unavailable', 'Er is niets vastgelegd. Probeer het straks opnieuw.'));

/**
 * Asks the other places that hold a copy of a dossier to destroy it, before the ledger's own data go. The list says
 * what was asked and answered, in counts; what is sent lies in the outbox until it was taken or the run is over.
 */
export class LocationRequests {
  readonly #parts: LocationRequestParts;
  #delivering: Promise<void> = Promise.resolve();

  constructor(parts: LocationRequestParts) {
    this.#parts = parts;
  }

  /** Asks every place once; again, it only looks whether they have answered. */
  async before(list: LoadedList, streams: readonly StreamName[], person: ActingPerson): Promise<Outcome<Asked>> {
    const { settings, writer } = this.#parts;
    if (settings.length === 0) return done({ waiting: false, revision: list.revision });
    let { state, revision } = list;
    const known = state.requests.length > 0;
    if (!known || !this.#messages().some(([, message]) => message.listId === list.listId)) {
      const copies = await copiesOf(streams, list.state.kind, settings, writer);
      if (copies.size === 0) return done({ waiting: false, revision });
      if (!known) {
        const asked = await this.#record(list, copies, person);
        if (asked === null) return NOT_NOW;
        ({ state, revision } = asked);
      }
      this.#queue(list.listId, copies, state);
    }
    await this.deliver();
    return done({ waiting: !this.#settled(list.listId, state), revision });
  }

  /** Sends what is due; one round at a time. */
  deliver(): Promise<void> {
    this.#delivering = this.#delivering.then(() => this.#deliver(), () => this.#deliver());
    return this.#delivering;
  }

  /** One round: late holds, messages, and the lists of which the run may begin. */
  async round(): Promise<readonly ReadyList[]> {
    await this.#lookForHolds();
    await this.deliver();
    const ready: ReadyList[] = [];
    for (const listId of this.#listIds()) {
      const list = await this.#parts.book.load(listId);
      const person = list?.state.requests[0]?.person ?? null;
      if (list === null || person === null || ENDED.has(list.state.phase) || !this.#settled(listId, list.state)) continue;
      ready.push({ listId, revision: list.revision, person });
    }
    return ready;
  }

  /** These stay: whoever was asked to destroy a copy of them is told not to. Once per dossier. */
  async recall(listId: string, streams: readonly StreamName[]): Promise<void> {
    const staying = new Set(streams);
    for (const location of new Set(this.#messages().filter(([, message]) => message.listId === listId).map(([, message]) => message.location))) {
      const of = this.#messages().filter(([, message]) => message.listId === listId && message.location === location);
      const told = new Set(of.filter(([, { kind }]) => kind === 'recall').flatMap(([, { copies }]) => copies.map(({ stream }) => stream)));
      const copies = of.filter(([, { kind }]) => kind === 'request').flatMap(([, message]) => message.copies)
        .filter(({ stream }) => staying.has(stream) && !told.has(stream));
      if (copies.length > 0) await this.#recallAt(listId, location, copies);
    }
  }

  /** Step 7: nothing of the run stays in the outbox. Answers how many dossiers no place was told of, per location. */
  forget(listId: string): Readonly<Record<string, number>> {
    const undelivered: Record<string, number> = {};
    for (const [id, message] of this.#messages()) {
      if (message.listId !== listId) continue;
      if (message.kind === 'request') {
        if (message.nextAttemptAt !== null) undelivered[message.location] = (undelivered[message.location] ?? 0) + message.dossiers;
        this.#parts.outbox.remove(id);
      } else if (message.nextAttemptAt === null) this.#parts.outbox.remove(id);
    }
    this.#parts.outbox.clean();
    return undelivered;
  }

  async answers(listId: string, undelivered: Readonly<Record<string, number>>): Promise<readonly LocationAnswer[]> {
    const list = await this.#parts.book.load(listId);
    return list === null ? [] : locationAnswers(list.state.requests, list.state.confirmations, undelivered);
  }

  async #record(list: LoadedList, copies: ReadonlyMap<LocationSettings, readonly LocatedCopy[]>, person: ActingPerson): Promise<LoadedList | null> {
    const { clock, writer, book } = this.#parts;
    const today = dayOfInstant(clock.now());
    const events = [...copies].map(([location, there]): DestructionRequested => ({
      type: 'destruction-requested', schema: 1,
      data: {
        location: location.name, source: location.source, mode: location.mode, references: there.length,
        on: today.toString(), goesOnFrom: today.add({ days: CONFIRM_DAYS }).toString(),
      },
    }));
    const result = await writer.append({ stream: list.stream, expectedRevision: list.revision, events, person });
    return result.kind === 'appended' ? book.load(list.listId) : null;
  }

  #queue(listId: string, copies: ReadonlyMap<LocationSettings, readonly LocatedCopy[]>, { requests }: ListState): void {
    const now = this.#parts.clock.now().toString();
    for (const [location, there] of copies) {
      const request = requests.find((each) => each.location === location.name);
      if (request === undefined) continue;
      for (let from = 0; from < there.length; from += COPIES_PER_MESSAGE) {
        const part = there.slice(from, from + COPIES_PER_MESSAGE);
        this.#parts.outbox.add({
          kind: 'request', listId, location: location.name, answerBy: request.goesOnFrom, copies: part, dossiers: part.length,
          createdAt: now, attempts: 0, nextAttemptAt: location.receiver === null ? null : now, lastFailure: null,
        });
      }
    }
  }

  async #deliver(): Promise<void> {
    const { outbox, clock, post, oin } = this.#parts;
    const due = this.#messages().filter(([, { nextAttemptAt }]) => nextAttemptAt !== null && Temporal.Instant.compare(Temporal.Instant.from(nextAttemptAt), clock.now()) <= 0);
    const places = Map.groupBy(due, ([, { location }]) => location);
    // Each place in its own order: one that hangs holds up itself alone.
    await Promise.all([...places].map(async ([name, messages]) => {
      const receiver = this.#place(name)?.receiver ?? null;
      for (const [id, message] of messages) {
        const delivery: Delivery = receiver === null ? { kind: 'failed', why: 'name-not-found' }
          : await post(receiver, webhookMessage(id, message, oin), new Date(clock.now().epochMilliseconds));
        // Its list may have been carried to the end meanwhile.
        const now = outbox.all().get(id);
        if (now === undefined) continue;
        outbox.put(id, delivery.kind === 'taken'
          ? { ...now, attempts: now.attempts + 1, nextAttemptAt: null, lastFailure: null }
          : { ...now, attempts: now.attempts + 1, nextAttemptAt: retryAt(clock.now(), now.attempts), lastFailure: delivery.why });
        if (delivery.kind === 'failed') return;
      }
    }));
  }

  async #lookForHolds(): Promise<void> {
    for (const listId of this.#listIds()) {
      const list = await this.#parts.book.load(listId);
      if (list === null || (ENDED.has(list.state.phase) && list.state.phase !== 'cancelled')) continue;
      const streams = new Set(this.#messages().filter(([, message]) => message.listId === listId && message.kind === 'request').flatMap(([, { copies }]) => copies.map(({ stream }) => stream)));
      const staying = [...streams].filter((stream) => list.state.phase === 'cancelled' || !this.#parts.stillDue(stream, list.state.kind));
      if (staying.length > 0) await this.recall(listId, staying);
      if (list.state.phase === 'cancelled') this.#dropRequests(listId);
    }
  }

  #dropRequests(listId: string): void {
    for (const [id, message] of this.#messages()) if (message.listId === listId && message.kind === 'request') this.#parts.outbox.remove(id);
  }

  /** First told to the place, durably, then said on the list: said without being told would be a lie. */
  async #recallAt(listId: string, location: string, copies: readonly LocatedCopy[]): Promise<void> {
    const { outbox, clock, writer, book } = this.#parts;
    const now = clock.now();
    outbox.add({
      kind: 'recall', listId, location, answerBy: '', copies, dossiers: copies.length, createdAt: now.toString(), attempts: 0,
      nextAttemptAt: this.#place(location)?.receiver == null ? null : now.toString(), lastFailure: null,
    });
    const event: DestructionRecalled = { type: 'destruction-recalled', schema: 1, data: { location, references: copies.length, on: dayOfInstant(now).toString() } };
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const list = await book.load(listId);
      if (list === null) return;
      const result = await writer.append({ stream: list.stream, expectedRevision: list.revision, events: [event] });
      if (result.kind !== 'conflict') return;
    }
  }

  #settled(listId: string, { requests, confirmations }: ListState): boolean {
    const open = new Set(this.#messages().filter(([, message]) => message.listId === listId && message.kind === 'request' && message.nextAttemptAt !== null).map(([, { location }]) => location));
    const delivered = new Set(requests.map(({ location }) => location).filter((location) => !open.has(location)));
    return requestsSettled(requests, confirmations, delivered, dayOfInstant(this.#parts.clock.now()).toString());
  }

  #place(name: string): LocationSettings | null {
    return [...this.#parts.settings, WITHOUT_RECEIVER].find((location) => location.name === name) ?? null;
  }

  #messages(): readonly (readonly [string, OutboxMessage])[] {
    return [...this.#parts.outbox.all()];
  }

  #listIds(): readonly string[] {
    return [...new Set(this.#messages().map(([, { listId }]) => listId))];
  }
}
