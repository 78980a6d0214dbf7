import type { Position } from '#domain/ledger/ids';
import { answeringReader } from '#infra/views/answering-reader';
import { bare, checkedColumns, checkedKey, checkedPath, checkedPrefix, checkedRow } from '#infra/views/checked-row';
import type { LongAdvance, ViewBuild, ViewStore } from '#infra/views/port';
import { wholly, type PageQuery, type Projection, type Row, type RowReader, type Rows, type TableDefinition, type Value } from '#projections/projection';

/** The model of the view store: everything in memory, gone with the process. */
export class MemoryViews implements ViewStore {
  readonly #views = new Map<string, View>();
  readonly #builds = new Map<string, View>();

  open(projection: Projection): { readonly position: Position; readonly outdated: boolean } {
    const known = this.#views.get(projection.name);
    this.#builds.delete(projection.name);
    const usable = known?.shape === shapeOf(projection);
    if (!usable) this.#views.set(projection.name, new View(projection));
    return { position: this.#view(projection).position, outdated: usable && known.version !== projection.version };
  }

  advance(projection: Projection, position: Position, work: (rows: Rows) => void): void {
    this.#view(projection).advance(position, work);
  }

  advanceInParts(projection: Projection, position: Position, work: (rows: Rows) => Iterator<void>): LongAdvance {
    return atOnce((all) => { this.advance(projection, position, all); }, work);
  }

  position(projection: Projection): Position {
    return this.#view(projection).position;
  }

  reader(projection: Projection): RowReader {
    return answeringReader(() => this.#view(projection));
  }

  read<Value>(projection: Projection, work: (rows: RowReader, position: Position) => Value): Value {
    return work(this.reader(projection), this.position(projection));
  }

  reset(projection: Projection): void {
    this.#views.set(projection.name, new View(projection));
  }

  build(projection: Projection): ViewBuild {
    this.#view(projection);
    const built = new View(projection);
    this.#builds.set(projection.name, built);
    const assertBuilding = (): void => {
      if (this.#builds.get(projection.name) !== built) throw new Error('the build is over');
    };
    return {
      get position() { return built.position; },
      reader: built,
      advance(position, work) { assertBuilding(); built.advance(position, work); },
      advanceInParts: (position, work) => atOnce((all) => { assertBuilding(); built.advance(position, all); }, work),
      swap: () => {
        assertBuilding();
        this.#builds.delete(projection.name);
        this.#views.set(projection.name, built);
      },
      drop: () => { if (this.#builds.get(projection.name) === built) this.#builds.delete(projection.name); },
    };
  }

  releaseReplaced(): void { /* nothing is held on to */ }

  purgeFreedPages(): void { /* memory keeps no pages */ }

  close(): void {
    this.#views.clear();
  }

  #view(projection: Projection): View {
    const view = this.#views.get(projection.name);
    if (view === undefined) throw new Error(`view ${projection.name} is not open`);
    return view;
  }
}

/** Nobody reads a model while it moves: it takes no turns. */
function atOnce(advance: (work: (rows: Rows) => void) => void, work: (rows: Rows) => Iterator<void>): LongAdvance {
  return { goOn: () => { advance((rows) => { wholly(work(rows)); }); return true; } };
}

class View implements Rows {
  readonly version: number;
  readonly shape: string;
  position: Position = -1;
  readonly #tables: ReadonlyMap<string, Table>;
  #undo: (() => void)[] | null = null;

  constructor(projection: Projection) {
    this.version = projection.version;
    this.shape = shapeOf(projection);
    this.#tables = new Map(projection.tables.map((definition) => [definition.name, new Table(definition)]));
  }

  advance(position: Position, work: (rows: Rows) => void): void {
    this.#undo = [];
    try {
      work(this);
      this.position = position;
    } catch (error) {
      for (const undo of this.#undo.reverse()) undo();
      throw error;
    } finally {
      this.#undo = null;
    }
  }

  get(table: string, key: readonly Value[]): Row | undefined {
    return this.#table(table).get(key);
  }

  select(table: string, where: Row = {}): readonly Row[] {
    return this.#table(table).select(where);
  }

  atMost(table: string, where: Row, column: string, value: Value): Row | undefined {
    return this.#table(table).nearest(where, column, value, -1);
  }

  atLeast(table: string, where: Row, column: string, value: Value): Row | undefined {
    return this.#table(table).nearest(where, column, value, 1);
  }

  page(table: string, query: PageQuery): readonly Row[] {
    return this.#table(table).page(query);
  }

  put(table: string, row: Row): void {
    const target = this.#table(table);
    this.#remember(target, target.keyOf(row));
    target.put(row);
  }

  removeAll(table: string, where: Row): void {
    const target = this.#table(table);
    for (const row of target.select(where)) this.remove(table, target.keyOf(row));
  }

  remove(table: string, key: readonly Value[]): void {
    const target = this.#table(table);
    this.#remember(target, key);
    target.remove(key);
  }

  #remember(table: Table, key: readonly Value[]): void {
    if (this.#undo === null) throw new Error('rows change only inside advance');
    const before = table.get(key);
    this.#undo.push(() => { if (before === undefined) table.remove(key); else table.put(before); });
  }

  #table(name: string): Table {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`no table ${name}`);
    return table;
  }
}

class Table {
  readonly #definition: TableDefinition;
  readonly #rows = new Map<string, Row>();
  /** Per declared index and key prefix: values -> keys of rows. */
  readonly #indexes: readonly { readonly columns: readonly string[]; readonly keys: Map<string, Set<string>> }[];

  constructor(definition: TableDefinition) {
    this.#definition = definition;
    const prefixes = definition.key.slice(0, -1).map((_, length) => definition.key.slice(0, length + 1));
    this.#indexes = [...prefixes, ...(definition.indexes ?? [])].map((columns) => ({ columns, keys: new Map() }));
  }

  keyOf(row: Row): readonly Value[] {
    return this.#definition.key.map((column) => row[column] ?? null);
  }

  get(key: readonly Value[]): Row | undefined {
    return this.#rows.get(text(checkedKey(this.#definition, key)));
  }

  put(row: Row): void {
    const copy: Record<string, Value> = { ...checkedRow(this.#definition, row) };
    for (const column in copy) copy[column] = bare(copy[column]!);
    const key = text(this.keyOf(copy));
    this.#unindex(key);
    this.#rows.set(key, copy);
    for (const index of this.#indexes) {
      const values = text(index.columns.map((column) => copy[column] ?? null));
      const keys = index.keys.get(values);
      if (keys === undefined) index.keys.set(values, new Set([key]));
      else keys.add(key);
    }
  }

  remove(key: readonly Value[]): void {
    const at = text(checkedKey(this.#definition, key));
    this.#unindex(at);
    this.#rows.delete(at);
  }

  select(where: Row): readonly Row[] {
    const columns = checkedColumns(this.#definition, where);
    const index = this.#indexes
      .filter((candidate) => candidate.columns.every((column) => columns.includes(column)))
      .sort((a, b) => b.columns.length - a.columns.length)[0];
    const candidates = index === undefined
      ? [...this.#rows.values()]
      : [...index.keys.get(text(index.columns.map((column) => where[column] ?? null))) ?? []].map((key) => this.#rows.get(key)!);
    return candidates
      .filter((row) => columns.every((column) => row[column] === where[column]))
      .sort((a, b) => {
        for (const column of this.#definition.key) {
          const order = compare(a[column]!, b[column]!);
          if (order !== 0) return order;
        }
        return 0;
      });
  }

  nearest(where: Row, column: string, value: Value, direction: -1 | 1): Row | undefined {
    checkedPrefix(this.#definition, where, column);
    const rows = this.select(where).filter((row) => compare(row[column]!, value) * direction >= 0);
    return direction < 0 ? rows.at(-1) : rows[0];
  }

  page(query: PageQuery): readonly Row[] {
    const { same, order } = checkedPath(this.#definition, query);
    const { after = [], until = [] } = query;
    const direction = query.descending === true ? -1 : 1;
    const by = (row: Row, values: readonly Value[]): number => {
      for (const [n, value] of values.entries()) {
        const difference = compare(row[order[n]!]!, value) * direction;
        if (difference !== 0) return difference;
      }
      return 0;
    };
    return [...this.#rows.values()]
      .filter((row) => same.every((column) => row[column] === (query.where?.[column] ?? null))
        && (after.length === 0 || by(row, after) > 0) && (until.length === 0 || by(row, until) < 0))
      .sort((a, b) => by(a, order.map((column) => b[column]!)))
      .slice(0, query.limit);
  }

  #unindex(key: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    for (const index of this.#indexes) {
      const values = text(index.columns.map((column) => row[column] ?? null));
      const keys = index.keys.get(values);
      keys?.delete(key);
      if (keys?.size === 0) index.keys.delete(values);
    }
  }
}

function shapeOf(projection: Projection): string {
  return JSON.stringify(projection.tables);
}

function text(values: readonly Value[]): string {
  return JSON.stringify(values);
}

/** As SQLite orders: integers by value, text by its UTF-8 bytes. */
function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a), 'utf8'), Buffer.from(String(b), 'utf8'));
}
