import type { LeafRange } from '#domain/destruction/events';
import type { Position } from '#domain/ledger/ids';

/**
 * Inclusive ranges over all positions together: sorted, adjacent ones merged, so that what is announced never shows
 * where one dossier ends and the next begins.
 */
export function leafRanges(positions: Iterable<Position>): readonly LeafRange[] {
  const sorted = Float64Array.from(positions).sort();
  const ranges: [Position, Position][] = [];
  for (const position of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && position <= last[1] + 1) last[1] = Math.max(last[1], position);
    else ranges.push([position, position]);
  }
  return ranges;
}

/** How many leaves the ranges cover. */
export function leafCount(ranges: readonly LeafRange[]): number {
  return ranges.reduce((sum, [from, through]) => sum + through - from + 1, 0);
}
