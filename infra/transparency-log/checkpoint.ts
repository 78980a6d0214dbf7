import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';

/** A C2SP tlog-checkpoint without extension lines: what the log says about itself at one size. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** Signs checkpoints under the log's name; shared by every event store. */
export interface CheckpointSigner {
  readonly origin: string;
  readonly vkey: string;
  sign(size: number, rootHash: Uint8Array): string;
}

/** Origin of a ledger's log: one per controller (OIN) and epoch; a schema-less name, as tlog-checkpoint asks. */
export function logOrigin(oin: string, epoch = 1): string {
  return epoch === 1 ? `rekenschap/${oin}` : `rekenschap/${oin}/${epoch}`;
}

/** `privateKey`: Ed25519. Throws when the origin cannot be a key name of a signed note. */
export function checkpointSigner(origin: string, privateKey: KeyObject): CheckpointSigner {
  if (!/^[^\s+\p{Cc}]+$/u.test(origin)) throw new Error('origin cannot be the name of a note key');
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  const keyHash = noteKeyHash(origin, publicKey);
  return {
    origin,
    vkey: vkeyText(origin, publicKey),
    sign(size, rootHash) {
      const text = checkpointText({ origin, size, rootHash });
      const signature = sign(null, Buffer.from(text, 'utf8'), privateKey);
      return `${text}\n\u2014 ${origin} ${Buffer.concat([keyHash, signature]).toString('base64')}\n`;
    },
  };
}

/** What is signed: origin, size and root, each on a line of its own. */
export function checkpointText(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${Buffer.from(checkpoint.rootHash).toString('base64')}\n`;
}

/** Opens a signed note with the log's vkey; null when it is malformed or no signature of that key holds. */
export function openCheckpoint(note: string, vkey: string): Checkpoint | null {
  const key = parseVkey(vkey);
  const end = note.indexOf('\n\n');
  if (key === null || end < 0) return null;
  const text = note.slice(0, end + 1);
  const signatures = note.slice(end + 2);
  if (!signatures.endsWith('\n')) return null;
  const checkpoint = parseText(text);
  if (checkpoint === null || checkpoint.origin !== key.name) return null;
  for (const line of signatures.slice(0, -1).split('\n')) {
    const match = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
    if (match === null) return null;
    const bytes = Buffer.from(match[2]!, 'base64');
    if (bytes.toString('base64') !== match[2]) return null;
    // A note may carry signatures of others (witnesses): those are passed over, not refused.
    if (match[1] !== key.name || bytes.length !== 68 || Buffer.compare(bytes.subarray(0, 4), key.keyHash) !== 0) continue;
    return verify(null, Buffer.from(text, 'utf8'), key.publicKey, bytes.subarray(4)) ? checkpoint : null;
  }
  return null;
}

/** `name+hex key hash+base64(0x01 || public key)`, the verifier key of C2SP signed-note. */
export function vkeyText(name: string, publicKey: Uint8Array): string {
  const encoded = Buffer.concat([Buffer.of(1), publicKey]).toString('base64');
  return `${name}+${noteKeyHash(name, publicKey).toString('hex')}+${encoded}`;
}

/** The 32 raw bytes of an Ed25519 public key. */
export function rawPublicKey(key: KeyObject): Buffer {
  const x = key.export({ format: 'jwk' }).x;
  if (x === undefined) throw new Error('not an Ed25519 key');
  return Buffer.from(x, 'base64url');
}

interface VerifierKey {
  readonly name: string;
  readonly keyHash: Buffer;
  readonly publicKey: KeyObject;
}

function parseVkey(vkey: string): VerifierKey | null {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(vkey.trim());
  if (match === null) return null;
  const encoded = Buffer.from(match[3]!, 'base64');
  if (encoded.length !== 33 || encoded[0] !== 1) return null;
  const raw = encoded.subarray(1);
  const keyHash = noteKeyHash(match[1]!, raw);
  if (keyHash.toString('hex') !== match[2]) return null;
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
  return { name: match[1]!, keyHash, publicKey };
}

/** SHA-256(name || 0x0A || 0x01 || public key)[:4]. */
function noteKeyHash(name: string, publicKey: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.of(1), publicKey]), 'buffer').subarray(0, 4);
}

function parseText(text: string): Checkpoint | null {
  const lines = text.split('\n');
  const [origin, size, root] = lines;
  if (lines.length < 4 || origin === undefined || origin === '' || size === undefined || root === undefined) return null;
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) return null;
  const rootHash = Buffer.from(root, 'base64');
  return rootHash.toString('base64') === root ? { origin, size: Number(size), rootHash } : null;
}
