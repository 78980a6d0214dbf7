import type { FigureCell } from '#domain/destruction/events';
import type { RowReader } from '#projections/projection';
import { readCells } from '#projections/yearly-figures/cells';

/** Every cell, in the order of figure, year and dimensions: what the account is built from and `figures-fixed` keeps. */
export function figureCells(reader: RowReader): readonly FigureCell[] {
  return readCells(reader);
}
