import { createCipheriv, createDecipheriv, hash, randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { EventPayload } from '#domain/ledger/event';
import { streamKind, type EventId, type Revision, type StreamName } from '#domain/ledger/ids';
import type { SealedEvent } from '#infra/event-store/port';
import { KeyDerivation, KeyedHash } from '#infra/sealing/keyed-hash';

/** What is written in the clear and authenticated: RFC 8785 JSON, hashed and stored exactly as these bytes. */
export interface SealedHeader {
  readonly id: EventId;
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly type: string;
  readonly schema: number;
  readonly recordedAt: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SIGNATURE_BYTES = 64;
const LOG_CONTEXT = Buffer.from('rekenschap/log-event/v1\n', 'utf8');

/** The sealed bytes of one event whose plaintext is encrypted under its stream's data key. */
export function sealEvent(header: SealedHeader, payload: EventPayload, dataKey: Uint8Array): SealedEvent {
  if (streamKind(header.stream) === 'log') throw new Error('log- streams are signed, not encrypted');
  const headerBytes = encodeHeader(header);
  const nonce = freshNonce();
  const cipher = createCipheriv('aes-256-gcm', dataKey, nonce);
  cipher.setAAD(headerBytes);
  const ciphertext = cipher.update(canonicalJson(payload), 'utf8');
  cipher.final();
  const stored = Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
  return { ...header, header: headerBytes, payload: stored, leafHash: leafHash(headerBytes, stored) };
}

/** The sealed bytes of one event of a `log-` stream: readable by everyone, signed by the log key. */
export function signLogEvent(header: SealedHeader, payload: EventPayload, logKey: KeyObject): SealedEvent {
  if (streamKind(header.stream) !== 'log') throw new Error('only log- streams are stored in the clear');
  const headerBytes = encodeHeader(header);
  const json = Buffer.from(canonicalJson(payload), 'utf8');
  const stored = Buffer.concat([sign(null, logMessage(headerBytes, json), logKey), json]);
  return { ...header, header: headerBytes, payload: stored, leafHash: leafHash(headerBytes, stored) };
}

/** Throws when the bytes were changed or the key is not the stream's: a broken invariant, never an empty answer. */
export function openEvent(header: Uint8Array, payload: Uint8Array, dataKey: Uint8Array): EventPayload {
  const tagAt = payload.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', dataKey, payload.subarray(0, NONCE_BYTES));
  decipher.setAAD(header);
  decipher.setAuthTag(payload.subarray(tagAt));
  // In one piece: text that is decrypted piece by piece goes through a decoder that costs as much as the decryption.
  const plain = decipher.update(payload.subarray(NONCE_BYTES, tagAt));
  decipher.final();
  return JSON.parse(plain.toString('utf8')) as EventPayload;
}

/** Throws when the signature is not the log key's. */
export function openLogEvent(header: Uint8Array, payload: Uint8Array, logPublicKey: KeyObject): EventPayload {
  const json = payload.subarray(SIGNATURE_BYTES);
  if (!verify(null, logMessage(header, json), logPublicKey, payload.subarray(0, SIGNATURE_BYTES))) {
    throw new Error('log event does not carry the log key\'s signature');
  }
  return JSON.parse(Buffer.from(json).toString('utf8')) as EventPayload;
}

/** Out of the header bytes, not the store's columns: those are lookup only. Throws when the bytes are no header. */
export function decodeHeader(bytes: Uint8Array): SealedHeader {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as SealedHeader;
}

/** Drawn in blocks, since one draw costs as much as the encryption; each piece of a block is given out once. */
let nonces = Buffer.alloc(0);
let noncesGiven = 0;

function freshNonce(): Buffer {
  if (noncesGiven === nonces.length) {
    nonces = randomBytes(NONCE_BYTES * 512);
    noncesGiven = 0;
  }
  noncesGiven += NONCE_BYTES;
  return nonces.subarray(noncesGiven - NONCE_BYTES, noncesGiven);
}

/** Reused for every leaf; only a longer header than it holds gets one of its own. */
const leafEntry = Buffer.alloc(1 + 4 + 4_096 + 32);

/** SHA-256(0x00 || uint32be(length of header) || header || SHA-256(payload)): an RFC 9162 leaf hash. */
export function leafHash(header: Uint8Array, payload: Uint8Array): Buffer {
  const length = 1 + 4 + header.length + 32;
  const entry = length <= leafEntry.length ? leafEntry : Buffer.alloc(length);
  entry.writeUInt32BE(header.length, 1);
  entry.set(header, 5);
  // Hashes as text: twice as fast as a Buffer for each.
  entry.write(hash('sha256', payload, 'latin1'), 5 + header.length, 'latin1');
  return Buffer.from(hash('sha256', entry.subarray(0, length), 'latin1'), 'latin1');
}

/** Fresh data key of a stream: 256 bits. */
export function newDataKey(): Buffer {
  return randomBytes(32);
}

type HmacPurpose = 'content' | 'key' | 'reference' | 'subject';

/** Asked for every event, the other purposes once per stream or person. Lives as long as the data key it is of. */
const contentKeys = new WeakMap<Uint8Array, KeyedHash>();

function derivedKey(dataKey: Uint8Array, purpose: HmacPurpose): KeyedHash {
  const known = purpose === 'content' ? contentKeys.get(dataKey) : undefined;
  if (known !== undefined) return known;
  const key = new KeyedHash(new KeyDerivation(dataKey).derive(`rekenschap/${purpose}`));
  if (purpose === 'content') contentKeys.set(dataKey, key);
  return key;
}

/** base64 HMAC-SHA-256 under a key derived from the stream's data key for one purpose, so no two uses share a key. */
export function streamHmac(dataKey: Uint8Array, purpose: HmacPurpose, ...parts: readonly string[]): string {
  return derivedKey(dataKey, purpose).ofParts(parts, 'base64');
}

/** uint32be(byte length) || UTF-8 bytes: joined parts can never be read two ways. */
export function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const out = Buffer.allocUnsafe(4 + bytes.length);
  out.writeUInt32BE(bytes.length, 0);
  out.set(bytes, 4);
  return out;
}

function encodeHeader(header: SealedHeader): Buffer {
  const { id, recordedAt, revision, schema, stream, type } = header;
  return Buffer.from(canonicalJson({ id, recordedAt, revision, schema, stream, type }), 'utf8');
}

function logMessage(header: Uint8Array, json: Uint8Array): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(header.length, 0);
  return Buffer.concat([LOG_CONTEXT, length, header, json]);
}
