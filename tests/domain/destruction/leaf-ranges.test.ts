import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inChunks } from '#domain/destruction/chunks';
import { leafCount, leafRanges } from '#domain/destruction/leaf-ranges';
import { canonicalJson } from '#domain/ledger/canonical-json';

it('ranges cover exactly the given positions, sorted, with a gap between every two', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(400), { maxLength: 150 }), (positions) => {
    const ranges = leafRanges(positions);
    const covered = ranges.flatMap(([from, through]) => Array.from({ length: through - from + 1 }, (_, index) => from + index));
    expect(covered).toEqual([...positions].sort((a, b) => a - b));
    expect(leafCount(ranges)).toBe(positions.length);
    ranges.slice(1).forEach(([from], index) => { expect(from).toBeGreaterThan(ranges[index]![1] + 1); });
  }), { numRuns: 2_000 });
});

it('merges the positions of two dossiers that lie beside each other', () => {
  expect(leafRanges([7, 3, 4, 5, 9, 8])).toEqual([[3, 5], [7, 9]]);
});

it('chunks keep order, fit and are never none', () => {
  expect(inChunks([])).toEqual([[]]);
  fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 30 })), (items) => {
    const chunks = inChunks(items, 200);
    expect(chunks.flat()).toEqual(items);
    for (const chunk of chunks) if (chunk.length > 1) expect(Buffer.byteLength(canonicalJson(chunk))).toBeLessThanOrEqual(202);
  }));
});
