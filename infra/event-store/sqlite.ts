import { parseStreamName, type EventId, type Position, type Revision, type StreamName } from '#domain/ledger/ids';
import type { EngineChannel } from '#infra/engine/channel';
import { checkAppend, EventStoreError } from '#infra/event-store/append-rules';
import { openLedgerForReading, type Sqlite } from '#infra/event-store/ledger-database';
import type {
  AllPage, Append, AppendResult, EventPlace, EventStore, Head, KnownSource, StoredEvent, StreamPage,
} from '#infra/event-store/port';
import { decodeHeader } from '#infra/sealing/sealing';

type EventRow = [position: Position, header: Uint8Array, payload: Uint8Array, leafHash: Uint8Array];
type LeafRow = [position: Position, leafHash: Uint8Array, header: Uint8Array | null, payload: Uint8Array | null];

/**
 * The embedded store: writes go through the engine's thread, reads come from a connection of this thread. Streams
 * are read as committed; everything else only up to what the head covers (clause 4).
 */
export class SqliteEventStore implements EventStore {
  readonly #channel: EngineChannel;
  readonly #file: string;
  #reader: Reader;
  #closed = false;

  constructor(channel: EngineChannel, file: string) {
    this.#channel = channel;
    this.#file = file;
    this.#reader = new Reader(openLedgerForReading(file));
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

  async purgeFreedPages(): Promise<void> {
    this.#assertOpen();
    await this.#channel.order({ kind: 'purge' });
    // A connection keeps pages in memory: what was removed must not live on there.
    const old = this.#reader;
    try {
      this.#reader = new Reader(openLedgerForReading(this.#file));
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

class Reader {
  readonly #db: Sqlite;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly readStream: (stream: StreamName, from: Revision, limit: number) => StreamPage;

  constructor(db: Sqlite) {
    this.#db = db;
    this.#statements = prepareStatements(db);
    // One snapshot, so that a decision never sees a last revision without its event.
    this.readStream = db.transaction((stream: StreamName, from: Revision, limit: number) => this.#readStream(stream, from, limit));
  }

  #readStream(stream: StreamName, from: Revision, limit: number): StreamPage {
    const lastRevision = this.#statements.lastRevision.get(stream) as Revision | undefined;
    if (lastRevision === undefined) {
      return this.#statements.isGone.get(stream) === undefined ? { kind: 'none' } : { kind: 'destroyed' };
    }
    const rows = this.#statements.stream.all(stream, from, limit) as EventRow[];
    const events = rows.map(([position, header, payload, leafHash], i) => {
      const event = stored(position, header, payload, leafHash);
      if (event.stream !== stream || event.revision !== from + i) throw new Error('event-missing: the stream has a gap or a strange event');
      return event;
    });
    if (events.length < Math.min(limit, lastRevision + 1 - from)) throw new Error('event-missing: the stream is shorter than its last revision');
    return { kind: 'events', events, lastRevision };
  }

  withoutEvents(streams: readonly StreamName[]): StreamName[] {
    return this.#statements.withoutEvents.all(JSON.stringify(streams)) as StreamName[];
  }

  readAll(from: Position, until: Position): AllPage['entries'] {
    const rows = this.#statements.all.all(from, until) as LeafRow[];
    if (rows.length !== Math.max(0, until - from)) throw new Error('leaf missing');
    return rows.map(([position, leafHash, header, payload]) => (header === null || payload === null
      ? { kind: 'absent', position, leafHash }
      : { kind: 'event', position, event: stored(position, header, payload, leafHash) }));
  }

  readAnnouncements(from: Position, until: Position, limit: number): StoredEvent[] {
    const rows = this.#statements.announcements.all(from, until, limit) as EventRow[];
    const events = rows.map((row) => stored(...row));
    if (events.some((event) => parseStreamName(event.stream).kind !== 'log')) throw new Error('an announcement outside a log- stream');
    return events;
  }

  eventById(id: EventId): StoredEvent | null {
    const row = this.#statements.byId.get(id) as EventRow | undefined;
    return row === undefined ? null : stored(...row);
  }

  close(): void {
    this.#db.close();
  }
}

/** Stream, revision, id and type come from the header bytes; columns are lookup only. */
function stored(position: Position, header: Uint8Array, payload: Uint8Array, leafHash: Uint8Array): StoredEvent {
  const { id, stream, revision, type, schema, recordedAt } = decodeHeader(header);
  return { id, stream, revision, type, schema, recordedAt, header, payload, leafHash, position };
}

function prepareStatements(db: Sqlite) {
  const number = '(SELECT no FROM streams WHERE name = ?)';
  const columns = 'e.position, e.header, e.payload, l.hash FROM events e JOIN leaves l ON l.idx = e.position';
  return {
    lastRevision: db.prepare(`SELECT revision FROM events WHERE stream_no = ${number} ORDER BY revision DESC LIMIT 1`).pluck(),
    withoutEvents: db.prepare(`SELECT value FROM json_each(?)
      WHERE NOT EXISTS (SELECT 1 FROM streams s CROSS JOIN events e ON e.stream_no = s.no WHERE s.name = value)`).pluck(),
    isGone: db.prepare('SELECT 1 FROM gone WHERE stream = ?').pluck(),
    stream: db.prepare(`SELECT ${columns} WHERE e.stream_no = ${number} AND e.revision >= ? ORDER BY e.revision LIMIT ?`).raw(),
    all: db.prepare(`SELECT l.idx, l.hash, e.header, e.payload FROM leaves l LEFT JOIN events e ON e.position = l.idx
      WHERE l.idx >= ? AND l.idx < ? ORDER BY l.idx`).raw(),
    announcements: db.prepare(`SELECT ${columns} WHERE e.stream_no < 0 AND e.position >= ? AND e.position < ? ORDER BY e.position LIMIT ?`).raw(),
    byId: db.prepare(`SELECT ${columns} WHERE e.id = ?`).raw(),
  };
}
