import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyDerivation, KeyedHash } from '#infra/sealing/keyed-hash';

const keys = fc.uint8Array({ minLength: 0, maxLength: 64 });

/** What the parts are joined to, as node:crypto is given it. */
function framed(parts: readonly string[]): Buffer {
  return Buffer.concat(parts.flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(part));
    return [length, Buffer.from(part)];
  }));
}

describe('the keyed hash', () => {
  it('is node:crypto\'s HMAC-SHA-256 of the framed parts, whatever stands in them', () => {
    fc.assert(fc.property(keys, fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 5 }), (key, parts) => {
      const expected = createHmac('sha256', key).update(framed(parts));
      expect(new KeyedHash(key).ofParts(parts, 'base64')).toBe(expected.digest('base64'));
    }));
  });

  it.each([5_460, 5_461, 16_384, 100_000])('is so for a text of %i characters, which may need a buffer of its own', (length) => {
    for (const text of ['a'.repeat(length), '€'.repeat(length)]) {
      const expected = createHmac('sha256', 'sleutel').update(framed([text, 'b'])).digest();
      expect(new KeyedHash(Buffer.from('sleutel')).ofParts([text, 'b'], 'buffer')).toEqual(expected);
      expect(new KeyedHash(Buffer.from('sleutel')).ofBytes(framed([text, 'b']))).toEqual(expected);
    }
  });

  it('answers RFC 4231, test case 2', () => {
    expect(new KeyedHash(Buffer.from('Jefe')).ofBytes(Buffer.from('what do ya want for nothing?')).toString('hex'))
      .toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  it('takes no key of more than one block, which RFC 2104 would hash first', () => {
    expect(() => new KeyedHash(new Uint8Array(65))).toThrow(RangeError);
  });
});

it('a derived key is node:crypto\'s HKDF-SHA-256 without salt', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.stringMatching(/^[a-z/]{0,40}$/), (secret, info) => {
    expect(new KeyDerivation(secret).derive(info)).toEqual(Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), info, 32)));
  }));
});
