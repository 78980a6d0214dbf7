import {
  BACKWARDS, binaryEvent, END, EventStoreDBClient, FORWARDS, NO_STREAM as NO_STREAM_YET, START,
  type AllStreamRecordedEvent, type AllStreamResolvedEvent, type RecordedEvent,
} from '@eventstore/db-client';
import { NO_STREAM, type Revision } from '#domain/ledger/ids';
import { faultOf, ServerError, type ServerFault } from '#infra/event-store/eventstoredb/failures';
import { Room } from '#infra/event-store/eventstoredb/room';
import type { Place, RecordToWrite, ServerRecord } from '#infra/event-store/eventstoredb/server-record';
import type { ServerSettings } from '#infra/event-store/eventstoredb/server-settings';

export type WriteAnswer = { readonly kind: 'done' } | ServerFault;

export interface Timeouts {
  /** Milliseconds after which a write's outcome is called unknown. */
  readonly write: number;
  /** Milliseconds for a page. */
  readonly read: number;
}

export interface Following {
  readonly onRecords: (records: readonly ServerRecord[]) => void;
  /** Once; nothing comes after it. */
  readonly onLost: () => void;
}

export const TIMEOUTS: Timeouts = { write: 5_000, read: 15_000 };

/** What is on its way to the server at once. More only waits there, and a server that is killed makes the client lose it. */
const APPENDS_IN_FLIGHT = 512;
const BYTES_IN_FLIGHT = 8 * 1024 * 1024;
const DISPOSE_MS = 1_000;

interface Generation {
  readonly client: EventStoreDBClient;
  readonly dropped: Promise<never>;
  readonly drop: () => void;
}

/**
 * The one client of this thread. It keeps pending appends in a map that all clients share and cannot be trusted after a
 * lost connection, so on any doubt it is thrown away whole, and the next call makes another. Every call has its own
 * time-out: the client's deadline does not work on a server that hangs. What a call hands over was checked before.
 */
export class Connection {
  readonly #settings: ServerSettings;
  readonly #timeouts: Timeouts;
  readonly #room = new Room(APPENDS_IN_FLIGHT, BYTES_IN_FLIGHT);
  #generation: Generation | null = null;
  #disposing: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(settings: ServerSettings, timeouts: Timeouts = TIMEOUTS) {
    this.#settings = settings;
    this.#timeouts = timeouts;
  }

  /** With exactly this revision. `away`: the outcome is unknown, and settled by the same ids at the same revision. */
  async append(stream: string, expected: Revision, records: readonly RecordToWrite[]): Promise<WriteAnswer> {
    const bytes = records.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
    const events = records.map(({ id, type, data, metadata }) => binaryEvent({ id, type, data, metadata }));
    await this.#room.enter(bytes);
    try {
      return await this.#write((client) => client.appendToStream(stream, events, { expectedRevision: revisionOf(expected) }));
    } finally {
      this.#room.leave(bytes);
    }
  }

  /** Nothing of the stream is read or written any more, from the moment that this says `done`. */
  tombstone(stream: string, expected: Revision): Promise<WriteAnswer> {
    return this.#write((client) => client.tombstoneStream(stream, { expectedRevision: revisionOf(expected) }));
  }

  /** From this place (inclusive), or the beginning; system records included. Throws ServerError. */
  readAll(from: Place | null, limit: number): Promise<ServerRecord[]> {
    return this.#read(async (client) => {
      const records: ServerRecord[] = [];
      const fromPosition = from === null ? START : { commit: from, prepare: from };
      for await (const { event } of client.readAll({ fromPosition, maxCount: limit, direction: FORWARDS })) if (event !== undefined) records.push(recordFrom(event));
      return records;
    });
  }

  /** What the server itself wrote in one of its streams, newest first. Throws ServerError. */
  systemEvents(stream: string, limit: number): Promise<{ readonly type: string; readonly data: unknown; readonly revision: Revision }[]> {
    return this.#read(async (client) => {
      const events: { type: string; data: unknown; revision: Revision }[] = [];
      for await (const { event } of client.readStream(stream, { fromRevision: END, maxCount: limit, direction: BACKWARDS })) if (event !== undefined) events.push({ type: event.type, data: event.data, revision: Number(event.revision) });
      return events;
    });
  }

  /** The last records, newest first. Throws ServerError. */
  readAllBack(limit: number): Promise<ServerRecord[]> {
    return this.#read(async (client) => {
      const records: ServerRecord[] = [];
      for await (const { event } of client.readAll({ fromPosition: END, maxCount: limit, direction: BACKWARDS })) if (event !== undefined) records.push(recordFrom(event));
      return records;
    });
  }

  /** Throws ServerError: `not-found` when there is no such stream, `tombstoned` when it is gone for good. */
  readStream(stream: string, from: Revision, limit: number): Promise<ServerRecord[]> {
    return this.#readStream(stream, BigInt(from), limit, FORWARDS);
  }

  /** From the last record, or this one, back. Throws ServerError. */
  readStreamBack(stream: string, from: Revision | 'end', limit: number): Promise<ServerRecord[]> {
    return this.#readStream(stream, from === 'end' ? END : BigInt(from), limit, BACKWARDS);
  }

  /** For instance `23.10.8.0`; empty when the server does not say. Throws ServerError. */
  serverVersion(): Promise<string> {
    return this.#read(async (client) => {
      const { serverVersion } = await (client as unknown as { readonly capabilities: Promise<{ readonly serverVersion: string }> }).capabilities;
      return serverVersion === 'unknown' ? '' : serverVersion;
    });
  }

  /** What comes after this place. Resolves when the server has confirmed; throws ServerError. Answers how to stop. */
  async follow(after: Place | null, { onRecords, onLost }: Following): Promise<() => void> {
    const generation = await this.#current();
    const fromPosition = after === null ? START : { commit: after, prepare: after };
    const subscription = generation.client.subscribeToAll({ fromPosition });
    let over = false;
    const stop = (): void => {
      if (over) return;
      over = true;
      subscription.removeAllListeners('data');
      void subscription.unsubscribe().catch(() => undefined);
    };
    const lose = (): void => {
      if (over) return;
      stop();
      onLost();
    };
    let waiting: ServerRecord[] = [];
    const confirmed = new Promise<void>((resolve, reject) => {
      subscription.on('confirmation', () => resolve());
      subscription.on('error', (error: unknown) => {
        reject(new ServerError(faultOf(error)));
        lose();
      });
      for (const ending of ['end', 'close'] as const) subscription.on(ending, () => { reject(new ServerError({ kind: 'away' })); lose(); });
    });
    generation.dropped.catch(lose);
    subscription.on('data', ({ event }: AllStreamResolvedEvent) => {
      if (event === undefined) return;
      if (waiting.length === 0) setImmediate(() => { const records = waiting; waiting = []; if (!over) onRecords(records); });
      waiting.push(recordFrom(event));
    });
    try {
      await this.#bounded(generation, confirmed, this.#timeouts.read);
      return stop;
    } catch (error) {
      over = true;
      this.#doubt(generation);
      throw error;
    }
  }

  /** Something does not add up: the client is thrown away, whatever it is doing. */
  doubt(): void {
    if (this.#generation !== null) this.#doubt(this.#generation);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.doubt();
    await this.#disposing;
  }

  async #write(work: (client: EventStoreDBClient) => Promise<unknown>): Promise<WriteAnswer> {
    let generation: Generation | null = null;
    try {
      generation = await this.#current();
      await this.#bounded(generation, work(generation.client), this.#timeouts.write);
      return { kind: 'done' };
    } catch (error) {
      const fault = error instanceof ServerError ? error.fault : faultOf(error);
      if (fault.kind === 'away' && generation !== null) this.#doubt(generation);
      return fault;
    }
  }

  async #read<T>(work: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    const generation = await this.#current();
    try {
      return await this.#bounded(generation, work(generation.client), this.#timeouts.read);
    } catch (error) {
      const fault = error instanceof ServerError ? error.fault : faultOf(error);
      if (fault.kind === 'away') this.#doubt(generation);
      throw new ServerError(fault);
    }
  }

  #readStream(stream: string, fromRevision: bigint | typeof END, limit: number, direction: typeof FORWARDS | typeof BACKWARDS): Promise<ServerRecord[]> {
    return this.#read(async (client) => {
      const records: ServerRecord[] = [];
      for await (const { event } of client.readStream(stream, { fromRevision, maxCount: limit, direction })) if (event !== undefined) records.push(recordFrom(event));
      return records;
    });
  }

  async #bounded<T>(generation: Generation, work: Promise<T>, milliseconds: number): Promise<T> {
    // What loses the race may still fail, with nobody left to hear it.
    work.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new ServerError({ kind: 'away' })), milliseconds); });
    try {
      return await Promise.race([work, late, generation.dropped]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #current(): Promise<Generation> {
    // The old one first: its end would take the appends of the new one with it.
    await this.#disposing;
    if (this.#closed) throw new ServerError({ kind: 'away' });
    return this.#generation ??= newGeneration(this.#settings);
  }

  #doubt(generation: Generation): void {
    if (this.#generation !== generation) return;
    this.#generation = null;
    generation.drop();
    const gone = generation.client.dispose().catch(() => undefined);
    this.#disposing = Promise.race([gone, new Promise((resolve) => setTimeout(resolve, DISPOSE_MS).unref())]);
  }
}

function newGeneration(settings: ServerSettings): Generation {
  let drop = (): void => undefined;
  const dropped = new Promise<never>((_, reject) => { drop = () => reject(new ServerError({ kind: 'away' })); });
  dropped.catch(() => undefined);
  return { client: newClient(settings), dropped, drop };
}

function newClient({ hosts, discover, tls, rootCertificate, credentials }: ServerSettings): EventStoreDBClient {
  const channel = tls ? { insecure: false, ...(rootCertificate === null ? {} : { rootCertificate }) } : { insecure: true };
  const common = { keepAliveInterval: 10_000, keepAliveTimeout: 5_000, maxDiscoverAttempts: 2, discoveryInterval: 200, gossipTimeout: 3 };
  const user = credentials ?? undefined;
  const [first] = hosts;
  if (discover) return new EventStoreDBClient({ discover: first!, ...common }, channel, user);
  if (hosts.length > 1) return new EventStoreDBClient({ endpoints: [...hosts], ...common }, channel, user);
  return new EventStoreDBClient({ endpoint: first!, ...common }, channel, user);
}

function revisionOf(revision: Revision): bigint | typeof NO_STREAM_YET {
  return revision === NO_STREAM ? NO_STREAM_YET : BigInt(revision);
}

function recordFrom(event: AllStreamRecordedEvent | RecordedEvent): ServerRecord {
  const { streamId, revision, id, type, data, metadata, position } = event;
  return {
    place: position?.commit ?? -1n, stream: streamId, revision: Number(revision), id, type,
    data: data instanceof Uint8Array ? data : null, metadata: metadata instanceof Uint8Array ? metadata : null,
  };
}
