import { NO_STREAM, type EventId, type Position, type Revision, type StreamName } from '#domain/ledger/ids';
import { checkAppend, EventStoreError } from '#infra/event-store/append-rules';
import type {
  AllPage, Append, AppendResult, EventPlace, EventStore, Head, KnownSource, StoredEvent, StreamPage,
} from '#infra/event-store/port';
import type { Appender } from '#infra/event-store/eventstoredb/appender';
import type { Connection } from '#infra/event-store/eventstoredb/connection';
import type { Session } from '#infra/event-store/eventstoredb/session';

export interface StoreParts {
  readonly connection: Connection;
  readonly session: Session;
  readonly appender: Appender;
  readonly local: EventStore;
  /** After a stream is gone: its key may not stay in memory. */
  readonly onDestroyed: (stream: StreamName) => void;
  /** Rewrites every file that holds freed bytes, here and on every node. */
  readonly purge: (only?: 'write-ahead-log') => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * The ledger on EventStoreDB: written there, given its order there, and read from the local copy that follows it, which
 * holds what has a leaf under the head and nothing else. So reading goes on while the server is away.
 */
export class EventStoreDbStore implements EventStore {
  readonly #parts: StoreParts;
  #closed = false;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  async append(append: Append): Promise<AppendResult> {
    return (await this.appendAll([append]))[0]!;
  }

  async appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
    this.#assertOpen();
    for (const append of appends) checkAppend(append);
    return appends.length === 0 ? [] : this.#parts.appender.appendAll(appends);
  }

  /**
   * What is on its way to the stream is waited for: a decision sees it, with its place. Not while the server is away:
   * then nothing can be decided on it, since every append names its exact revision.
   */
  async readStream(stream: StreamName, from: Revision, limit: number): Promise<StreamPage> {
    this.#assertOpen();
    if (this.#parts.session.isLive && this.#parts.appender.isBusy(stream)) await this.#parts.appender.quiet(stream);
    return this.#parts.local.readStream(stream, from, limit);
  }

  /** None, while the local copy may lack what is on the server: an answer may cost a stream its key. */
  async withoutEvents(streams: readonly StreamName[]): Promise<readonly StreamName[]> {
    this.#assertOpen();
    const { session, appender, local } = this.#parts;
    if (!session.isLive || !appender.isSettled) return [];
    return (await local.withoutEvents(streams)).filter((stream) => !appender.isBusy(stream));
  }

  async firstPositions(streams: readonly StreamName[]): Promise<readonly (Position | null)[]> {
    this.#assertOpen();
    return this.#parts.local.firstPositions(streams);
  }

  async readAll(from: Position, limit: number): Promise<AllPage> {
    this.#assertOpen();
    return this.#parts.local.readAll(from, limit);
  }

  async readAnnouncements(from: Position, limit: number): Promise<readonly StoredEvent[]> {
    this.#assertOpen();
    return this.#parts.local.readAnnouncements(from, limit);
  }

  subscribe(onHead: (size: number) => void): () => void {
    return this.#parts.local.subscribe(onHead);
  }

  head(): Head {
    return this.#parts.local.head();
  }

  async findSource(key: Uint8Array): Promise<KnownSource | null> {
    this.#assertOpen();
    return this.#parts.local.findSource(key);
  }

  async receiptOf(id: EventId): Promise<EventPlace | null> {
    this.#assertOpen();
    return this.#parts.local.receiptOf(id);
  }

  /** A tombstone with exactly the last revision, then the local copy. Throws EventStoreError while the server is away. */
  async destroy(stream: StreamName): Promise<{ readonly already: boolean; readonly events: number }> {
    this.#assertOpen();
    return this.#parts.appender.alone(stream, async () => {
      const { local, onDestroyed } = this.#parts;
      const page = await local.readStream(stream, 0, 0);
      if (page.kind === 'destroyed') return { already: true, events: 0 };
      await this.#tombstone(stream, page.kind === 'events' ? page.lastRevision : NO_STREAM);
      onDestroyed(stream);
      return local.destroy(stream);
    });
  }

  async purgeFreedPages(only?: 'write-ahead-log'): Promise<void> {
    this.#assertOpen();
    await this.#parts.purge(only);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#parts.close();
  }

  async #tombstone(stream: StreamName, last: Revision): Promise<void> {
    const { connection, session, local } = this.#parts;
    if (!await session.untilOpen(2_000)) throw away();
    for (let expected = last, tries = 0; ; tries += 1) {
      const answer = await connection.tombstone(stream, expected);
      if (answer.kind === 'done' || answer.kind === 'tombstoned') return;
      if (answer.kind !== 'conflict' || tries > 5) throw away();
      if (answer.actual < last) {
        session.halt('ledger-behind-head');
        throw away();
      }
      // What stands beyond the last is not the ledger's, unless it gets a leaf.
      await session.caughtUp();
      const now = await local.readStream(stream, 0, 0);
      if (now.kind !== (last === NO_STREAM ? 'none' : 'events') || (now.kind === 'events' && now.lastRevision !== last)) {
        throw new EventStoreError('store-unavailable', 'the stream got an event while it was destroyed');
      }
      expected = answer.actual;
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new EventStoreError('closed', 'the event store is closed');
  }
}

function away(): EventStoreError {
  return new EventStoreError('store-unavailable', 'the event store server is away');
}
