import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Position } from '#domain/ledger/ids';
import { checkedColumns, checkedKey, checkedPrefix, checkedRow } from '#infra/views/checked-row';
import type { ViewStore } from '#infra/views/port';
import type { Projection, Row, RowReader, Rows, TableDefinition, Value } from '#projections/projection';

/**
 * `views.db`. synchronous=NORMAL: after a power cut a view may lie behind, never torn, and catches up again.
 * secure_delete: a forgotten row leaves no bytes in its page.
 */
export class SqliteViews implements ViewStore {
  readonly #db: Database.Database;
  readonly #views = new Map<string, View>();
  readonly #savePosition: Database.Statement;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#db = new Database(file);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = NORMAL');
    this.#db.pragma('secure_delete = ON');
    this.#db.exec('CREATE TABLE IF NOT EXISTS view (name TEXT PRIMARY KEY, version INTEGER NOT NULL, position INTEGER NOT NULL, shape TEXT NOT NULL) WITHOUT ROWID');
    this.#savePosition = this.#db.prepare('UPDATE view SET position = ? WHERE name = ?');
  }

  open(projection: Projection): { readonly position: Position } {
    const shape = JSON.stringify(projection.tables);
    const known = this.#db.prepare('SELECT version, position, shape FROM view WHERE name = ?').get(projection.name) as
      | { version: number; position: number; shape: string } | undefined;
    if (known === undefined || known.version !== projection.version || known.shape !== shape) this.#create(projection, shape, known?.shape);
    const view = new View(this.#db, projection, this.#storedPosition(projection));
    this.#views.set(projection.name, view);
    return { position: view.position };
  }

  advance(projection: Projection, position: Position, work: (rows: Rows) => void): void {
    const view = this.#view(projection);
    this.#db.transaction(() => {
      view.begin();
      try {
        work(view);
        view.flush();
      } finally {
        view.end();
      }
      this.#savePosition.run(position, projection.name);
    }).immediate();
    view.position = position;
  }

  position(projection: Projection): Position {
    return this.#view(projection).position;
  }

  reader(projection: Projection): RowReader {
    return this.#view(projection);
  }

  reset(projection: Projection): void {
    this.#view(projection);
    const shape = JSON.stringify(projection.tables);
    this.#create(projection, shape, shape);
    this.#views.set(projection.name, new View(this.#db, projection, -1));
  }

  /** After this no page of the file and no frame of the log holds a byte that was removed. */
  purgeFreedPages(): void {
    this.#truncateLog();
    this.#db.exec('VACUUM');
    this.#truncateLog();
  }

  close(): void {
    this.#db.close();
  }

  #truncateLog(): void {
    const [outcome] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number; log: number }];
    if (outcome.busy !== 0 || outcome.log !== 0) throw new Error('views.db: the log could not be truncated, a reader is busy');
  }

  #create(projection: Projection, shape: string, shapeBefore: string | undefined): void {
    this.#db.transaction(() => {
      const before = shapeBefore === undefined ? [] : JSON.parse(shapeBefore) as TableDefinition[];
      for (const table of [...before, ...projection.tables]) this.#db.exec(`DROP TABLE IF EXISTS ${tableName(projection, table)}`);
      for (const table of projection.tables) this.#createTable(projection, table);
      this.#db.prepare('INSERT INTO view (name, version, position, shape) VALUES (?, ?, -1, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version, position = -1, shape = excluded.shape')
        .run(projection.name, projection.version, shape);
    }).immediate();
  }

  #createTable(projection: Projection, table: TableDefinition): void {
    const name = tableName(projection, table);
    const columns = Object.entries(table.columns).map(([column, type]) => `${quoted(column)} ${type === 'integer' ? 'INTEGER' : 'TEXT'}`);
    this.#db.exec(`CREATE TABLE ${name} (${columns.join(', ')}, PRIMARY KEY (${table.key.map(quoted).join(', ')})) WITHOUT ROWID, STRICT`);
    (table.indexes ?? []).forEach((index, n) => {
      this.#db.exec(`CREATE INDEX ${quoted(`${projection.name}__${table.name}__${n}`)} ON ${name} (${index.map(quoted).join(', ')})`);
    });
  }

  #storedPosition(projection: Projection): Position {
    return (this.#db.prepare('SELECT position FROM view WHERE name = ?').get(projection.name) as { position: number }).position;
  }

  #view(projection: Projection): View {
    const view = this.#views.get(projection.name);
    if (view === undefined) throw new Error(`view ${projection.name} is not open`);
    return view;
  }
}

interface Statements {
  readonly definition: TableDefinition;
  readonly columns: readonly string[];
  readonly get: Database.Statement;
  readonly put: Database.Statement;
  readonly remove: Database.Statement;
  readonly select: Map<string, Database.Statement>;
  readonly nearest: Map<string, Database.Statement>;
}

interface Touched {
  readonly key: readonly Value[];
  /** Undefined: there is none. */
  readonly row: Row | undefined;
  readonly changed: boolean;
}

class View implements Rows {
  position: Position;
  readonly #db: Database.Database;
  readonly #projection: Projection;
  readonly #tables: ReadonlyMap<string, Statements>;
  /**
   * Inside one transaction: rows read or changed by key, per table. A figure's cell is touched a thousand times per
   * page and written once; a table that is asked by other columns is written out first.
   */
  #touched: Map<string, Map<string, Touched>> | null = null;

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
    const text = JSON.stringify(key);
    let touched = rows.get(text);
    if (touched === undefined) {
      touched = { key, row: get.get(...key) as Row | undefined, changed: false };
      rows.set(text, touched);
    }
    return touched.row;
  }

  select(table: string, where: Row = {}): readonly Row[] {
    const statements = this.#statements(table);
    this.#writeOut(table);
    const columns = checkedColumns(statements.definition, where);
    const shape = columns.join('\0');
    let select = statements.select.get(shape);
    if (select === undefined) {
      const conditions = columns.map((column) => `${quoted(column)} IS ?`).join(' AND ');
      const order = statements.definition.key.map(quoted).join(', ');
      select = this.#db.prepare(`SELECT * FROM ${tableName(this.#projection, statements.definition)}${conditions === '' ? '' : ` WHERE ${conditions}`} ORDER BY ${order}`);
      statements.select.set(shape, select);
    }
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
    this.#writeOut(table);
    const prefix = checkedPrefix(statements.definition, where, column);
    const shape = `${order} ${prefix.length}`;
    let nearest = statements.nearest.get(shape);
    if (nearest === undefined) {
      const same = prefix.map((one) => `${quoted(one)} = ? AND `).join('');
      const keys = statements.definition.key.map((one) => `${quoted(one)} ${order}`).join(', ');
      nearest = this.#db.prepare(`SELECT * FROM ${tableName(this.#projection, statements.definition)} WHERE ${same}${quoted(column)} ${order === 'DESC' ? '<=' : '>='} ? ORDER BY ${keys} LIMIT 1`);
      statements.nearest.set(shape, nearest);
    }
    return nearest.get(...prefix.map((one) => where[one] ?? null), value) as Row | undefined;
  }

  put(table: string, row: Row): void {
    const { definition } = this.#statements(table);
    checkedRow(definition, row);
    this.#change(table, definition.key.map((column) => row[column] ?? null), { ...row });
  }

  remove(table: string, key: readonly Value[]): void {
    this.#change(table, checkedKey(this.#statements(table).definition, key), undefined);
  }

  #change(table: string, key: readonly Value[], row: Row | undefined): void {
    if (this.#touched === null) throw new Error('rows change only inside advance');
    this.#touchedOf(table).set(JSON.stringify(key), { key, row, changed: true });
  }

  #touchedOf(table: string): Map<string, Touched> {
    let rows = this.#touched!.get(table);
    if (rows === undefined) this.#touched!.set(table, rows = new Map<string, Touched>());
    return rows;
  }

  #writeOut(table: string): void {
    const rows = this.#touched?.get(table);
    if (rows === undefined) return;
    const { columns, put, remove } = this.#statements(table);
    for (const { key, row, changed } of rows.values()) {
      if (!changed) continue;
      if (row === undefined) remove.run(...key);
      else put.run(...columns.map((column) => row[column] ?? null));
    }
    rows.clear();
  }

  #prepare(definition: TableDefinition): Statements {
    const name = tableName(this.#projection, definition);
    const columns = Object.keys(definition.columns);
    const byKey = definition.key.map((column) => `${quoted(column)} = ?`).join(' AND ');
    return {
      definition, columns, nearest: new Map(),
      get: this.#db.prepare(`SELECT * FROM ${name} WHERE ${byKey}`),
      put: this.#db.prepare(`INSERT OR REPLACE INTO ${name} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`),
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

function tableName(projection: Projection, table: TableDefinition): string {
  return quoted(`${projection.name}__${table.name}`);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
