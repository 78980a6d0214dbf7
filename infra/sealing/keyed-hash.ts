import { hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;
const LENGTH = 4;
/** Bytes of a message that need no buffer of their own. */
const SHORT = 16 * 1024;

/** Reused for every message; the key's own bytes do not stay behind in them. */
const inner = Buffer.alloc(BLOCK + SHORT);
const outer = Buffer.alloc(BLOCK + DIGEST);

/**
 * HMAC-SHA-256 (RFC 2104) under one key, as two one-shot hashes: half the cost of a native Hmac object, which has to be
 * made, and collected, for every message. Equal to node:crypto's by a test.
 */
export class KeyedHash {
  readonly #innerPad: Buffer;
  readonly #outerPad: Buffer;

  /** Throws RangeError on a key of more than 64 bytes. */
  constructor(key: Uint8Array) {
    if (key.length > BLOCK) throw new RangeError('a key of more than one block');
    this.#innerPad = padded(key, 0x36);
    this.#outerPad = padded(key, 0x5c);
  }

  /** Over uint32be(byte length) || UTF-8 bytes of every part: joined parts can never be read two ways. */
  ofParts(parts: readonly string[], encoding: 'base64'): string;
  ofParts(parts: readonly string[], encoding: 'buffer'): Buffer;
  ofParts(parts: readonly string[], encoding: 'base64' | 'buffer'): string | Buffer {
    // Three bytes hold any UTF-16 code unit.
    const most = parts.reduce((sum, part) => sum + LENGTH + 3 * part.length, 0);
    const into = most <= SHORT ? inner : Buffer.alloc(BLOCK + most);
    let at = BLOCK;
    for (const part of parts) {
      const length = into.write(part, at + LENGTH, 'utf8');
      into.writeUInt32BE(length, at);
      at += LENGTH + length;
    }
    return this.#finish(into, at, encoding);
  }

  ofBytes(bytes: Uint8Array): Buffer {
    const into = bytes.length <= SHORT ? inner : Buffer.alloc(BLOCK + bytes.length);
    into.set(bytes, BLOCK);
    return this.#finish(into, BLOCK + bytes.length, 'buffer') as Buffer;
  }

  #finish(into: Buffer, end: number, encoding: 'base64' | 'buffer'): string | Buffer {
    into.set(this.#innerPad, 0);
    outer.set(this.#outerPad, 0);
    // As text: twice as fast as a Buffer in between.
    outer.write(hash('sha256', into.subarray(0, end), 'latin1'), BLOCK, 'latin1');
    into.fill(0, 0, end);
    const result = hash('sha256', outer, encoding);
    outer.fill(0);
    return result;
  }
}

/** HKDF-SHA-256 (RFC 5869) without salt, for 32 bytes at most: one extraction, one block per `info`. */
export class KeyDerivation {
  readonly #extracted: KeyedHash;

  constructor(secret: Uint8Array) {
    this.#extracted = new KeyedHash(NO_SALT.ofBytes(secret));
  }

  derive(info: string): Buffer {
    return this.#extracted.ofBytes(Buffer.from(`${info}\u0001`, 'latin1'));
  }
}

const NO_SALT = new KeyedHash(new Uint8Array(DIGEST));

function padded(key: Uint8Array, byte: number): Buffer {
  const pad = Buffer.alloc(BLOCK, byte);
  for (let at = 0; at < key.length; at += 1) pad[at]! ^= key[at]!;
  return pad;
}
