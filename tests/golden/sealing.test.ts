import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EventPayload } from '#domain/ledger/event';
import { decodeHeader, leafHash, openEvent, openLogEvent, sealEvent, signLogEvent, streamHmac, type SealedHeader } from '#infra/sealing/sealing';

// The vectors' hashes and HMACs were computed a second time with Python's hashlib when they were written.
interface Golden {
  readonly fields: SealedHeader;
  readonly header: string;
  readonly stored: string;
  readonly opens: EventPayload;
  readonly leafHash: string;
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`./sealing/${name}`, import.meta.url), 'utf8'));
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const sealed = read('sealed-event.v1.json') as Golden & { readonly dataKey: string };
const log = read('log-event.v1.json') as Golden & { readonly logKeySeed: string };
const hmacs = read('stream-hmac.v1.json') as { readonly dataKey: string; readonly hmacs: readonly { purpose: 'content' | 'key' | 'reference' | 'subject'; parts: readonly string[]; hmac: string }[] };

const logKey = createPrivateKey({ key: Buffer.concat([bytes('302e020100300506032b657004220420'), bytes(log.logKeySeed)]), format: 'der', type: 'pkcs8' });

describe.each([['a sealed event', sealed], ['a log event', log]])('%s of version 1', (_name, golden) => {
  it('has this leaf hash', () => {
    expect(leafHash(bytes(golden.header), bytes(golden.stored)).toString('hex')).toBe(golden.leafHash);
  });

  it('has a header that says these fields', () => {
    expect(decodeHeader(bytes(golden.header))).toEqual(golden.fields);
  });
});

describe('a sealed event of version 1', () => {
  const key = bytes(sealed.dataKey);

  it('opens', () => {
    expect(openEvent(bytes(sealed.header), bytes(sealed.stored), key)).toEqual(sealed.opens);
  });

  it('sealed today has the same header to the byte, a fresh nonce, and a payload of the same length', () => {
    const today = sealEvent(sealed.fields, sealed.opens, key);
    expect(Buffer.from(today.header).toString('hex')).toBe(sealed.header);
    expect(today.payload).toHaveLength(bytes(sealed.stored).length);
    expect(Buffer.from(today.payload).subarray(0, 12)).not.toEqual(bytes(sealed.stored).subarray(0, 12));
    expect(openEvent(today.header, today.payload, key)).toEqual(sealed.opens);
  });

  it('does not open under another key, header or a changed byte', () => {
    const [header, stored] = [bytes(sealed.header), bytes(sealed.stored)];
    expect(() => openEvent(header, stored, randomBytes(32))).toThrow();
    expect(() => openEvent(bytes(log.header), stored, key)).toThrow();
    for (const at of [0, 12, stored.length - 17, stored.length - 1]) {
      const changed = Buffer.from(stored);
      changed[at]! ^= 0x01;
      expect(() => openEvent(header, changed, key)).toThrow();
      expect(leafHash(header, changed).toString('hex')).not.toBe(sealed.leafHash);
    }
  });
});

describe('a log event of version 1', () => {
  const publicKey = createPublicKey(logKey);

  it('opens with the public key alone', () => {
    expect(openLogEvent(bytes(log.header), bytes(log.stored), publicKey)).toEqual(log.opens);
  });

  it('signed today is the same to the byte', () => {
    const today = signLogEvent(log.fields, log.opens, logKey);
    expect(Buffer.from(today.header).toString('hex')).toBe(log.header);
    expect(Buffer.from(today.payload).toString('hex')).toBe(log.stored);
  });

  it('does not open under another header or with a changed byte', () => {
    const stored = bytes(log.stored);
    expect(() => openLogEvent(bytes(sealed.header), stored, publicKey)).toThrow();
    for (const at of [0, 63, 64, stored.length - 1]) {
      const changed = Buffer.from(stored);
      changed[at]! ^= 0x01;
      expect(() => openLogEvent(bytes(log.header), changed, publicKey)).toThrow();
    }
  });
});

describe('the two kinds of sealing', () => {
  it('never do each other\'s work', () => {
    expect(() => sealEvent(log.fields, log.opens, bytes(sealed.dataKey))).toThrow();
    expect(() => signLogEvent(sealed.fields, sealed.opens, logKey)).toThrow();
  });
});

describe('HMACs under a stream\'s key', () => {
  it.each(hmacs.hmacs)('for $purpose are these', ({ purpose, parts, hmac }) => {
    expect(streamHmac(bytes(hmacs.dataKey), purpose, ...parts)).toBe(hmac);
  });

  it('differ per purpose and never read two parts as one', () => {
    const key = bytes(hmacs.dataKey);
    expect(streamHmac(key, 'reference', 'ab', 'c')).not.toBe(streamHmac(key, 'reference', 'a', 'bc'));
    expect(streamHmac(key, 'reference', 'ab', 'c')).not.toBe(streamHmac(key, 'subject', 'ab', 'c'));
  });
});
