import { hash, verify, type KeyObject } from 'node:crypto';

/** A record as an event store's server gives it. */
export interface ServerRecord {
  /** Where it stands in the server's own order. */
  readonly place: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  /** Null when it was not written as bytes, which the ledger always does. */
  readonly data: Uint8Array | null;
  readonly metadata: Uint8Array | null;
}

/** A batch of the leaf stream: from leaf `first` on, where each event stands and its leaf's hash. */
export interface ServerBatch {
  readonly first: number;
  /** Null: it was destroyed before it came to this server. */
  readonly places: readonly (bigint | null)[];
  readonly hashes: readonly Buffer[];
}

export interface ServerEvent {
  readonly header: Buffer;
  readonly payload: Buffer;
  readonly leaf: Buffer;
  /** Empty when the event has no row in the table of (source, id). */
  readonly key: Buffer;
  readonly contentHmac: Buffer;
}

const BATCH_CONTEXT = Buffer.from('rekenschap/leaf-batch/v1\n', 'utf8');
const INSTANCE_CONTEXT = Buffer.from('rekenschap/instance-started/v1\n', 'utf8');
const LOG_CONTEXT = Buffer.from('rekenschap/log-event/v1\n', 'utf8');
const SIGNATURE_BYTES = 64;
/** first, covered, vault (each uint64be), count (uint32be). */
const BATCH_HEAD = 28;
/** place (uint64be), hash. */
const LEAF_BYTES = 40;
const NOWHERE = 0xffff_ffff_ffff_ffffn;
const FRAME = 1;

/** Null when the bytes are no batch, or carry no signature of one of these keys (Ed25519, at the end). */
export function readBatch({ type, data }: ServerRecord, keys: readonly KeyObject[]): ServerBatch | null {
  if (type !== 'leaf-batch' || data === null || data.length < BATCH_HEAD + SIGNATURE_BYTES) return null;
  const bytes = bufferOf(data);
  const count = bytes.readUInt32BE(24);
  const end = BATCH_HEAD + count * LEAF_BYTES;
  if (count === 0 || bytes.length !== end + SIGNATURE_BYTES) return null;
  if (!signed(Buffer.concat([BATCH_CONTEXT, bytes.subarray(0, end)]), bytes.subarray(end), keys)) return null;
  const places: (bigint | null)[] = [];
  const hashes: Buffer[] = [];
  for (let at = BATCH_HEAD; at < end; at += LEAF_BYTES) {
    const place = bytes.readBigUInt64BE(at);
    places.push(place === NOWHERE ? null : place);
    hashes.push(bytes.subarray(at + 8, at + LEAF_BYTES));
  }
  return { first: Number(bytes.readBigUInt64BE(0)), places, hashes };
}

/** Who serves: the other thing that belongs in the leaf stream; its signature stands in front. */
export function isInstance({ type, data }: ServerRecord, keys: readonly KeyObject[]): boolean {
  if (type !== 'instance-started' || data === null || data.length <= SIGNATURE_BYTES) return false;
  const bytes = bufferOf(data);
  return signed(Buffer.concat([INSTANCE_CONTEXT, bytes.subarray(SIGNATURE_BYTES)]), bytes.subarray(0, SIGNATURE_BYTES), keys);
}

/** Null when the bytes are no event of a ledger: frame, sealed header with its length, (source, id) and HMAC each with theirs. */
export function readEvent({ data, metadata }: ServerRecord): ServerEvent | null {
  if (data === null || metadata === null || metadata.length < 7 || metadata[0] !== FRAME) return null;
  const bytes = bufferOf(metadata);
  const headerEnd = 5 + bytes.readUInt32BE(1);
  if (headerEnd + 2 > bytes.length) return null;
  const keyEnd = headerEnd + 1 + bytes[headerEnd]!;
  if (keyEnd + 1 > bytes.length || keyEnd + 1 + bytes[keyEnd]! !== bytes.length) return null;
  const header = bytes.subarray(5, headerEnd);
  const payload = bufferOf(data);
  // 0x00 || uint32be(length of header) || header || SHA-256(payload)
  const length = Buffer.alloc(5);
  length.writeUInt32BE(header.length, 1);
  const leaf = hash('sha256', Buffer.concat([length, header, hash('sha256', payload, 'buffer')]), 'buffer');
  return { header, payload, leaf, key: bytes.subarray(headerEnd + 1, keyEnd), contentHmac: bytes.subarray(keyEnd + 1) };
}

/** Does what the sealed header says stand where the server has it? */
export function standsWhereItSays({ stream, revision, id, type }: ServerRecord, { header }: ServerEvent): boolean {
  try {
    const said = JSON.parse(header.toString('utf8')) as Record<string, unknown>;
    return said['stream'] === stream && said['revision'] === revision && said['id'] === id && said['type'] === type;
  } catch {
    return false;
  }
}

/** An event of the ledger itself: the log key's signature in front of its payload. */
export function isLogEvent({ header, payload }: ServerEvent, keys: readonly KeyObject[]): boolean {
  if (payload.length <= SIGNATURE_BYTES) return false;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  return signed(Buffer.concat([LOG_CONTEXT, length, header, payload.subarray(SIGNATURE_BYTES)]), payload.subarray(0, SIGNATURE_BYTES), keys);
}

function signed(message: Buffer, signature: Buffer, keys: readonly KeyObject[]): boolean {
  return keys.some((key) => verify(null, message, key, signature));
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
