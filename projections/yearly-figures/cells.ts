import type { Counted } from '#domain/account/sharing-account';
import type { FigureCell } from '#domain/destruction/events';
import type { CellAccess, RowReader, Rows, TableDefinition } from '#projections/projection';
import { DEFINITIONS_VERSION } from '#domain/account/definitions';

/** One item's share in the cells: figure with dimensions, year, count. */
export type Share = readonly [counted: Counted, year: number, count: number];

export const CELL_TABLE: TableDefinition = {
  name: 'cell', columns: { figure: 'text', year: 'integer', dimensions: 'text', count: 'integer' }, key: ['figure', 'year', 'dimensions'],
};

export const cellAccess: CellAccess = {
  definitionsVersion: DEFINITIONS_VERSION,
  read: (rows) => readCells(rows),
  write(cells, rows) {
    for (const row of rows.select('cell')) rows.remove('cell', [row['figure']!, row['year']!, row['dimensions']!]);
    for (const cell of cells) {
      rows.put('cell', { figure: cell.figure, year: cell.year, dimensions: JSON.stringify(cell.dimensions), count: cell.count });
    }
  },
};

/** In the order of figure, year and dimensions; cells that came back to nothing are not there. */
export function readCells(rows: RowReader): readonly FigureCell[] {
  return rows.select('cell').map((row) => ({
    figure: row['figure'] as string, year: row['year'] as number,
    dimensions: JSON.parse(row['dimensions'] as string) as string[], count: row['count'] as number,
  }));
}

/** Moves the cells from what an item counted for to what it counts for now. */
export function moveCells(before: readonly Share[], after: readonly Share[], rows: Rows): void {
  if (before.length === 0) {
    for (const [counted, year, count] of after) addToCell(counted, year, count, rows);
    return;
  }
  const difference = new Map<string, { counted: Counted; year: number; count: number }>();
  const add = ([counted, year, count]: Share, sign: 1 | -1): void => {
    const key = JSON.stringify([counted, year]);
    const known = difference.get(key);
    if (known === undefined) difference.set(key, { counted, year, count: sign * count });
    else known.count += sign * count;
  };
  for (const share of before) add(share, -1);
  for (const share of after) add(share, 1);
  for (const { counted, year, count } of difference.values()) if (count !== 0) addToCell(counted, year, count, rows);
}

/** In the same order, as one computation gives them. */
export function sameShares(a: readonly Share[], b: readonly Share[]): boolean {
  return a.length === b.length && a.every(([counted, year, count], n) => {
    const [otherCounted, otherYear, otherCount] = b[n]!;
    return year === otherYear && count === otherCount && counted.length === otherCounted.length && counted.every((part, at) => part === otherCounted[at]);
  });
}

function addToCell(counted: Counted, year: number, by: number, rows: Rows): void {
  const [figure, ...rest] = counted;
  const dimensions = rest.length === 0 ? '[]' : JSON.stringify(rest);
  const count = (rows.get('cell', [figure, year, dimensions])?.['count'] as number | undefined ?? 0) + by;
  if (count === 0) rows.remove('cell', [figure, year, dimensions]);
  else rows.put('cell', { figure, year, dimensions, count });
}
