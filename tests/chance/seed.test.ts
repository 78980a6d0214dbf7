import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SEED } from './seed.js';

const drawn = (more: fc.Parameters<number> = {}): readonly number[] => fc.sample(fc.nat(), { numRuns: 20, ...more });

it('what is generated is the same every time, and other for another seed', () => {
  expect(drawn()).toEqual(drawn());
  expect(drawn({ seed: SEED + 1 })).not.toEqual(drawn());
});

it('a property that fails says with which seed', () => {
  expect(() => { fc.assert(fc.property(fc.nat(), () => false)); }).toThrow(`seed: ${SEED}`);
});
