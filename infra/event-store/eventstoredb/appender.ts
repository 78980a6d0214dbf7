import type { EventId, Position, Revision, StreamName } from '#domain/ledger/ids';
import { NO_STREAM } from '#domain/ledger/ids';
import { EventStoreError } from '#infra/event-store/append-rules';
import { APPEND_BYTES_MAX, type Append, type AppendResult, type EventStore, type SealedEvent } from '#infra/event-store/port';
import type { Connection, WriteAnswer } from '#infra/event-store/eventstoredb/connection';
import { ServerError } from '#infra/event-store/eventstoredb/failures';
import type { KeyedAppend, Reservations } from '#infra/event-store/eventstoredb/reservations';
import { recordOf, type ServerRecord } from '#infra/event-store/eventstoredb/server-record';
import type { Session } from '#infra/event-store/eventstoredb/session';

export interface AppenderParts {
  readonly connection: Connection;
  readonly session: Session;
  readonly reservations: Reservations;
  /** The local copy: everything that has a leaf. */
  readonly local: EventStore;
}

interface Job {
  readonly append: Append;
  readonly key: string | null;
  readonly answer: (result: AppendResult) => void;
  /** Resolves when nothing of it is under way any more, answered or not. */
  readonly over: Promise<void>;
  readonly end: () => void;
  readonly turn: Turn;
  firstPosition: Position | null;
}

/** Of a batch: each is sent when the one before it stands on the server or is refused, so that places come in its order. */
interface Turn {
  readonly after: Promise<void> | null;
  readonly done: () => void;
}

const NO_TURN: Turn = { after: null, done: () => undefined };

interface Lane {
  readonly queue: (() => Promise<void>)[];
  /** Accepted and without a leaf yet, in order. */
  readonly underWay: Set<Job>;
  waiting: Job[];
  running: boolean;
  /** Last revision on the server, while more is known here than in the local copy. */
  end: Revision | null;
}

/** What a caller waits at most; what it asked for goes on, and is settled. */
const ANSWER_MS = 10_000;
/** A connection that is being made again is worth a moment. */
const OPEN_MS = 2_000;

/**
 * Appends, a lane per stream, in the order of the calls: looked up in the local copy, reserved, sent with exactly the
 * revision, and answered when the leaf has come back and is under the head. An unknown outcome is sent again, the same
 * ids and bytes at the same revision, for as long as this process lives; callers do not wait for that.
 */
export class Appender {
  readonly #parts: AppenderParts;
  readonly #lanes = new Map<StreamName, Lane>();
  /** Events on their way, by id: what comes back with the same bytes needs no opening. */
  readonly #sent = new Map<EventId, { readonly job: Job; readonly lane: Lane; readonly event: SealedEvent; readonly last: boolean }>();
  readonly #keys = new Map<string, Promise<void>>();
  #settled = false;
  #closed = false;

  constructor(parts: AppenderParts) {
    this.#parts = parts;
  }

  appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
    if (appends.length === 1) return this.#append(appends[0]!, NO_TURN).then((result) => [result]);
    let after: Promise<void> | null = null;
    return Promise.all(appends.map((append) => {
      const mine = after;
      let done = (): void => undefined;
      after = new Promise<void>((resolve) => { done = resolve; });
      return this.#append(append, { after: mine, done });
    }));
  }

  #append(append: Append, turn: Turn): Promise<AppendResult> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ kind: 'unavailable', reason: 'store-unavailable' }), ANSWER_MS);
      this.#enqueue(append, turn, (result) => {
        clearTimeout(timer);
        resolve(result);
      });
    });
  }

  /** Before anything new: what was reserved and never settled, with the same ids at the same revision. */
  async settleOpen(): Promise<void> {
    await Promise.all(this.#parts.reservations.open().map((append) => this.#settle(append)));
    this.#settled = true;
    this.#parts.session.moved();
  }

  get isSettled(): boolean {
    return this.#settled;
  }

  /** Is this event, to the byte, what was sent? */
  isOwn({ id, header, payload }: SealedEvent): boolean {
    const sent = this.#sent.get(id)?.event;
    return sent !== undefined && Buffer.compare(sent.header, header) === 0 && Buffer.compare(sent.payload, payload) === 0;
  }

  /** These have a leaf, and a head that covers it. */
  leafed(events: readonly { readonly id: EventId; readonly position: Position }[], checkpoint: string): void {
    for (const { id, position } of events) {
      const sent = this.#sent.get(id);
      if (sent === undefined) continue;
      const { job, lane, last } = sent;
      job.firstPosition ??= position;
      if (last) this.#finish(lane, job, { kind: 'appended', firstPosition: job.firstPosition, lastRevision: lastOf(job.append), checkpoint });
    }
  }

  /** Streams with something under way. */
  isBusy(stream: StreamName): boolean {
    return this.#lanes.has(stream);
  }

  /** Resolves when what was asked for until now has its leaf, or is known not to get one. Throws when that takes too long. */
  async quiet(stream: StreamName): Promise<void> {
    const lane = this.#lanes.get(stream);
    if (lane === undefined || lane.underWay.size === 0) return;
    const over = Promise.all([...lane.underWay].map((job) => job.over)).then(() => true);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => { timer = setTimeout(() => resolve(false), ANSWER_MS); });
    const done = await Promise.race([over, late]);
    clearTimeout(timer);
    if (!done) throw new EventStoreError('store-unavailable', 'an append to the stream is not settled');
  }

  /** Alone in the stream's lane: nothing is sent to it meanwhile. */
  alone<T>(stream: StreamName, work: () => Promise<T>): Promise<T> {
    const lane = this.#lane(stream);
    return new Promise((resolve, reject) => {
      lane.queue.push(async () => {
        try {
          await this.quiet(stream);
          resolve(await work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error('failed'));
        } finally {
          lane.end = null;
        }
      });
      this.#run(lane);
    });
  }

  close(): void {
    this.#closed = true;
    for (const lane of this.#lanes.values()) {
      for (const job of [...lane.waiting, ...lane.underWay]) this.#finish(lane, job, UNAVAILABLE);
    }
  }

  /** Resolves when it has its leaf, or can never get one. */
  async #settle(append: KeyedAppend): Promise<void> {
    const { stream, deduplication: { key } } = append;
    const lane = this.#lane(stream);
    const over = await this.alone(stream, async () => {
      if (await this.#placeOf(append) !== null) {
        this.#parts.reservations.release(key);
        return null;
      }
      const job = this.#job(append, NO_TURN, () => undefined);
      this.#accept(lane, job);
      const answer = await this.#sendUntilKnown([append]);
      if (answer.kind !== 'done') this.#finish(lane, job, UNAVAILABLE, answer.kind !== 'away');
      return { waitFor: job.over };
    });
    await over?.waitFor;
  }

  #job(append: Append, turn: Turn, answer: Job['answer']): Job {
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => { end = resolve; });
    const key = append.deduplication === undefined ? null : Buffer.from(append.deduplication.key).toString('latin1');
    return { append, key, answer, over, end, turn, firstPosition: null };
  }

  #enqueue(append: Append, turn: Turn, answer: Job['answer']): void {
    const lane = this.#lane(append.stream);
    lane.waiting.push(this.#job(append, turn, answer));
    lane.queue.push(() => this.#next(lane));
    this.#run(lane);
  }

  #lane(stream: StreamName): Lane {
    let lane = this.#lanes.get(stream);
    if (lane === undefined) this.#lanes.set(stream, lane = { queue: [], underWay: new Set(), waiting: [], running: false, end: null });
    return lane;
  }

  #run(lane: Lane): void {
    if (lane.running) return;
    lane.running = true;
    void (async () => {
      for (let work = lane.queue.shift(); work !== undefined; work = lane.queue.shift()) await work();
      lane.running = false;
      this.#tidy(lane);
    })();
  }

  #tidy(lane: Lane): void {
    if (lane.running || lane.queue.length + lane.underWay.size > 0) return;
    for (const [stream, one] of this.#lanes) {
      if (one === lane) {
        this.#lanes.delete(stream);
        return;
      }
    }
  }

  /** The first that waits, and those behind it that follow it: they share one append on the server. */
  async #next(lane: Lane): Promise<void> {
    const first = lane.waiting.shift();
    if (first === undefined) return;
    try {
      const { session } = this.#parts;
      if (first.turn.after !== null) await first.turn.after;
      if (!await session.untilOpen(OPEN_MS) || this.#closed || !await this.#untilSettled()) return this.#finish(lane, first, UNAVAILABLE);
      const refused = await this.#decide(lane, first);
      if (refused !== null) return this.#finish(lane, first, refused);
      const group = [first];
      this.#accept(lane, first);
      let bytes = bytesOf(first.append);
      for (let next = lane.waiting[0]; next !== undefined && next.turn === NO_TURN; next = lane.waiting[0]) {
        bytes += bytesOf(next.append);
        if (bytes > APPEND_BYTES_MAX || next.append.expectedRevision !== lane.end || (next.key !== null && this.#keys.has(next.key))) break;
        if (await this.#decide(lane, next).catch(() => UNAVAILABLE) !== null) break;
        lane.waiting.shift();
        this.#accept(lane, next);
        group.push(next);
      }
      await this.#send(lane, group);
    } catch {
      // Nothing of it was sent: the local copy or the reservations could not be read or written.
      this.#finish(lane, first, UNAVAILABLE);
    }
  }

  async #untilSettled(): Promise<boolean> {
    return this.#settled || this.#parts.session.until(() => this.#settled, OPEN_MS);
  }

  /** What can be said without the server: null when it is to be sent. */
  async #decide(lane: Lane, { append, key }: Job): Promise<AppendResult | null> {
    const { local } = this.#parts;
    const same = [...lane.underWay].find((job) => sameAppend(job.append, append));
    if (same !== undefined) await same.over;
    const { stream, expectedRevision } = append;
    const page = await local.readStream(stream, 0, 0);
    if (page.kind === 'destroyed') return { kind: 'destroyed' };
    const known = page.kind === 'events' ? page.lastRevision : NO_STREAM;
    if (known >= lastOf(append)) {
      const place = await this.#placeOf(append);
      if (place !== null) return { kind: 'appended', firstPosition: place, lastRevision: lastOf(append), checkpoint: local.head().checkpoint };
    }
    if (key !== null) {
      await this.#keys.get(key);
      const source = await local.findSource(append.deduplication!.key);
      if (source !== null) return { kind: 'source-known', known: source };
    }
    const end = Math.max(known, lane.end ?? NO_STREAM);
    return end === expectedRevision ? null : { kind: 'conflict', actualRevision: end };
  }

  async #placeOf({ stream, expectedRevision, events }: Append): Promise<Position | null> {
    const page = await this.#parts.local.readStream(stream, expectedRevision + 1, events.length);
    if (page.kind !== 'events' || page.events.length !== events.length) return null;
    return events.every(({ id }, i) => page.events[i]!.id === id) ? page.events[0]!.position : null;
  }

  #accept(lane: Lane, job: Job): void {
    lane.underWay.add(job);
    lane.end = lastOf(job.append);
    if (job.key !== null) this.#keys.set(job.key, job.over);
    const { events } = job.append;
    for (const [i, event] of events.entries()) this.#sent.set(event.id, { job, lane, event, last: i === events.length - 1 });
  }

  async #send(lane: Lane, group: readonly Job[]): Promise<void> {
    const { reservations } = this.#parts;
    try {
      await Promise.all(group.flatMap(({ append }) => (append.deduplication === undefined ? [] : reservations.reserve(append as KeyedAppend))));
    } catch {
      lane.end = null;
      for (const job of group) this.#finish(lane, job, UNAVAILABLE);
      return;
    }
    const answer = await this.#sendUntilKnown(group.map(({ append }) => append));
    for (const job of group) job.turn.done();
    if (answer.kind === 'done') return;
    lane.end = null;
    const result: AppendResult = answer.kind === 'tombstoned' ? { kind: 'destroyed' }
      : answer.kind === 'conflict' ? { kind: 'conflict', actualRevision: answer.actual } : UNAVAILABLE;
    for (const job of group) this.#finish(lane, job, result, answer.kind !== 'away');
  }

  /** `conflict` only when these events do not stand there; `away` only when this process ends or has halted. */
  async #sendUntilKnown(appends: readonly Append[]): Promise<WriteAnswer> {
    const { connection, session } = this.#parts;
    const { stream, expectedRevision } = appends[0]!;
    const records = appends.flatMap(({ events, deduplication }) => events.map((event, i) => recordOf(event, i === 0 ? deduplication : undefined)));
    for (;;) {
      const answer = await connection.append(stream, expectedRevision, records);
      if (answer.kind === 'conflict') {
        if (answer.actual < expectedRevision) {
          session.halt('ledger-behind-head');
          return { kind: 'away' };
        }
        const stands = await this.#stands(stream, expectedRevision, records.map(({ id }) => id));
        if (stands !== 'unknown') return stands === 'yes' ? { kind: 'done' } : answer;
      } else if (answer.kind !== 'away' && answer.kind !== 'denied' && answer.kind !== 'not-found') {
        return answer;
      }
      if (session.state === 'halted' || session.state === 'locked' || this.#closed) return { kind: 'away' };
      await session.until(() => this.#closed || session.state === 'halted', 100);
      await session.untilOpen(60_000);
    }
  }

  async #stands(stream: StreamName, expected: Revision, ids: readonly string[]): Promise<'yes' | 'no' | 'unknown'> {
    try {
      const found: readonly ServerRecord[] = await this.#parts.connection.readStream(stream, expected + 1, ids.length);
      return found.length === ids.length && ids.every((id, i) => found[i]!.id === id) ? 'yes' : 'no';
    } catch (error) {
      if (error instanceof ServerError && error.fault.kind !== 'away' && error.fault.kind !== 'denied') return 'no';
      return 'unknown';
    }
  }

  /** `isKnown`: false when it may still turn up; then its reservation stays. */
  #finish(lane: Lane, job: Job, result: AppendResult, isKnown = true): void {
    const { append, key } = job;
    if (lane.underWay.delete(job)) {
      for (const { id } of append.events) this.#sent.delete(id);
      if (key !== null) {
        this.#keys.delete(key);
        if (isKnown && !this.#closed) this.#parts.reservations.release(append.deduplication!.key);
      }
    }
    job.answer(result);
    job.end();
    job.turn.done();
    this.#tidy(lane);
  }
}

const UNAVAILABLE: AppendResult = { kind: 'unavailable', reason: 'store-unavailable' };

function lastOf({ expectedRevision, events }: Append): Revision {
  return expectedRevision + events.length;
}

function sameAppend(a: Append, b: Append): boolean {
  return a.expectedRevision === b.expectedRevision && a.events.length === b.events.length && a.events.every(({ id }, i) => id === b.events[i]!.id);
}

function bytesOf({ events }: Append): number {
  return events.reduce((sum, { header, payload }) => sum + header.length + payload.length, 0);
}
