import { parseStreamName, type EventId, type Position, type Revision, type StreamName } from '#domain/ledger/ids';
import { checkAppend, EventStoreError } from '#infra/event-store/append-rules';
import type {
  AllPage, Append, AppendResult, EventPlace, EventStore, Head, KnownSource, StoredEvent, StreamPage,
} from '#infra/event-store/port';
import { leafHash } from '#infra/sealing/sealing';
import type { CheckpointSigner } from '#infra/transparency-log/checkpoint';
import { MerkleTree } from '#infra/transparency-log/merkle-tree';

/** The model of the port: what every other adapter must do, in the plainest form. Nothing survives the process. */
export class MemoryEventStore implements EventStore {
  readonly #signer: CheckpointSigner;
  readonly #tree = new MerkleTree();
  readonly #leaves: Uint8Array[] = [];
  readonly #events = new Map<Position, StoredEvent>();
  readonly #streams = new Map<StreamName, StoredEvent[]>();
  readonly #positions = new Map<EventId, Position>();
  readonly #sources = new Map<string, KnownSource>();
  readonly #gone = new Set<StreamName>();
  readonly #subscribers = new Set<(size: number) => void>();
  #head: Head;
  #notifying = false;
  #closed = false;

  constructor(signer: CheckpointSigner) {
    this.#signer = signer;
    this.#head = this.#signHead();
  }

  async append(append: Append): Promise<AppendResult> {
    return (await this.appendAll([append]))[0]!;
  }

  appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
    return this.#answer(() => {
      for (const append of appends) checkAppend(append);
      const outcomes = appends.map((append) => this.#appendOne(append));
      if (this.#tree.size !== this.#head.size) {
        this.#head = this.#signHead();
        this.#notify();
      }
      const { checkpoint } = this.#head;
      return outcomes.map((outcome) => (outcome.kind === 'appended' ? { ...outcome, checkpoint } : outcome));
    });
  }

  readStream(stream: StreamName, from: Revision, limit: number): Promise<StreamPage> {
    return this.#answer(() => {
      if (this.#gone.has(stream)) return { kind: 'destroyed' };
      const events = this.#streams.get(stream);
      if (events === undefined) return { kind: 'none' };
      return { kind: 'events', events: events.slice(from, from + limit), lastRevision: events.length - 1 };
    });
  }

  withoutEvents(streams: readonly StreamName[]): Promise<readonly StreamName[]> {
    return this.#answer(() => streams.filter((stream) => (this.#streams.get(stream)?.length ?? 0) === 0));
  }

  firstPositions(streams: readonly StreamName[]): Promise<readonly (Position | null)[]> {
    return this.#answer(() => streams.map((stream) => this.#streams.get(stream)?.[0]?.position ?? null));
  }

  readAll(from: Position, limit: number): Promise<AllPage> {
    return this.#answer(() => {
      const { size } = this.#head;
      const entries: AllPage['entries'][number][] = [];
      for (let position = from; position < Math.min(size, from + limit); position += 1) {
        const event = this.#events.get(position);
        entries.push(event === undefined
          ? { kind: 'absent', position, leafHash: this.#leaves[position]! }
          : { kind: 'event', position, event });
      }
      return { entries, size };
    });
  }

  readAnnouncements(from: Position, limit: number): Promise<readonly StoredEvent[]> {
    return this.#answer(() => {
      const found: StoredEvent[] = [];
      for (let position = from; position < this.#head.size && found.length < limit; position += 1) {
        const event = this.#events.get(position);
        if (event !== undefined && parseStreamName(event.stream).kind === 'log') found.push(event);
      }
      return found;
    });
  }

  subscribe(onHead: (size: number) => void): () => void {
    const subscriber = (size: number): void => onHead(size);
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  }

  head(): Head {
    return this.#head;
  }

  findSource(key: Uint8Array): Promise<KnownSource | null> {
    return this.#answer(() => this.#sources.get(hex(key)) ?? null);
  }

  receiptOf(id: EventId): Promise<EventPlace | null> {
    return this.#answer(() => {
      const position = this.#positions.get(id);
      const event = position === undefined ? undefined : this.#events.get(position);
      if (position === undefined || event === undefined) return null;
      return { id, position, leafHash: event.leafHash, recordedAt: event.recordedAt, checkpoint: this.#head.checkpoint };
    });
  }

  destroy(stream: StreamName): Promise<{ readonly already: boolean; readonly events: number }> {
    return this.#answer(() => {
      if (this.#gone.has(stream)) return { already: true, events: 0 };
      const events = this.#streams.get(stream) ?? [];
      for (const event of events) {
        this.#events.delete(event.position);
        this.#positions.delete(event.id);
      }
      for (const [key, known] of this.#sources) if (known.stream === stream) this.#sources.delete(key);
      this.#streams.delete(stream);
      this.#gone.add(stream);
      return { already: false, events: events.length };
    });
  }

  purgeFreedPages(): Promise<void> {
    return this.#answer(() => undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscribers.clear();
    await Promise.resolve();
  }

  #appendOne(append: Append): AppendResult {
    if (this.#gone.has(append.stream)) return { kind: 'destroyed' };
    const stored = this.#streams.get(append.stream) ?? [];
    const first = stored[append.expectedRevision + 1];
    // Clause 2: the same ids at the same revisions are the same append, sent again.
    const again = append.events.every((event) => stored[event.revision]?.id === event.id);
    const lastRevision = append.expectedRevision + append.events.length;
    if (first !== undefined && again) return { kind: 'appended', firstPosition: first.position, lastRevision, checkpoint: '' };
    const known = append.deduplication === undefined ? undefined : this.#sources.get(hex(append.deduplication.key));
    if (known !== undefined) return { kind: 'source-known', known };
    if (append.expectedRevision !== stored.length - 1) return { kind: 'conflict', actualRevision: stored.length - 1 };
    const firstPosition = this.#tree.size;
    for (const event of append.events) this.#store(event, stored);
    this.#streams.set(append.stream, stored);
    if (append.deduplication !== undefined) {
      const { id, stream, revision } = append.events[0]!;
      const contentHmac = Uint8Array.from(append.deduplication.contentHmac);
      this.#sources.set(hex(append.deduplication.key), { contentHmac, eventId: id, stream, revision });
    }
    return { kind: 'appended', firstPosition, lastRevision, checkpoint: '' };
  }

  #store(event: Append['events'][number], stored: StoredEvent[]): void {
    const header = Uint8Array.from(event.header);
    const payload = Uint8Array.from(event.payload);
    const position = this.#tree.size;
    const leaf = leafHash(header, payload);
    const kept: StoredEvent = { ...event, header, payload, leafHash: leaf, position };
    stored.push(kept);
    this.#events.set(position, kept);
    this.#positions.set(event.id, position);
    this.#leaves.push(leaf);
    this.#tree.append(leaf);
  }

  #signHead(): Head {
    const rootHash = this.#tree.root();
    return { size: this.#tree.size, rootHash, checkpoint: this.#signer.sign(this.#tree.size, rootHash) };
  }

  #notify(): void {
    if (this.#notifying) return;
    this.#notifying = true;
    queueMicrotask(() => {
      this.#notifying = false;
      for (const subscriber of [...this.#subscribers]) subscriber(this.#head.size);
    });
  }

  async #answer<T>(work: () => T): Promise<T> {
    await Promise.resolve();
    if (this.#closed) throw new EventStoreError('closed', 'the event store is closed');
    return work();
  }
}

function hex(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}
