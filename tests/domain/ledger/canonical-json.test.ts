import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#domain/ledger/canonical-json';

/** RFC 8785 said once more, as plainly as it goes. */
function plainly(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plainly).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const record = value as Readonly<Record<string, unknown>>;
  return `{${Object.keys(record).sort().map((name) => `${JSON.stringify(name)}:${plainly(record[name])}`).join(',')}}`;
}

const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { weight: 4, arbitrary: fc.oneof(fc.constant(null), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.string({ unit: 'grapheme' })) },
    fc.array(tie('value'), { maxLength: 6 }),
    // Names that come in order or not, of digits, `__proto__` and more than a few.
    fc.dictionary(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.stringMatching(/^[0-9]{1,3}$/), fc.constantFrom('a', 'b', 'B', '__proto__', 'constructor', 'toJSON', '')), tie('value'), { maxKeys: 45 }),
  ),
})).value;

describe('canonical JSON', () => {
  it('is what RFC 8785 says of every value that JSON can hold', () => {
    fc.assert(fc.property(anyJson, (value) => { expect(canonicalJson(value)).toBe(plainly(value)); }));
  });

  it('changes nothing in what it is given', () => {
    fc.assert(fc.property(anyJson, (value) => {
      const before = JSON.stringify(value);
      canonicalJson(value);
      expect(JSON.stringify(value)).toBe(before);
    }));
  });

  it('writes the numbers and the order of RFC 8785, section 3.2', () => {
    expect(canonicalJson({ numbers: [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001, -0], string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/', literals: [null, true, false] }))
      .toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, 1: 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }))
      .toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  it('leaves out members that are undefined, wherever they stand', () => {
    expect(canonicalJson({ b: undefined, a: { d: 1, c: undefined }, 1: undefined })).toBe('{"a":{"d":1}}');
  });

  it.each([
    ['undefined in a list', [undefined]], ['a hole in a list', Array(2)], ['no value at all', undefined], ['NaN', { a: Number.NaN }], ['infinity', [Infinity]], ['a bigint', { a: 1n }],
    ['a lone surrogate in a text', { a: 'x\ud800' }], ['a lone surrogate in a name', { 'x\udc00': 1 }], ['a function that would write it otherwise', { a: 1, toJSON: () => 'b' }],
  ])('refuses %s', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('asks no object what it would rather be', () => {
    class Told { readonly a = 1; toJSON(): string { return 'b'; } }
    expect(canonicalJson({ told: new Told() })).toBe('{"told":{"a":1}}');
  });
});
