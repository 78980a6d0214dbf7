import type Database from 'better-sqlite3';
import type { Position } from '#domain/ledger/ids';
import { bare, checkedColumns, checkedKey, checkedPath, checkedPrefix, checkedRow } from '#infra/views/checked-row';
import { compare, TouchedRows } from '#infra/views/touched-rows';
import type { PageQuery, Projection, Row, Rows, TableDefinition, Value } from '#projections/projection';

interface Statements {
  readonly definition: TableDefinition;
  readonly columns: readonly string[];
  readonly get: Database.Statement;
  readonly anyUnder: Database.Statement;
  readonly put: Database.Statement;
  readonly putMany: Database.Statement;
  readonly remove: Database.Statement;
  readonly removeAll: Map<string, Database.Statement>;
  readonly select: Map<string, Database.Statement>;
  readonly nearest: Map<string, Database.Statement>;
  readonly page: Map<string, Database.Statement>;
}

/** Rows in one statement: a call costs as much as writing one. */
const PUT_AT_ONCE = 16;

/** The rows of one projection in one database; changes collect between `begin` and `flush`. */
export class SqliteView implements Rows {
  position: Position;
  readonly #db: Database.Database;
  readonly #projection: Projection;
  readonly #tables: ReadonlyMap<string, Statements>;
  /**
   * Inside one transaction: rows read or changed by key, per table. A figure's cell is touched a thousand times per
   * page and written once. A question by other columns than the whole key has what it could meet written out first.
   */
  #touched: Map<string, TouchedRows> | null = null;

  constructor(db: Database.Database, projection: Projection, position: Position) {
    this.#db = db;
    this.#projection = projection;
    this.position = position;
    this.#tables = new Map(projection.tables.map((definition) => [definition.name, this.#prepare(definition)]));
  }

  begin(): void {
    this.#touched = new Map();
  }

  end(): void {
    this.#touched = null;
  }

  flush(): void {
    for (const table of this.#touched?.keys() ?? []) this.#writeOut(table);
  }

  get(table: string, key: readonly Value[]): Row | undefined {
    const { definition, get } = this.#statements(table);
    checkedKey(definition, key);
    if (this.#touched === null) return get.get(...key) as Row | undefined;
    const rows = this.#touchedOf(table);
    const touched = rows.get(key);
    if (touched !== undefined) return touched.row;
    const row = get.get(...key) as Row | undefined;
    rows.read(key, row);
    if (row === undefined) this.#known(table, key[0]);
    return row;
  }

  select(table: string, where: Row = {}): readonly Row[] {
    const statements = this.#statements(table);
    const columns = Object.keys(where);
    const shape = columns.join('\0');
    let select = statements.select.get(shape);
    if (select === undefined) {
      checkedColumns(statements.definition, where);
      const conditions = columns.map((column) => `${quoted(column)} IS ?`).join(' AND ');
      const order = statements.definition.key.map(quoted).join(', ');
      select = this.#db.prepare(`SELECT * FROM ${tableName(this.#projection, statements.definition)}${conditions === '' ? '' : ` WHERE ${conditions}`} ORDER BY ${order}`);
      statements.select.set(shape, select);
    }
    const known = this.#known(table, where[statements.definition.key[0]!])?.select(where[statements.definition.key[0]!]!, where);
    if (known !== undefined) return known;
    this.#writeOut(table, where);
    return select.all(...columns.map((column) => where[column] ?? null)) as Row[];
  }

  atMost(table: string, where: Row, column: string, value: Value): Row | undefined {
    return this.#nearest(table, where, column, value, 'DESC');
  }

  atLeast(table: string, where: Row, column: string, value: Value): Row | undefined {
    return this.#nearest(table, where, column, value, 'ASC');
  }

  #nearest(table: string, where: Row, column: string, value: Value, order: 'ASC' | 'DESC'): Row | undefined {
    const statements = this.#statements(table);
    const columns = Object.keys(where);
    const shape = `${order} ${column} ${columns.join('\0')}`;
    const prefix = statements.definition.key.slice(0, columns.length);
    let nearest = statements.nearest.get(shape);
    if (nearest === undefined) {
      checkedPrefix(statements.definition, where, column);
      const same = prefix.map((one) => `${quoted(one)} = ? AND `).join('');
      const keys = statements.definition.key.map((one) => `${quoted(one)} ${order}`).join(', ');
      nearest = this.#db.prepare(`SELECT * FROM ${tableName(this.#projection, statements.definition)} WHERE ${same}${quoted(column)} ${order === 'DESC' ? '<=' : '>='} ? ORDER BY ${keys} LIMIT 1`);
      statements.nearest.set(shape, nearest);
    }
    const known = this.#known(table, where[statements.definition.key[0]!])?.select(where[statements.definition.key[0]!]!, where);
    if (known !== undefined) {
      return order === 'DESC'
        ? known.findLast((row) => compare(row[column]!, value) <= 0)
        : known.find((row) => compare(row[column]!, value) >= 0);
    }
    this.#writeOut(table, where);
    return nearest.get(...prefix.map((one) => where[one] ?? null), value) as Row | undefined;
  }

  page(table: string, query: PageQuery): readonly Row[] {
    const statements = this.#statements(table);
    this.#writeOut(table, query.where);
    const { same, order } = checkedPath(statements.definition, query);
    const { after = [], until = [], descending = false } = query;
    const shape = JSON.stringify([same, order, after.length, until.length, descending]);
    let page = statements.page.get(shape);
    if (page === undefined) {
      const beyond = (values: readonly Value[], sign: string): readonly string[] => (values.length === 0
        ? [] : [`(${order.slice(0, values.length).map(quoted).join(', ')}) ${sign} (${values.map(() => '?').join(', ')})`]);
      const conditions = [...same.map((column) => `${quoted(column)} IS ?`), ...beyond(after, descending ? '<' : '>'), ...beyond(until, descending ? '>' : '<')];
      page = this.#db.prepare(`SELECT * FROM ${tableName(this.#projection, statements.definition)}${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`} ORDER BY ${order.map((column) => `${quoted(column)}${descending ? ' DESC' : ''}`).join(', ')} LIMIT ?`);
      statements.page.set(shape, page);
    }
    return page.all(...same.map((column) => query.where?.[column] ?? null), ...after, ...until, query.limit) as Row[];
  }

  put(table: string, row: Row): void {
    const { definition } = this.#statements(table);
    checkedRow(definition, row);
    this.#change(table, definition.key.map((column) => row[column] ?? null), row);
  }

  removeAll(table: string, where: Row): void {
    if (this.#touched === null) throw new Error('rows change only inside advance');
    const statements = this.#statements(table);
    this.#writeOut(table);
    // What was read before is not known to be there any more.
    this.#touched.delete(table);
    const columns = checkedColumns(statements.definition, where);
    const shape = columns.join('\0');
    let remove = statements.removeAll.get(shape);
    if (remove === undefined) {
      const conditions = columns.map((column) => `${quoted(column)} IS ?`).join(' AND ');
      remove = this.#db.prepare(`DELETE FROM ${tableName(this.#projection, statements.definition)}${conditions === '' ? '' : ` WHERE ${conditions}`}`);
      statements.removeAll.set(shape, remove);
    }
    remove.run(...columns.map((column) => bare(where[column] ?? null)));
  }

  remove(table: string, key: readonly Value[]): void {
    this.#change(table, checkedKey(this.#statements(table).definition, key), undefined);
  }

  #change(table: string, key: readonly Value[], row: Row | undefined): void {
    if (this.#touched === null) throw new Error('rows change only inside advance');
    this.#touchedOf(table).change(key, row);
  }

  #touchedOf(table: string): TouchedRows {
    let rows = this.#touched!.get(table);
    if (rows === undefined) this.#touched!.set(table, rows = new TouchedRows(this.#statements(table).definition));
    return rows;
  }

  /** The touched rows when they are all there is under that value of the first column of the key. */
  #known(table: string, first: Value | undefined): TouchedRows | undefined {
    if (this.#touched === null || first === undefined || first === null || this.#statements(table).definition.key.length === 1) return undefined;
    const rows = this.#touchedOf(table);
    return rows.isWhole(first, () => this.#statements(table).anyUnder.get(first) === undefined) ? rows : undefined;
  }

  #writeOut(table: string, where: Row = {}): void {
    const rows = this.#touched?.get(table);
    if (rows === undefined) return;
    const { definition, columns, put, putMany, remove } = this.#statements(table);
    // In the order of the key: neighbours lie on the same page.
    const kept: Row[] = [];
    for (const { key, row } of rows.takeChanged(where[definition.key[0]!] ?? undefined)) {
      if (row === undefined) remove.run(...key);
      else kept.push(row);
    }
    const whole = kept.length - (kept.length % PUT_AT_ONCE);
    for (let from = 0; from < whole; from += PUT_AT_ONCE) putMany.run(valuesOf(kept, from, from + PUT_AT_ONCE, columns));
    for (let at = whole; at < kept.length; at += 1) put.run(valuesOf(kept, at, at + 1, columns));
    rows.forgetWritten();
  }

  #prepare(definition: TableDefinition): Statements {
    const name = tableName(this.#projection, definition);
    const columns = Object.keys(definition.columns);
    const byKey = definition.key.map((column) => `${quoted(column)} = ?`).join(' AND ');
    const putting = (count: number): string => `INSERT OR REPLACE INTO ${name} (${columns.map(quoted).join(', ')}) VALUES ${Array.from({ length: count }, () => `(${columns.map(() => '?').join(', ')})`).join(', ')}`;
    return {
      definition, columns, nearest: new Map(), page: new Map(), removeAll: new Map(),
      get: this.#db.prepare(`SELECT * FROM ${name} WHERE ${byKey}`),
      anyUnder: this.#db.prepare(`SELECT 1 FROM ${name} WHERE ${quoted(definition.key[0]!)} = ? LIMIT 1`),
      put: this.#db.prepare(putting(1)), putMany: this.#db.prepare(putting(PUT_AT_ONCE)),
      remove: this.#db.prepare(`DELETE FROM ${name} WHERE ${byKey}`),
      select: new Map(),
    };
  }

  #statements(table: string): Statements {
    const statements = this.#tables.get(table);
    if (statements === undefined) throw new Error(`no table ${table}`);
    return statements;
  }
}

/** Of some of the rows, one after the other. */
function valuesOf(rows: readonly Row[], from: number, until: number, columns: readonly string[]): (string | number | null)[] {
  const values: (string | number | null)[] = [];
  for (let at = from; at < until; at += 1) for (const column of columns) values.push(bare(rows[at]![column] ?? null));
  return values;
}

export function createTables(db: Database.Database, projection: Projection): void {
  for (const table of projection.tables) {
    const name = tableName(projection, table);
    const columns = Object.entries(table.columns).map(([column, type]) => `${quoted(column)} ${type === 'integer' ? 'INTEGER' : 'TEXT'}`);
    db.exec(`CREATE TABLE ${name} (${columns.join(', ')}, PRIMARY KEY (${table.key.map(quoted).join(', ')})) WITHOUT ROWID, STRICT`);
    (table.indexes ?? []).forEach((index, n) => {
      db.exec(`CREATE INDEX ${quoted(`${projection.name}__${table.name}__${n}`)} ON ${name} (${index.map(quoted).join(', ')})`);
    });
  }
}

function tableName(projection: Projection, table: TableDefinition): string {
  return quoted(`${projection.name}__${table.name}`);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
