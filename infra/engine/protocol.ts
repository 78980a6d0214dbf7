import type { Append, AppendResult, Head, KnownSource } from '#infra/event-store/port';
import type { EventId, Revision, StreamName } from '#domain/ledger/ids';

/**
 * Messages between the HTTP thread and the engine's thread. Their number and the objects in them cost more than the
 * bytes, so a tick's appends travel as one buffer (transferred), one array of numbers and one text.
 */
export interface PackedAppends {
  /** Per append: expected revision, events, key bytes, HMAC bytes; then per event: header bytes, payload bytes. */
  readonly numbers: Float64Array;
  /** Per append the stream, then per event id and type; newline between all. */
  readonly text: string;
  /** Per append key and HMAC, then per event header and payload. */
  readonly bytes: Uint8Array;
}

export interface ToWorker {
  readonly appends?: { readonly id: number; readonly packed: PackedAppends };
  readonly vault?: readonly VaultCall[];
  readonly orders?: readonly Order[];
}

export interface VaultCall {
  readonly id: number;
  readonly method: string;
  readonly args: unknown;
}

export type Order = { readonly id: number } & (
  | { readonly kind: 'destroy'; readonly stream: StreamName }
  | { readonly kind: 'purge'; readonly only?: 'write-ahead-log' }
  | { readonly kind: 'find-source'; readonly key: Uint8Array }
  | { readonly kind: 'close' }
);

export interface Ready {
  readonly kind: 'ready';
  readonly head: Head;
  readonly filter: readonly SharedArrayBuffer[];
}

export type FromWorker =
  | Ready
  | { readonly kind: 'refused'; readonly code: EngineStartCode; readonly message: string }
  | {
    readonly kind: 'group';
    /** Only when the head moved. */
    readonly head: Head | null;
    readonly halted: boolean;
    readonly appends: readonly AppendsReply[];
    readonly calls: readonly CallReply[];
    /** Shared memory of the key filter that the other side does not have yet. */
    readonly filter: readonly SharedArrayBuffer[];
  };

export interface AppendsReply {
  readonly id: number;
  /** Three numbers per append: outcome, and what belongs to it. */
  readonly outcomes: Float64Array;
  /** In order of the outcomes that need them. */
  readonly known: readonly KnownSource[];
}

export type CallReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string };

export type EngineStartCode =
  | 'ledger-locked' | 'ledger-behind-head' | 'vault-behind-head' | 'head-missing' | 'head-damaged' | 'fence-behind-head'
  | 'head-not-writable' | 'tail-unverifiable' | 'store-unsuitable';

export const OUTCOME = { appended: 0, conflict: 1, sourceKnown: 2, destroyed: 3, unavailable: 4 } as const;

/** An append as the worker sees it: views into the transferred buffer. */
export interface WorkerAppend {
  readonly stream: StreamName;
  readonly expectedRevision: Revision;
  readonly key: Uint8Array | null;
  readonly contentHmac: Uint8Array | null;
  readonly events: readonly WorkerEvent[];
}

export interface WorkerEvent {
  readonly id: EventId;
  readonly type: string;
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

export function packAppends(appends: readonly Append[]): PackedAppends {
  let count = 0;
  let total = 0;
  for (const { events, deduplication } of appends) {
    count += 4 + 2 * events.length;
    total += (deduplication?.key.length ?? 0) + (deduplication?.contentHmac.length ?? 0);
    for (const event of events) total += event.header.length + event.payload.length;
  }
  const numbers = new Float64Array(count);
  // Not from the pool: the buffer is given away whole.
  const bytes = Buffer.allocUnsafeSlow(total);
  const text: string[] = [];
  let n = 0;
  let at = 0;
  const put = (part: Uint8Array): number => {
    bytes.set(part, at);
    at += part.length;
    return part.length;
  };
  for (const { stream, expectedRevision, events, deduplication } of appends) {
    text.push(stream);
    numbers[n++] = expectedRevision;
    numbers[n++] = events.length;
    numbers[n++] = deduplication === undefined ? 0 : put(deduplication.key);
    numbers[n++] = deduplication === undefined ? 0 : put(deduplication.contentHmac);
    for (const { id, type, header, payload } of events) {
      text.push(id, type);
      numbers[n++] = put(header);
      numbers[n++] = put(payload);
    }
  }
  return { numbers, text: text.join('\n'), bytes };
}

export function unpackAppends({ numbers, text, bytes }: PackedAppends): readonly WorkerAppend[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = text.split('\n');
  const appends: WorkerAppend[] = [];
  let n = 0;
  let w = 0;
  let at = 0;
  const take = (length: number): Buffer => {
    const part = buffer.subarray(at, at + length);
    at += length;
    return part;
  };
  while (n < numbers.length) {
    const stream = words[w++] as StreamName;
    const expectedRevision = numbers[n++]!;
    const count = numbers[n++]!;
    const keyLength = numbers[n++]!;
    const hmacLength = numbers[n++]!;
    const key = keyLength === 0 ? null : take(keyLength);
    const contentHmac = key === null ? null : take(hmacLength);
    const events: WorkerEvent[] = [];
    for (let i = 0; i < count; i += 1) {
      const id = words[w++] as EventId;
      const type = words[w++]!;
      const header = take(numbers[n++]!);
      events.push({ id, type, header, payload: take(numbers[n++]!) });
    }
    appends.push({ stream, expectedRevision, key, contentHmac, events });
  }
  return appends;
}

/** `checkpoint` covers every append of the reply. */
export function readOutcomes(reply: AppendsReply, checkpoint: string): AppendResult[] {
  const results: AppendResult[] = [];
  let known = 0;
  for (let i = 0; i < reply.outcomes.length; i += 3) {
    const first = reply.outcomes[i + 1]!;
    switch (reply.outcomes[i]) {
      case OUTCOME.appended:
        results.push({ kind: 'appended', firstPosition: first, lastRevision: reply.outcomes[i + 2]!, checkpoint });
        break;
      case OUTCOME.conflict:
        results.push({ kind: 'conflict', actualRevision: first });
        break;
      case OUTCOME.sourceKnown:
        results.push({ kind: 'source-known', known: reply.known[known++]! });
        break;
      case OUTCOME.destroyed:
        results.push({ kind: 'destroyed' });
        break;
      default:
        results.push({ kind: 'unavailable', reason: UNAVAILABLE[first] ?? UNAVAILABLE[0]! });
    }
  }
  return results;
}

/** Reasons by number; they say nothing about what was sent. */
export const UNAVAILABLE = ['store-unavailable', 'write-failed', 'head-not-writable', 'writer-halted'] as const;
export const REASON = { unavailable: 0, writeFailed: 1, headNotWritable: 2, halted: 3 } as const;
