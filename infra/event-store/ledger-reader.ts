import { parseStreamName, type EventId, type Position, type Revision, type StreamName } from '#domain/ledger/ids';
import type { Sqlite } from '#infra/event-store/ledger-database';
import type { AllPage, StoredEvent, StreamPage } from '#infra/event-store/port';
import { decodeHeader } from '#infra/sealing/sealing';

type EventRow = [position: Position, header: Uint8Array, payload: Uint8Array, leafHash: Uint8Array];
type LeafRow = [position: Position, leafHash: Uint8Array, header: Uint8Array | null, payload: Uint8Array | null];

/** What stands in ledger.db, over one connection; each thread that reads has its own. The head is its caller's business. */
export class LedgerReader {
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

  firstPositions(streams: readonly StreamName[]): (Position | null)[] {
    return streams.map((stream) => this.#statements.firstPosition.get(stream) as Position | undefined ?? null);
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
    // Out of the index alone.
    firstPosition: db.prepare(`SELECT position FROM events WHERE stream_no = ${number} AND revision = 0`).pluck(),
    isGone: db.prepare('SELECT 1 FROM gone WHERE stream = ?').pluck(),
    stream: db.prepare(`SELECT ${columns} WHERE e.stream_no = ${number} AND e.revision >= ? ORDER BY e.revision LIMIT ?`).raw(),
    all: db.prepare(`SELECT l.idx, l.hash, e.header, e.payload FROM leaves l LEFT JOIN events e ON e.position = l.idx
      WHERE l.idx >= ? AND l.idx < ? ORDER BY l.idx`).raw(),
    announcements: db.prepare(`SELECT ${columns} WHERE e.stream_no < 0 AND e.position >= ? AND e.position < ? ORDER BY e.position LIMIT ?`).raw(),
    byId: db.prepare(`SELECT ${columns} WHERE e.id = ?`).raw(),
  };
}
