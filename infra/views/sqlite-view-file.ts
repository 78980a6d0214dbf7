import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Position } from '#domain/ledger/ids';
import { storageFault } from '#infra/engine/storage-faults';
import { ViewUnwritable, type LongAdvance } from '#infra/views/port';
import { createTables, SqliteView } from '#infra/views/sqlite-view';
import type { Projection, RowReader, Rows } from '#projections/projection';

/** `building`: thrown away when the process dies, so nothing is made durable and many pages share one commit. */
export type Mode = 'answering' | 'building';

interface Parts {
  readonly position: Position;
  readonly work: (rows: Rows) => Iterator<void>;
  /** Null until it began. */
  left: Iterator<void> | null;
  /** Null while it is under way; afterwards what whoever asks is told. */
  outcome: (() => boolean) | null;
}

/** Events per commit of a build. */
const BUILD_COMMIT = 5_000;
/** A dossier's row is above a thousand bytes: in pages of 4,096 each such row takes a page of its own besides. */
const PAGE_BYTES = 8_192;

/**
 * The rows of one view and their position, in one database. Answering: synchronous=NORMAL, so after a power cut it may
 * lie behind, never torn, and catches up again. secure_delete: a forgotten row leaves no bytes in its page; what a
 * build left goes when the file is rewritten, as after every run.
 */
export class SqliteViewFile {
  readonly name: string;
  readonly #mode: Mode;
  readonly #db: Database.Database;
  readonly #view: SqliteView;
  readonly #savePosition: Database.Statement;
  /** What is on disk; a build runs ahead of it. */
  #committed: Position;
  /** Work of which parts are still to be done, in the open transaction. */
  #underWay: Parts | null = null;

  constructor(folder: string, name: string, projection: Projection, mode: Mode) {
    this.name = name;
    this.#mode = mode;
    this.#db = new Database(join(folder, name));
    try {
      this.#db.pragma(`page_size = ${PAGE_BYTES}`);
      this.#db.pragma(`journal_mode = ${mode === 'answering' ? 'WAL' : 'MEMORY'}`);
      this.#db.pragma(`synchronous = ${mode === 'answering' ? 'NORMAL' : 'OFF'}`);
      this.#db.pragma(`secure_delete = ${mode === 'answering' ? 'ON' : 'OFF'}`);
      this.#db.pragma(`cache_size = ${mode === 'answering' ? -16_384 : -65_536}`);
      this.#db.pragma('wal_autocheckpoint = 8000');
      if (this.#db.pragma('user_version', { simple: true }) === 0) this.#create(projection);
      this.#savePosition = this.#db.prepare('UPDATE position SET position = ?');
      this.#committed = this.#db.prepare('SELECT position FROM position').pluck().get() as Position;
      this.#view = new SqliteView(this.#db, projection, this.#committed);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  get position(): Position {
    return this.#view.position;
  }

  /** Never rows half moved: what is under way is finished first. */
  get rows(): RowReader {
    if (this.#underWay !== null) while (!this.#goOn(this.#underWay));
    return this.#view;
  }

  /** In a build a failure leaves nothing to go on with. */
  advance(position: Position, work: (rows: Rows) => void): void {
    if (this.#underWay !== null) throw new Error('a view moves by one work at a time');
    this.#moving(() => {
      this.#begin();
      work(this.#view);
      this.#reach(position);
    });
  }

  advanceInParts(position: Position, work: (rows: Rows) => Iterator<void>): LongAdvance {
    if (this.#underWay !== null) throw new Error('a view moves by one work at a time');
    const parts: Parts = { position, work, left: null, outcome: null };
    this.#underWay = parts;
    return { goOn: () => this.#goOn(parts) };
  }

  #goOn(parts: Parts): boolean {
    if (parts.outcome !== null) return parts.outcome();
    try {
      return this.#moving(() => {
        this.#begin();
        parts.left ??= parts.work(this.#view);
        if (parts.left.next().done !== true) return false;
        this.#reach(parts.position);
        this.#underWay = null;
        parts.outcome = () => true;
        return true;
      });
    } catch (error) {
      // A reader may have come upon it: whoever goes on with it must hear of it too.
      parts.outcome = () => { throw error; };
      throw error;
    }
  }

  #moving<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      this.#rollback();
      throw this.#mode === 'answering' && storageFault(error) === 'passing' ? new ViewUnwritable() : error;
    }
  }

  #reach(position: Position): void {
    if (this.#mode === 'answering' || position - this.#committed >= BUILD_COMMIT) this.#commit(position);
    this.#view.position = position;
  }

  /** What a build has applied so far is in the file. */
  settle(): void {
    if (this.#underWay !== null) throw new Error('a build is settled when nothing is under way');
    if (this.#db.inTransaction) this.#commit(this.#view.position);
  }

  purgeFreedPages(): void {
    this.#truncateLog();
    this.#db.exec('VACUUM');
    this.#truncateLog();
  }

  close(): void {
    if (!this.#db.open) return;
    if (this.#db.inTransaction) this.#rollback();
    this.#db.close();
  }

  #begin(): void {
    if (this.#db.inTransaction) return;
    this.#db.exec('BEGIN IMMEDIATE');
    this.#view.begin();
  }

  #commit(position: Position): void {
    this.#view.flush();
    this.#savePosition.run(position);
    this.#db.exec('COMMIT');
    this.#view.end();
    this.#committed = position;
  }

  #rollback(): void {
    this.#underWay = null;
    this.#view.end();
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
  }

  #create(projection: Projection): void {
    this.#db.transaction(() => {
      this.#db.exec('CREATE TABLE position (position INTEGER NOT NULL) STRICT; INSERT INTO position VALUES (-1);');
      createTables(this.#db, projection);
      this.#db.pragma('user_version = 1');
    })();
  }

  #truncateLog(): void {
    const [outcome] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number; log: number }];
    if (outcome.busy !== 0 || outcome.log !== 0) throw new Error('a view\'s log could not be truncated, a reader is busy');
  }
}
