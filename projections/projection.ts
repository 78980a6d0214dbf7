import type { FigureCell } from '#domain/destruction/events';
import type { LedgerEvent } from '#domain/ledger/event';
import type { StreamName } from '#domain/ledger/ids';

/**
 * A pure fold from events to rows, with a name, a version and its tables. Law: rebuild = incremental = any batching
 * = redelivery, to the byte, destruction included. A changed version rebuilds. Rows hold ids, codes and dates only:
 * names and free text are decrypted from the event when read.
 */
export interface Projection {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly TableDefinition[];
  /** Called once per visible event in position order. Unknown event types change nothing. */
  apply(event: LedgerEvent, rows: Rows, context: ApplyContext): void;
  /** Step 7 of a destruction: every row that names the stream goes. */
  forget(stream: StreamName, rows: Rows): void;
  /** Only for folds that some event moves every row of. */
  readonly longWork?: LongWork;
  /** Only for folds with additive cells that `figures-fixed` fixes. */
  readonly cells?: CellAccess;
}

export interface ApplyContext {
  /**
   * False while a rebuild folds surviving events up to the last `figures-fixed` position: state is built, cells are
   * not counted, since destroyed dossiers' share can no longer be counted (stores.md, step 2).
   */
  readonly counting: boolean;
}

/** So many dossiers move at one event that others would have to wait for it. */
export interface LongWork {
  isLong(event: LedgerEvent): boolean;
  /** What `apply` does with such an event, some rows at a time; whole, and to be read, only when nothing is left to do. */
  parts(event: LedgerEvent, rows: Rows, context: ApplyContext): Iterator<void>;
}

/** All of it at once. */
export function wholly(parts: Iterator<void>): void {
  while (parts.next().done !== true);
}

export interface CellAccess {
  readonly definitionsVersion: number;
  read(rows: RowReader): readonly FigureCell[];
  /** Replaces all cells by these. */
  write(cells: readonly FigureCell[], rows: Rows): void;
}

export interface TableDefinition {
  readonly name: string;
  readonly columns: Readonly<Record<string, 'text' | 'integer'>>;
  /** Primary key, in order. */
  readonly key: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
}

/**
 * A value for a text column that is kept as JSON. It becomes text when it is written, once, however often the row
 * changed before; until then the row gives it back as it is. Nothing may change it afterwards.
 */
export class StoredJson {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  toString(): string {
    return JSON.stringify(this.value);
  }
}

export type Value = string | number | null | StoredJson;
export type Row = Readonly<Record<string, Value>>;

export interface RowReader {
  get(table: string, key: readonly Value[]): Row | undefined;
  /**
   * Rows whose columns equal `where`, in primary key order. Throws when no index begins with exactly those columns:
   * nothing may slow down because a table grows.
   */
  select(table: string, where?: Row): readonly Row[];
  /**
   * The row with the largest `column` not above `value`, among those whose columns equal `where`; of several, the
   * last in primary key order. `where` names the first columns of the primary key and `column` the next one.
   */
  atMost(table: string, where: Row, column: string, value: Value): Row | undefined;
  /** The row with the smallest `column` not below `value`; of several, the first in primary key order. */
  atLeast(table: string, where: Row, column: string, value: Value): Row | undefined;
  page(table: string, query: PageQuery): readonly Row[];
}

/** Some rows at a time, in an order that an index has. */
export interface PageQuery {
  readonly where?: Row;
  /** Columns that follow those of `where` in an index; left out: the rest of the primary key. The key breaks ties. */
  readonly order?: readonly string[];
  /** Values of the first columns of the order (ties included) that the rows lie beyond. */
  readonly after?: readonly Value[];
  /** Values that they stay before. */
  readonly until?: readonly Value[];
  readonly descending?: boolean;
  readonly limit: number;
}

export interface Rows extends RowReader {
  /** Inserts or replaces by primary key; every column must be given, and the row does not change afterwards. */
  put(table: string, row: Row): void;
  remove(table: string, key: readonly Value[]): void;
  /** Every row that `select` would give: one statement, however many there are. */
  removeAll(table: string, where: Row): void;
}
