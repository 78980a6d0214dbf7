import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Position } from '#domain/ledger/ids';
import { answeringReader } from '#infra/views/answering-reader';
import type { LongAdvance, ViewBuild, ViewStore } from '#infra/views/port';
import { SqliteViewFile, type Mode } from '#infra/views/sqlite-view-file';
import type { Projection, RowReader, Rows } from '#projections/projection';

interface Listed {
  readonly version: number;
  readonly shape: string;
  readonly file: string;
}

/**
 * `views.db` names for every view the file that answers; the rows lie in files of their own beside it, so that a
 * rebuilt one takes another's place by a change of name, and whatever nobody names is rubbish.
 */
export class SqliteViews implements ViewStore {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #list: Database.Database;
  readonly #views = new Map<string, SqliteViewFile>();
  readonly #builds = new Map<string, Build>();

  /** `file`: the list; the views' own files begin with its name. */
  constructor(file: string) {
    this.#folder = dirname(file);
    this.#prefix = `${basename(file)}-`;
    mkdirSync(this.#folder, { recursive: true });
    this.#list = new Database(file);
    this.#list.pragma('journal_mode = WAL');
    // A change of name must outlive a power cut: what it replaced is removed at once.
    this.#list.pragma('synchronous = FULL');
    this.#list.pragma('secure_delete = ON');
    if (this.#list.pragma('user_version', { simple: true }) !== LIST_VERSION) this.#startList();
    this.#removeRubbish();
  }

  open(projection: Projection): { readonly position: Position; readonly outdated: boolean } {
    const shape = shapeOf(projection);
    const listed = this.#list.prepare('SELECT version, shape, file FROM view WHERE name = ?').get(projection.name) as Listed | undefined;
    const usable = listed?.shape === shape;
    this.#views.get(projection.name)?.close();
    this.#views.set(projection.name, usable ? this.#openFile(listed.file, projection, 'answering') : this.#replace(projection, projection.version, listed?.file));
    return { position: this.position(projection), outdated: usable && listed.version !== projection.version };
  }

  advance(projection: Projection, position: Position, work: (rows: Rows) => void): void {
    this.#view(projection).advance(position, work);
  }

  advanceInParts(projection: Projection, position: Position, work: (rows: Rows) => Iterator<void>): LongAdvance {
    return this.#view(projection).advanceInParts(position, work);
  }

  position(projection: Projection): Position {
    return this.#view(projection).position;
  }

  reader(projection: Projection): RowReader {
    return answeringReader(() => this.#view(projection).rows);
  }

  read<Value>(projection: Projection, work: (rows: RowReader, position: Position) => Value): Value {
    // In this order: looking at the rows finishes what is under way.
    const { rows, position } = this.#view(projection);
    return work(rows, position);
  }

  reset(projection: Projection): void {
    const before = this.#view(projection);
    before.close();
    this.#views.set(projection.name, this.#replace(projection, projection.version, before.name));
  }

  build(projection: Projection): ViewBuild {
    this.#view(projection);
    this.#builds.get(projection.name)?.drop();
    const build: Build = new Build(this.#openFile(this.#newName(), projection, 'building'), {
      swap: (built) => { this.#swap(projection, built); },
      end: () => { if (this.#builds.get(projection.name) === build) this.#builds.delete(projection.name); },
      folder: this.#folder,
      reopen: (name) => this.#openFile(name, projection, 'building'),
    });
    this.#builds.set(projection.name, build);
    return build;
  }

  releaseReplaced(): void { /* the one that replaces closes what it replaced */ }

  /** After this no page of a file and no frame of a log holds a byte that was removed. */
  purgeFreedPages(): void {
    for (const view of this.#views.values()) view.purgeFreedPages();
  }

  close(): void {
    for (const build of this.#builds.values()) build.drop();
    for (const view of this.#views.values()) view.close();
    this.#views.clear();
    this.#list.close();
  }

  #swap(projection: Projection, built: string): void {
    const before = this.#view(projection);
    this.#name(projection, projection.version, built);
    before.close();
    this.#views.set(projection.name, this.#openFile(built, projection, 'answering'));
    removeFile(this.#folder, before.name);
  }

  /** An empty file is named before what was there goes. */
  #replace(projection: Projection, version: number, before: string | undefined): SqliteViewFile {
    const fresh = this.#openFile(this.#newName(), projection, 'answering');
    this.#name(projection, version, fresh.name);
    if (before !== undefined) removeFile(this.#folder, before);
    return fresh;
  }

  #name(projection: Projection, version: number, file: string): void {
    this.#list.prepare('INSERT INTO view (name, version, shape, file) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version, shape = excluded.shape, file = excluded.file')
      .run(projection.name, version, shapeOf(projection), file);
  }

  #newName(): string {
    return `${this.#prefix}${randomUUID()}`;
  }

  #openFile(name: string, projection: Projection, mode: Mode): SqliteViewFile {
    return new SqliteViewFile(this.#folder, name, projection, mode);
  }

  #startList(): void {
    this.#list.exec(`DROP TABLE IF EXISTS view;
      CREATE TABLE view (name TEXT PRIMARY KEY, version INTEGER NOT NULL, shape TEXT NOT NULL, file TEXT NOT NULL) STRICT, WITHOUT ROWID;
      PRAGMA user_version = ${LIST_VERSION};`);
    const tables = this.#list.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'view'").pluck().all() as string[];
    for (const table of tables) this.#list.exec(`DROP TABLE "${table.replaceAll('"', '""')}"`);
    if (tables.length > 0) this.#list.exec('VACUUM');
  }

  #removeRubbish(): void {
    const named = new Set(this.#list.prepare('SELECT file FROM view').pluck().all() as string[]);
    const rubbish = readdirSync(this.#folder).filter((name) => name.startsWith(this.#prefix) && VIEW_FILE.test(name.slice(this.#prefix.length)))
      .filter((name) => !named.has(name.replace(SIDE_FILE, '')));
    for (const name of rubbish) rmSync(join(this.#folder, name), { force: true });
  }

  #view(projection: Projection): SqliteViewFile {
    const view = this.#views.get(projection.name);
    if (view === undefined) throw new Error(`view ${projection.name} is not open`);
    return view;
  }
}

const LIST_VERSION = 2;
const SIDE_FILE = /-(?:wal|shm|journal)$/;
const VIEW_FILE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-(?:wal|shm|journal))?$/;

interface BuildHooks {
  readonly swap: (file: string) => void;
  readonly end: () => void;
  readonly folder: string;
  readonly reopen: (file: string) => SqliteViewFile;
}

class Build implements ViewBuild {
  #file: SqliteViewFile;
  readonly #hooks: BuildHooks;

  constructor(file: SqliteViewFile, hooks: BuildHooks) {
    this.#file = file;
    this.#hooks = hooks;
  }

  get position(): Position {
    return this.#file.position;
  }

  get reader(): RowReader {
    return this.#file.rows;
  }

  advance(position: Position, work: (rows: Rows) => void): void {
    this.#file.advance(position, work);
  }

  advanceInParts(position: Position, work: (rows: Rows) => Iterator<void>): LongAdvance {
    return this.#file.advanceInParts(position, work);
  }

  swap(): void {
    this.#file.settle();
    this.#file.close();
    syncFile(join(this.#hooks.folder, this.#file.name));
    syncFile(this.#hooks.folder);
    this.#hooks.swap(this.#file.name);
    this.#hooks.end();
  }

  lend(): string {
    this.#file.close();
    return join(this.#hooks.folder, this.#file.name);
  }

  takeBack(): void {
    this.#file = this.#hooks.reopen(this.#file.name);
  }

  drop(): void {
    this.#file.close();
    removeFile(this.#hooks.folder, this.#file.name);
    this.#hooks.end();
  }
}

function shapeOf(projection: Projection): string {
  return JSON.stringify(projection.tables);
}

function removeFile(folder: string, name: string): void {
  for (const side of ['', '-wal', '-shm', '-journal']) rmSync(join(folder, `${name}${side}`), { force: true });
}

function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
