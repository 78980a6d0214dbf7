import type { EventId, Position, Revision, StreamName } from '#domain/ledger/ids';
import type { EngineChannel } from '#infra/engine/channel';
import { checkAppend, EventStoreError } from '#infra/event-store/append-rules';
import { openLedgerForReading } from '#infra/event-store/ledger-database';
import { LedgerReader } from '#infra/event-store/ledger-reader';
import type {
  AllPage, Append, AppendResult, EventPlace, EventStore, Head, KnownSource, StoredEvent, StreamPage,
} from '#infra/event-store/port';

/**
 * The embedded store: writes go through the engine's thread, reads come from a connection of this thread. Streams
 * are read as committed; everything else only up to what the head covers (clause 4).
 */
export class SqliteEventStore implements EventStore {
  readonly #channel: EngineChannel;
  readonly #file: string;
  #reader: LedgerReader;
  #closed = false;

  constructor(channel: EngineChannel, file: string) {
    this.#channel = channel;
    this.#file = file;
    this.#reader = new LedgerReader(openLedgerForReading(file));
  }

  async append(append: Append): Promise<AppendResult> {
    return (await this.appendAll([append]))[0]!;
  }

  async appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
    this.#assertOpen();
    for (const append of appends) checkAppend(append);
    return appends.length === 0 ? [] : this.#channel.append(appends);
  }

  async readStream(stream: StreamName, from: Revision, limit: number): Promise<StreamPage> {
    this.#assertOpen();
    return this.#reader.readStream(stream, from, limit);
  }

  async withoutEvents(streams: readonly StreamName[]): Promise<readonly StreamName[]> {
    this.#assertOpen();
    return this.#reader.withoutEvents(streams);
  }

  async firstPositions(streams: readonly StreamName[]): Promise<readonly (Position | null)[]> {
    this.#assertOpen();
    return this.#reader.firstPositions(streams);
  }

  async readAll(from: Position, limit: number): Promise<AllPage> {
    this.#assertOpen();
    const { size } = this.#channel.head;
    return { entries: this.#reader.readAll(from, Math.min(size, from + limit)), size };
  }

  async readAnnouncements(from: Position, limit: number): Promise<readonly StoredEvent[]> {
    this.#assertOpen();
    return this.#reader.readAnnouncements(from, this.#channel.head.size, limit);
  }

  subscribe(onHead: (size: number) => void): () => void {
    return this.#channel.onHead(onHead);
  }

  head(): Head {
    return this.#channel.head;
  }

  async findSource(key: Uint8Array): Promise<KnownSource | null> {
    this.#assertOpen();
    return this.#channel.findSource(key);
  }

  async receiptOf(id: EventId): Promise<EventPlace | null> {
    this.#assertOpen();
    const { size, checkpoint } = this.#channel.head;
    const event = this.#reader.eventById(id);
    if (event === null || event.position >= size) return null;
    return { id, position: event.position, leafHash: event.leafHash, recordedAt: event.recordedAt, checkpoint };
  }

  async destroy(stream: StreamName): Promise<{ readonly already: boolean; readonly events: number }> {
    this.#assertOpen();
    return await this.#channel.order({ kind: 'destroy', stream }) as { already: boolean; events: number };
  }

  async purgeFreedPages(only?: 'write-ahead-log'): Promise<void> {
    this.#assertOpen();
    await this.#channel.order({ kind: 'purge', ...(only === undefined ? {} : { only }) });
    // A connection keeps pages in memory: what was removed must not live on there.
    const old = this.#reader;
    try {
      this.#reader = new LedgerReader(openLedgerForReading(this.#file));
    } catch {
      // No descriptors: reading goes on with the old one, and the purge is not done yet.
      throw new EventStoreError('store-unavailable', 'the reader could not be renewed');
    }
    old.close();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.closeReader();
    await this.#channel.order({ kind: 'close' }).catch((error: unknown) => {
      if (!(error instanceof EventStoreError)) throw error;
    });
    await this.#channel.end();
  }

  closeReader(): void {
    if (!this.#closed) this.#reader.close();
    this.#closed = true;
  }

  #assertOpen(): void {
    if (this.#closed) throw new EventStoreError('closed', 'the event store is closed');
  }
}
