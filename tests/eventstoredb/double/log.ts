import { randomUUID } from 'node:crypto';
import { Chunks } from './chunks.js';
import { encode, TOMBSTONE_REVISION, TOMBSTONE_TYPE, type LogRecord, type NewRecord } from './records.js';

/** -1: the stream must not exist; the server's own negative numbers for the rest. */
export type Expected = bigint | 'any' | 'no_stream' | 'stream_exists';

export type Written =
  | { readonly kind: 'success'; readonly revision: bigint; readonly position: bigint }
  | { readonly kind: 'conflict'; readonly actual: bigint | null }
  | { readonly kind: 'deleted' };

export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly json: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

const TICKS_AT_EPOCH_MS = 10_000n;
const SOFT_DELETED = TOMBSTONE_REVISION;
/** Only so many ids are remembered for appends with "any"; none after a restart (measured). */
const REMEMBERED_IDS = 60_000;

const metaStreamOf = (stream: string): string => `$$${stream}`;

/** What the server's storage does with appends and deletes, by the rules that were measured on it. */
export class Log {
  readonly #chunks: Chunks;
  readonly #durable: boolean;
  #records: { readonly chunk: number; readonly record: LogRecord }[] = [];
  #streams = new Map<string, LogRecord[]>();
  #recent = new Map<string, string>();
  #next = 0n;
  readonly #listeners = new Set<(record: LogRecord) => void>();

  constructor(folder: string, durable: boolean) {
    this.#chunks = new Chunks(folder);
    this.#durable = durable;
    this.#records = this.#chunks.open();
    for (const { record } of this.#records) this.#index(record);
    const last = this.#records.at(-1)?.record;
    if (last !== undefined) this.#next = last.position + BigInt(last.size);
    // As the server: its own records stand before everything else, so nobody may count on the first position.
    else this.#write([this.#system('$$$scavenges', '$metadata', { $maxAge: 2_592_000 })]);
  }

  get records(): readonly { readonly chunk: number; readonly record: LogRecord }[] {
    return this.#records;
  }

  get activeChunk(): number {
    return this.#chunks.active;
  }

  onRecord(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  append(stream: string, expected: Expected, events: readonly ProposedEvent[]): Written {
    const current = this.lastRevision(stream);
    if (current === TOMBSTONE_REVISION) return { kind: 'deleted' };
    const last = current ?? -1n;
    if (expected === 'any' || expected === 'stream_exists') {
      if (expected === 'stream_exists' && current === null) return { kind: 'conflict', actual: null };
      const known = events.length > 0 && events.every((event) => this.#recent.get(event.id) === stream);
      return known ? this.#again(stream, events) : this.#appendAfter(stream, last, events);
    }
    const at = expected === 'no_stream' ? -1n : expected;
    if (at > last) return { kind: 'conflict', actual: current };
    if (at === last) return this.#appendAfter(stream, last, events);
    const same = events.length > 0 && events.every((event, index) => this.#at(stream, at + 1n + BigInt(index))?.id === event.id);
    if (same) return this.#success(stream, at + BigInt(events.length));
    if (at === -1n && this.isSoftDeleted(stream) && !this.#holds(stream, at + 1n, events[0])) return this.#appendAfter(stream, last, events);
    return { kind: 'conflict', actual: current };
  }

  /** Tombstone when `hard`: then not one append more; else the metadata that hides what was. */
  delete(stream: string, expected: Expected, hard: boolean): Written {
    const current = this.lastRevision(stream);
    if (current === TOMBSTONE_REVISION) return { kind: 'deleted' };
    const matches =
      expected === 'any' ||
      (expected === 'stream_exists' && current !== null) ||
      (expected === 'no_stream' && current === null) ||
      (typeof expected === 'bigint' && expected === current);
    if (!matches) return { kind: 'conflict', actual: current };
    const record = hard
      ? { stream, revision: TOMBSTONE_REVISION, id: randomUUID(), type: TOMBSTONE_TYPE, json: false, data: new Uint8Array(), metadata: new Uint8Array() }
      : this.#system(metaStreamOf(stream), '$metadata', { $tb: Number(SOFT_DELETED) });
    const [written] = this.#write([record]);
    return { kind: 'success', revision: record.revision, position: written?.position ?? 0n };
  }

  /** Null when the stream is not there (or only its soft deletion is). */
  lastRevision(stream: string): bigint | null {
    return this.#streams.get(stream)?.at(-1)?.revision ?? null;
  }

  /** What a read of the stream shows: nothing from before a soft delete. */
  stream(stream: string): readonly LogRecord[] {
    const records = this.#streams.get(stream) ?? [];
    const hidden = this.#softDeletedAt(stream);
    return hidden === null ? records : records.filter((record) => record.position > hidden);
  }

  isSoftDeleted(stream: string): boolean {
    const hidden = this.#softDeletedAt(stream);
    return hidden !== null && (this.#streams.get(stream)?.at(-1)?.position ?? 0n) <= hidden;
  }

  isTombstoned(stream: string, before: bigint): boolean {
    const last = this.#streams.get(stream)?.at(-1);
    return last?.revision === TOMBSTONE_REVISION && last.position < before;
  }

  /** A record of the server's own. */
  system(stream: string, type: string, data: object | string): LogRecord {
    const [record] = this.#write([this.#system(stream, type, data)]);
    if (record === undefined) throw new Error('a record was not written');
    return record;
  }

  completeChunk(): void {
    this.#chunks.complete();
  }

  /** Leaves of the finished files only what `keep` says, and forgets the rest in every index. */
  scavenge(chunk: number, keep: (record: LogRecord) => boolean): void {
    const left = this.#records.filter((held) => held.chunk !== chunk || keep(held.record));
    this.#chunks.rewrite(chunk, left.filter((held) => held.chunk === chunk).map(({ record }) => record));
    this.#records = left;
    this.#streams = new Map();
    for (const { record } of left) this.#index(record);
  }

  close(): void {
    this.#listeners.clear();
    this.#chunks.close();
  }

  #appendAfter(stream: string, last: bigint, events: readonly ProposedEvent[]): Written {
    // Measured: nothing to append is "success" with a revision that is made up.
    if (events.length === 0) return { kind: 'success', revision: last < 0n ? 0n : last, position: this.#next };
    const records = events.map((event, index) => ({ ...event, stream, revision: last + 1n + BigInt(index) }));
    const position = this.#write(records).at(-1)?.position ?? 0n;
    for (const event of events) this.#remember(event.id, stream);
    return { kind: 'success', revision: last + BigInt(events.length), position };
  }

  #again(stream: string, events: readonly ProposedEvent[]): Written {
    const id = events.at(-1)?.id;
    const held = this.#streams.get(stream)?.findLast((record) => record.id === id);
    return this.#success(stream, held?.revision ?? 0n);
  }

  #success(stream: string, revision: bigint): Written {
    return { kind: 'success', revision, position: this.#at(stream, revision)?.position ?? 0n };
  }

  #holds(stream: string, revision: bigint, event: ProposedEvent | undefined): boolean {
    return event !== undefined && this.#at(stream, revision)?.id === event.id;
  }

  #at(stream: string, revision: bigint): LogRecord | undefined {
    const records = this.#streams.get(stream);
    const first = records?.[0];
    if (records === undefined || first === undefined) return undefined;
    const guess = records[Number(revision - first.revision)];
    return guess?.revision === revision ? guess : records.find((record) => record.revision === revision);
  }

  #softDeletedAt(stream: string): bigint | null {
    const meta = this.#streams.get(metaStreamOf(stream))?.at(-1);
    if (meta === undefined) return null;
    const { $tb } = JSON.parse(Buffer.from(meta.data).toString('utf8')) as { $tb?: number };
    return $tb !== undefined && $tb >= Number(SOFT_DELETED) ? meta.position : null;
  }

  #system(stream: string, type: string, data: object | string): NewRecord {
    const json = typeof data !== 'string';
    return {
      stream,
      revision: (this.lastRevision(stream) ?? -1n) + 1n,
      id: randomUUID(),
      type,
      json,
      data: Buffer.from(json ? JSON.stringify(data) : data),
      metadata: new Uint8Array(),
    };
  }

  #write(records: readonly NewRecord[]): LogRecord[] {
    const frames: Buffer[] = [];
    const written = records.map((record) => {
      const placed = { ...record, position: this.#next, created: BigInt(Date.now()) * TICKS_AT_EPOCH_MS };
      const frame = encode(placed);
      frames.push(frame);
      this.#next += BigInt(frame.byteLength);
      return { ...placed, size: frame.byteLength };
    });
    this.#chunks.write(frames, this.#durable);
    for (const record of written) {
      this.#records.push({ chunk: this.#chunks.active, record });
      this.#index(record);
      for (const listener of this.#listeners) listener(record);
    }
    return written;
  }

  #index(record: LogRecord): void {
    const held = this.#streams.get(record.stream);
    if (held === undefined) this.#streams.set(record.stream, [record]);
    else held.push(record);
  }

  #remember(id: string, stream: string): void {
    this.#recent.set(id, stream);
    if (this.#recent.size <= REMEMBERED_IDS) return;
    const oldest = this.#recent.keys().next();
    if (oldest.done !== true) this.#recent.delete(oldest.value);
  }
}
