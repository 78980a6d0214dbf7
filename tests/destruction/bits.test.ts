import { expect, it } from 'vitest';
import { leafCount, leafRanges } from '#domain/destruction/leaf-ranges';
import { Bits } from '#src/destruction/run/bits';

/** Held against the sorted list that it replaces. */
it('holds positions and answers their ranges as the domain merges them, also at the borders of its bytes', () => {
  for (let round = 0; round < 300; round += 1) {
    const bits = new Bits();
    const positions = new Set<number>();
    const size = 1 + Math.floor(Math.random() * (round % 10 === 0 ? 100_000 : 70));
    for (let n = 0; n < size; n += 1) {
      const position = Math.floor(Math.random() * size * 2);
      positions.add(position);
      bits.add(position);
    }
    for (const position of [...positions]) {
      if (Math.random() >= 0.2) continue;
      positions.delete(position);
      bits.delete(position);
      bits.delete(position);
    }
    const ranges = [...bits.ranges()];
    expect(ranges).toEqual(leafRanges(positions));
    expect([bits.count, leafCount(ranges)]).toEqual([positions.size, positions.size]);
    expect(bits.has(size * 2 + 8)).toBe(false);
  }
  const full = new Bits();
  for (let n = 0; n < 4_096 * 8; n += 1) full.add(n);
  expect([...full.ranges()]).toEqual([[0, 4_096 * 8 - 1]]);
});
