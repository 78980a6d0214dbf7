import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsBsn, isBsn, testBsn } from '#domain/dossier/bsn';

describe('BSN', () => {
  it('passes the elfproef or is none', () => {
    for (const bsn of ['111222333', '123456782', '999990019', testBsn(0), testBsn(4_000)]) expect(isBsn(bsn), bsn).toBe(true);
    for (const no of ['123456789', '000000000', '12345678', '1234567820', '12345678a', ' 123456782', '']) expect(isBsn(no), no).toBe(false);
  });

  it('gives distinct numbers of the test range', () => {
    const numbers = Array.from({ length: 300 }, (_, n) => testBsn(n));
    expect(new Set(numbers).size).toBe(300);
    expect(numbers.every((bsn) => isBsn(bsn) && bsn.startsWith('9999'))).toBe(true);
    expect(() => testBsn(-1)).toThrow(RangeError);
    expect(() => testBsn(10_000)).toThrow(RangeError);
  });

  it('is found in a text as a whole word, also with separators or hidden characters', () => {
    for (const text of [
      'Mevrouw (123456782) belde.', '123456782', 'bsn:123456782', 'BSN123456782', '123.456.782', '123 456 782', '1234.56.782',
      '12345\u200b6782', '１２３４５６７８２', 'eind 123456782.', '123456789 en 123456782',
    ]) expect(holdsBsn(text), JSON.stringify(text)).toBe(true);
    for (const text of [
      'NL123456782B01', '0123456782', '1234567820', '123456789', 'zaak 2024-0001', '06-12345678', '123.456.7821', 'ab123456782', '',
    ]) expect(holdsBsn(text), text).toBe(false);
  });

  it('is found wherever it stands between words', () => {
    fc.assert(fc.property(fc.nat(3_000), fc.constantFrom('', ' ', 'a ', 'é, ', '(', '\n'), fc.constantFrom('', ' ', ' b', ')', '.', '\n', ', 1'), (n, before, after) => {
      expect(holdsBsn(`${before}${testBsn(n)}${after}`)).toBe(true);
    }));
  });
});
