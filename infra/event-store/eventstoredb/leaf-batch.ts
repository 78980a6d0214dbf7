import { sign, verify, type KeyObject } from 'node:crypto';
import type { Position } from '#domain/ledger/ids';
import type { Place } from '#infra/event-store/eventstoredb/server-record';

/** A leaf and where its event stands; `place` null: the event had been destroyed before it came to this server. */
export interface Leaf {
  readonly place: Place | null;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** A piece of the tree, in order. Nothing in it names an event, a stream or a type. */
export interface LeafBatch {
  readonly first: Position;
  readonly leaves: readonly Leaf[];
  /** Everything up to here has been looked at: whoever starts from this batch reads on from there. */
  readonly covered: Place;
  /** Change count of the vault when the batch was made. */
  readonly vault: number;
}

export const LEAF_BATCH = 'leaf-batch';
/** 44 bytes a leaf: well below the 1,048,576 bytes that the server takes in one append. */
export const LEAVES_PER_BATCH = 10_000;

const CONTEXT = Buffer.from('rekenschap/leaf-batch/v1\n', 'utf8');
const HEAD = 8 + 8 + 8 + 4;
const LEAF = 8 + 32;
const SIGNATURE = 64;
const NOWHERE = 0xffff_ffff_ffff_ffffn;

/** first, covered, vault (each uint64be), count (uint32be), per leaf place (uint64be) and hash; then the log key's Ed25519. */
export function encodeBatch({ first, leaves, covered, vault }: LeafBatch, logKey: KeyObject): Uint8Array {
  const bytes = Buffer.alloc(HEAD + leaves.length * LEAF + SIGNATURE);
  bytes.writeBigUInt64BE(BigInt(first), 0);
  bytes.writeBigUInt64BE(covered, 8);
  bytes.writeBigUInt64BE(BigInt(vault), 16);
  bytes.writeUInt32BE(leaves.length, 24);
  let at = HEAD;
  for (const { place, hash } of leaves) {
    bytes.writeBigUInt64BE(place ?? NOWHERE, at);
    bytes.set(hash, at + 8);
    at += LEAF;
  }
  bytes.set(sign(null, Buffer.concat([CONTEXT, bytes.subarray(0, at)]), logKey), at);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Null when the bytes are no batch or carry no signature of one of these keys. */
export function decodeBatch(data: Uint8Array, logKeys: readonly KeyObject[]): LeafBatch | null {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < HEAD + SIGNATURE) return null;
  const count = bytes.readUInt32BE(24);
  const end = HEAD + count * LEAF;
  if (count === 0 || bytes.length !== end + SIGNATURE) return null;
  const signed = Buffer.concat([CONTEXT, bytes.subarray(0, end)]);
  if (!logKeys.some((key) => verify(null, signed, key, bytes.subarray(end)))) return null;
  const leaves = Array.from({ length: count }, (_, i): Leaf => {
    const place = bytes.readBigUInt64BE(HEAD + i * LEAF);
    return { place: place === NOWHERE ? null : place, hash: bytes.subarray(HEAD + i * LEAF + 8, HEAD + (i + 1) * LEAF) };
  });
  return {
    first: Number(bytes.readBigUInt64BE(0)), covered: bytes.readBigUInt64BE(8), vault: Number(bytes.readBigUInt64BE(16)), leaves,
  };
}
