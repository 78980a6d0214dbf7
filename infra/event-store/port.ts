import type { EventId, Position, Revision, StreamName } from '#domain/ledger/ids';

/**
 * The event store port (docs: stores, clauses 1–6). Narrow on purpose: no "any" revision, no update, no force.
 * One contract suite (tests/contract/event-store) runs every clause against every adapter.
 */
export interface EventStore {
  /**
   * Appends to one stream at exactly `expectedRevision` (NO_STREAM when it must not exist).
   * Resolves when the events are durable, hashed into the tree, covered by a signed checkpoint and by a fsynced
   * head line. The same ids at the same revisions again answer as the first time (clause 2).
   * Expected outcomes are values; it rejects only on broken invariants.
   */
  append(append: Append): Promise<AppendResult>;
  /** Every call is independent, with a result each, in order; together they share commits. */
  appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]>;
  /** Sees an append at once, also before its leaf is visible to `readAll` (clause 4). */
  readStream(stream: StreamName, from: Revision, limit: number): Promise<StreamPage>;
  /** Those of these streams that hold no event, also before its leaf is visible; for many at once. */
  withoutEvents(streams: readonly StreamName[]): Promise<readonly StreamName[]>;
  /** Where each of these streams begins, in their order; null for one that holds no event. */
  firstPositions(streams: readonly StreamName[]): Promise<readonly (Position | null)[]>;
  /** Positions from `from` (inclusive) up to the head, at most `limit`; absent events are named, never skipped. */
  readAll(from: Position, limit: number): Promise<AllPage>;
  /** Only the events of `log-` streams from `from` (inclusive) up to the head: runs, certificates, figures. */
  readAnnouncements(from: Position, limit: number): Promise<readonly StoredEvent[]>;
  /** Calls back after the head moved, with the new size; at least once, possibly merged. Returns unsubscribe. */
  subscribe(onHead: (size: number) => void): () => void;
  head(): Head;
  /** What is known under a (source, id) key; null when nothing is. */
  findSource(key: Uint8Array): Promise<KnownSource | null>;
  /** Position and head status of one event, for a receipt; null when it is not (yet) under the head. */
  receiptOf(id: EventId): Promise<EventPlace | null>;
  /** Removes the events and deduplication rows and keeps the random name in `gone`. Again: `already`. */
  destroy(stream: StreamName): Promise<{ readonly already: boolean; readonly events: number }>;
  /**
   * Rewrites the files so that no removed byte stays behind (WAL truncated, VACUUM). `write-ahead-log`: only that, for
   * when the file itself is rewritten another day; a store without one has nothing to do then.
   */
  purgeFreedPages(only?: 'write-ahead-log'): Promise<void>;
  close(): Promise<void>;
}

export interface SealedEvent {
  readonly id: EventId;
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly type: string;
  readonly schema: number;
  readonly recordedAt: string;
  /** RFC 8785 bytes of {id, recordedAt, revision, schema, stream, type}, stored exactly as hashed. */
  readonly header: Uint8Array;
  /** nonce(12) || AES-256-GCM ciphertext || tag(16); for `log-` streams: Ed25519 signature(64) || JSON. */
  readonly payload: Uint8Array;
  /** 32 bytes. */
  readonly leafHash: Uint8Array;
}

/** As read back: every field but the position comes out of the header bytes, never out of a lookup column. */
export interface StoredEvent extends SealedEvent {
  readonly position: Position;
}

export interface Append {
  readonly stream: StreamName;
  readonly expectedRevision: Revision;
  readonly events: readonly SealedEvent[];
  /** Goes with the first event of the append, in the same transaction. */
  readonly deduplication?: { readonly key: Uint8Array; readonly contentHmac: Uint8Array };
}

export interface KnownSource {
  readonly contentHmac: Uint8Array;
  readonly eventId: EventId;
  readonly stream: StreamName;
  readonly revision: Revision;
}

export type AppendResult =
  | { readonly kind: 'appended'; readonly firstPosition: Position; readonly lastRevision: Revision; readonly checkpoint: string }
  | { readonly kind: 'conflict'; readonly actualRevision: Revision }
  | { readonly kind: 'source-known'; readonly known: KnownSource }
  | { readonly kind: 'destroyed' }
  /** Nothing is acknowledged; the outcome may be unknown and is settled by sending the same again. */
  | { readonly kind: 'unavailable'; readonly reason: string };

export type StreamPage =
  | { readonly kind: 'events'; readonly events: readonly StoredEvent[]; readonly lastRevision: Revision }
  | { readonly kind: 'none' }
  | { readonly kind: 'destroyed' };

export interface AllPage {
  readonly entries: readonly (
    | { readonly kind: 'event'; readonly position: Position; readonly event: StoredEvent }
    | { readonly kind: 'absent'; readonly position: Position; readonly leafHash: Uint8Array }
  )[];
  /** Size of the tree under the head: one beyond the last visible position. */
  readonly size: number;
}

export interface Head {
  readonly size: number;
  readonly rootHash: Uint8Array;
  /** C2SP tlog-checkpoint as a signed note. */
  readonly checkpoint: string;
}

export interface EventPlace {
  readonly id: EventId;
  readonly position: Position;
  readonly leafHash: Uint8Array;
  readonly recordedAt: string;
  readonly checkpoint: string;
}

/** Clause 6: what any adapter takes. */
export const EVENT_BYTES_MAX = 256 * 1024;
export const APPEND_BYTES_MAX = 900 * 1024;
