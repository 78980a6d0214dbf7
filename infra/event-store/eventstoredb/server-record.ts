import type { SealedHeader } from '#infra/sealing/sealing';
import { decodeHeader, leafHash } from '#infra/sealing/sealing';
import type { Append, SealedEvent } from '#infra/event-store/port';
import type { Revision } from '#domain/ledger/ids';

/** Where a record stands in the server's own file: only compared, never calculated with; never leaves the adapter. */
export type Place = bigint;

/** A record as the server gave it; nothing in it is believed yet. */
export interface ServerRecord {
  readonly place: Place;
  readonly stream: string;
  readonly revision: Revision;
  readonly id: string;
  readonly type: string;
  /** Null when it was written as JSON, which the ledger never does. */
  readonly data: Uint8Array | null;
  readonly metadata: Uint8Array | null;
}

/** What the adapter hands to the client: everything checked and in bytes. */
export interface RecordToWrite {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export type Deduplication = NonNullable<Append['deduplication']>;

/** The stream that holds leaves and instances: the one that is not itself in the tree. */
export const LEAF_STREAM = 'leaves';

/** First byte of our metadata; no JSON begins with it, so that the client gives the bytes back as they are. */
const FRAME = 1;

/** Metadata of an event's record: frame, length and bytes of the sealed header, then its (source, id) row when it has one. */
export function recordOf(event: SealedEvent, deduplication?: Deduplication): RecordToWrite {
  const { key, contentHmac } = deduplication ?? { key: new Uint8Array(0), contentHmac: new Uint8Array(0) };
  const metadata = new Uint8Array(1 + 4 + event.header.length + 1 + key.length + 1 + contentHmac.length);
  new DataView(metadata.buffer).setUint32(1, event.header.length);
  metadata[0] = FRAME;
  metadata.set(event.header, 5);
  let at = 5 + event.header.length;
  for (const part of [key, contentHmac]) {
    metadata[at] = part.length;
    metadata.set(part, at + 1);
    at += 1 + part.length;
  }
  return { id: event.id, type: event.type, data: Uint8Array.from(event.payload), metadata };
}

export interface ReadRecord {
  readonly event: SealedEvent;
  readonly deduplication?: Deduplication;
}

/** The event that a record says it is; null when its bytes are none, or are of another place than where it stands. */
export function eventOf(record: ServerRecord): ReadRecord | null {
  const { data, metadata } = record;
  if (data === null || metadata === null || metadata.length < 7 || metadata[0] !== FRAME) return null;
  const end = 5 + new DataView(metadata.buffer, metadata.byteOffset, metadata.byteLength).getUint32(1);
  if (end + 2 > metadata.length) return null;
  const header = metadata.subarray(5, end);
  const keyEnd = end + 1 + metadata[end]!;
  if (keyEnd + 1 > metadata.length || keyEnd + 1 + metadata[keyEnd]! !== metadata.length) return null;
  const said = headerOf(header);
  if (said === null || said.stream !== record.stream || said.revision !== record.revision || said.id !== record.id || said.type !== record.type) return null;
  const event: SealedEvent = { ...said, header, payload: data, leafHash: leafHash(header, data) };
  if (keyEnd === end + 1) return { event };
  return { event, deduplication: { key: metadata.subarray(end + 1, keyEnd), contentHmac: metadata.subarray(keyEnd + 1) } };
}

function headerOf(bytes: Uint8Array): SealedHeader | null {
  try {
    const { id, stream, revision, type, schema, recordedAt } = decodeHeader(bytes);
    return { id, stream, revision, type, schema, recordedAt };
  } catch {
    return null;
  }
}
