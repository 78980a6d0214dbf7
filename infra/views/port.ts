import type { Position } from '#domain/ledger/ids';
import type { Projection, RowReader, Rows } from '#projections/projection';

/** What answers questions. Another thread may move it on between two of them. */
export interface Views {
  /** Last position applied by the rows that answer, -1 when none. */
  position(projection: Projection): Position;
  /** Of the rows that answer, also after a swap; each question sees them as they are then. */
  reader(projection: Projection): RowReader;
  /** Rows and position of one moment, for as long as `work` takes: it does not wait for anything. */
  read<Value>(projection: Projection, work: (rows: RowReader, position: Position) => Value): Value;
  /** Lets go of rows that were replaced: only then are their bytes off the disk. */
  releaseReplaced(): void;
  close(): void;
}

/** Nothing was written (disk full, read-only, no descriptors); the same may be tried again later. */
export class ViewUnwritable extends Error {
  override readonly name = 'ViewUnwritable';
}

/** Views may be thrown away and rebuilt; position and rows always move in one transaction. */
export interface ViewStore extends Views {
  /**
   * Makes the rows of this projection ready to answer. `outdated`: they are of an earlier version with the same
   * tables, answer as they stand and must not be carried on; with other tables they are gone, and the position is -1.
   * A build that was cut off is gone too: it starts again.
   */
  open(projection: Projection): { readonly position: Position; readonly outdated: boolean };
  /** One transaction: `work` changes rows, then the position is saved with them. Throws ViewUnwritable. */
  advance(projection: Projection, position: Position, work: (rows: Rows) => void): void;
  /**
   * As `advance`, for work that takes long: a part at a time, in one transaction. Meanwhile nothing else moves the view;
   * who reads elsewhere sees rows and position of before, who reads here waits for the rest.
   */
  advanceInParts(projection: Projection, position: Position, work: (rows: Rows) => Iterator<void>): LongAdvance;
  /** Empties the rows that answer and sets their position to -1. */
  reset(projection: Projection): void;
  /** Empty rows beside those that answer; an earlier build of the projection is thrown away. */
  build(projection: Projection): ViewBuild;
  purgeFreedPages(): void;
}

export interface LongAdvance {
  /** Does one part; true when all was done and saved. Throws ViewUnwritable; after any failure nothing of it is kept. */
  goOn(): boolean;
}

/** Rows that are being built while others answer. After a failure, or `drop`, it is of no use. */
export interface ViewBuild {
  /** Last position applied, -1 when none. */
  readonly position: Position;
  readonly reader: RowReader;
  /** As `advance` of the store, but durable only from the swap on. */
  advance(position: Position, work: (rows: Rows) => void): void;
  advanceInParts(position: Position, work: (rows: Rows) => Iterator<void>): LongAdvance;
  /** Takes the place of what answered, in one step; what answered is removed. */
  swap(): void;
  drop(): void;
  /** Lets another thread carry on an empty build: the path of its file, which is closed here. Absent: not to be lent. */
  lend?(): string;
  /** Goes on with what the other thread left in the file, which it has closed. */
  takeBack?(): void;
}
