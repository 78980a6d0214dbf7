import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Position } from '#domain/ledger/ids';
import { answeringReader } from '#infra/views/answering-reader';
import type { Views } from '#infra/views/port';
import { SqliteView } from '#infra/views/sqlite-view';
import type { Projection, RowReader } from '#projections/projection';

interface OpenFile {
  readonly name: string;
  readonly db: Database.Database;
  readonly rows: SqliteView;
  readonly position: Database.Statement<[], Position>;
}

/** The rows that another thread's SqliteViews keeps, read only. It sees by the list when a view's file was replaced. */
export class SqliteViewsReader implements Views {
  readonly #folder: string;
  readonly #list: Database.Database;
  readonly #listVersion: Database.Statement<[], number>;
  readonly #fileOf: Database.Statement<[string], string>;
  readonly #open = new Map<string, OpenFile>();
  #seenVersion = -1;

  /** `file`: the list, made by the one that writes. */
  constructor(file: string) {
    this.#folder = dirname(file);
    this.#list = new Database(file, { readonly: true, fileMustExist: true });
    this.#listVersion = this.#list.prepare<[], number>('PRAGMA data_version').pluck() as Database.Statement<[], number>;
    this.#fileOf = this.#list.prepare<[string], string>('SELECT file FROM view WHERE name = ?').pluck() as Database.Statement<[string], string>;
  }

  position(projection: Projection): Position {
    return this.#current(projection).position.get()!;
  }

  reader(projection: Projection): RowReader {
    return answeringReader(() => this.#current(projection).rows);
  }

  read<Value>(projection: Projection, work: (rows: RowReader, position: Position) => Value): Value {
    const { db, rows, position } = this.#current(projection);
    db.exec('BEGIN');
    try {
      return work(rows, position.get()!);
    } finally {
      db.exec('COMMIT');
    }
  }

  releaseReplaced(): void {
    this.#seenVersion = this.#listVersion.get()!;
    for (const [view, { name, db }] of this.#open) {
      if (this.#fileOf.get(view) === name) continue;
      db.close();
      this.#open.delete(view);
    }
  }

  close(): void {
    for (const { db } of this.#open.values()) db.close();
    this.#open.clear();
    this.#list.close();
  }

  #current(projection: Projection): OpenFile {
    if (this.#listVersion.get() !== this.#seenVersion) this.releaseReplaced();
    const known = this.#open.get(projection.name);
    if (known !== undefined) return known;
    const opened = this.#openFile(projection);
    this.#open.set(projection.name, opened);
    return opened;
  }

  /** It may be replaced between the look at the list and the opening: then the list names another. */
  #openFile(projection: Projection, replaced?: string): OpenFile {
    const name = this.#fileOf.get(projection.name);
    if (name === undefined || name === replaced) throw new Error(`view ${projection.name} is not open`);
    let db: Database.Database | null = null;
    try {
      db = new Database(join(this.#folder, name), { readonly: true, fileMustExist: true });
      db.pragma('cache_size = -16384');
      const position = db.prepare<[], Position>('SELECT position FROM position').pluck() as Database.Statement<[], Position>;
      return { name, db, rows: new SqliteView(db, projection, -1), position };
    } catch (error) {
      db?.close();
      if (this.#fileOf.get(projection.name) === name) throw error;
      return this.#openFile(projection, name);
    }
  }
}
