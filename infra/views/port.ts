import type { Position } from '#domain/ledger/ids';
import type { Projection, RowReader, Rows } from '#projections/projection';

/** Views may be thrown away and rebuilt; position and rows always move in one transaction. */
export interface ViewStore {
  /** Creates the projection's tables; when its version changed since, empties it and answers position -1. */
  open(projection: Projection): { readonly position: Position };
  /** One transaction: `work` changes rows, then the position is saved with them. */
  advance(projection: Projection, position: Position, work: (rows: Rows) => void): void;
  /** Last position applied, -1 when none. */
  position(projection: Projection): Position;
  reader(projection: Projection): RowReader;
  /** Empties the projection's tables and sets its position to -1. */
  reset(projection: Projection): void;
  purgeFreedPages(): void;
  close(): void;
}
