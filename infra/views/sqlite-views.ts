import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Position } from '#domain/ledger/ids';
import { checkedColumns, checkedKey, checkedRow } from '#infra/views/checked-row';
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
      view.writing = true;
      try {
        work(view);
      } finally {
        view.writing = false;
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
}

class View implements Rows {
  position: Position;
  writing = false;
  readonly #db: Database.Database;
  readonly #projection: Projection;
  readonly #tables: ReadonlyMap<string, Statements>;

  constructor(db: Database.Database, projection: Projection, position: Position) {
    this.#db = db;
    this.#projection = projection;
    this.position = position;
    this.#tables = new Map(projection.tables.map((definition) => [definition.name, this.#prepare(definition)]));
  }

  get(table: string, key: readonly Value[]): Row | undefined {
    const { definition, get } = this.#statements(table);
    return get.get(...checkedKey(definition, key)) as Row | undefined;
  }

  select(table: string, where: Row = {}): readonly Row[] {
    const statements = this.#statements(table);
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

  put(table: string, row: Row): void {
    this.#assertWriting();
    const { definition, columns, put } = this.#statements(table);
    checkedRow(definition, row);
    put.run(...columns.map((column) => row[column] ?? null));
  }

  remove(table: string, key: readonly Value[]): void {
    this.#assertWriting();
    const { definition, remove } = this.#statements(table);
    remove.run(...checkedKey(definition, key));
  }

  #assertWriting(): void {
    if (!this.writing) throw new Error('rows change only inside advance');
  }

  #prepare(definition: TableDefinition): Statements {
    const name = tableName(this.#projection, definition);
    const columns = Object.keys(definition.columns);
    const byKey = definition.key.map((column) => `${quoted(column)} = ?`).join(' AND ');
    return {
      definition, columns,
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
