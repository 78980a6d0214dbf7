import { basename, dirname } from 'node:path';
import type { Position } from '#domain/ledger/ids';
import type { LongAdvance, ViewBuild, ViewStore } from '#infra/views/port';
import { SqliteViewFile } from '#infra/views/sqlite-view-file';
import type { Projection, RowReader, Rows } from '#projections/projection';

/** Files of builds that another thread lent: they are carried on here and answer nobody; the lender makes them answer. */
export class LentViews implements ViewStore {
  readonly #files: ReadonlyMap<string, string>;
  readonly #builds = new Map<string, SqliteViewFile>();

  /** `files`: path by the view's name. */
  constructor(files: ReadonlyMap<string, string>) {
    this.#files = files;
  }

  open(_projection: Projection): { readonly position: Position; readonly outdated: boolean } {
    return { position: -1, outdated: false };
  }

  position(projection: Projection): Position {
    return this.#builds.get(projection.name)?.position ?? -1;
  }

  build(projection: Projection): ViewBuild {
    const path = this.#files.get(projection.name);
    if (path === undefined) throw new Error(`view ${projection.name} was not lent`);
    const file = new SqliteViewFile(dirname(path), basename(path), projection, 'building');
    this.#builds.set(projection.name, file);
    return {
      get position() { return file.position; },
      get reader() { return file.rows; },
      advance: (position, work) => { file.advance(position, work); },
      advanceInParts: (position, work) => file.advanceInParts(position, work),
      swap: () => {
        file.settle();
        file.close();
      },
      // Its lender meets the same and throws the file away.
      drop: () => { file.close(); },
    };
  }

  reset(_projection: Projection): void { /* nothing answers here */ }

  releaseReplaced(): void { /* nothing is replaced here */ }

  purgeFreedPages(): void { /* the lender's work, once they answer */ }

  close(): void {
    for (const file of this.#builds.values()) file.close();
  }

  advance(_projection: Projection, _position: Position, _work: (rows: Rows) => void): void {
    throw NOT_ANSWERING();
  }

  advanceInParts(_projection: Projection, _position: Position, _work: (rows: Rows) => Iterator<void>): LongAdvance {
    throw NOT_ANSWERING();
  }

  reader(_projection: Projection): RowReader {
    throw NOT_ANSWERING();
  }

  read<Value>(_projection: Projection, _work: (rows: RowReader, position: Position) => Value): Value {
    throw NOT_ANSWERING();
  }
}

const NOT_ANSWERING = (): Error => new Error('a build that was lent answers nobody');
