import { canonicalJson } from '#domain/ledger/canonical-json';
import type { FigureCell } from '#domain/destruction/events';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Position } from '#domain/ledger/ids';
import { ViewUnwritable, type ViewBuild } from '#infra/views/port';
import type { Projection } from '#projections/projection';
import type { Announcements, FixedFigures } from '#src/projecting/announcements';

export type HaltCode = 'event-missing' | 'key-missing' | 'figures-differ' | 'projection-failed';

/** Where it stopped: `position` is the last one applied. It stays until the process restarts or the view is rebuilt. */
export interface Halt {
  readonly code: HaltCode;
  readonly position: Position;
}

/** One place of the ledger as read: an event, or nothing where a begun run explains it. */
export interface Place {
  readonly position: Position;
  readonly event: LedgerEvent | null;
}

/** The rows that one fold moves: those that answer, or those of a build. */
export type FoldedRows = Pick<ViewBuild, 'position' | 'reader' | 'advance'>;

/** One projection on its way through the ledger; never past a boundary of fixed figures in one transaction. */
export class Fold {
  readonly #projection: Projection;
  #rows: FoldedRows;
  readonly #announcements: Announcements;
  /** Fixed figures that a rebuild starts from: up to there it builds state without counting. */
  readonly #base: FixedFigures | null;
  readonly #compared = new Set<FixedFigures>();
  #halt: Halt | null = null;

  constructor(projection: Projection, rows: FoldedRows, announcements: Announcements, base: FixedFigures | null) {
    this.#projection = projection;
    this.#rows = rows;
    this.#announcements = announcements;
    this.#base = base;
  }

  get position(): Position {
    return this.#rows.position;
  }

  get halt(): Halt | null {
    return this.#halt;
  }

  /**
   * Applies the places beyond its own position, in order; on a failure it halts where the last transaction left it.
   * Throws ViewUnwritable: then it stands there and the same may be tried again.
   */
  apply(places: readonly Place[]): void {
    // A page that was read before a rebuild began lies too far ahead.
    if (this.#halt !== null || places.length === 0 || places[0]!.position > this.position + 1) return;
    let rest = places.filter((place) => place.position > this.position);
    while (rest.length > 0) {
      if (!this.#compareHere()) return;
      const boundary = this.#boundaryAfter(this.position);
      const part = rest.filter((place) => place.position <= boundary);
      rest = rest.slice(part.length);
      try {
        this.#advance(part);
      } catch (error) {
        if (error instanceof ViewUnwritable) throw error;
        this.stop('projection-failed');
        return;
      }
    }
    this.#compareHere();
  }

  /** Goes on over the same rows under another name. */
  over(rows: FoldedRows): this {
    this.#rows = rows;
    return this;
  }

  stop(code: HaltCode): void {
    this.#halt ??= { code, position: this.position };
  }

  #advance(places: readonly Place[]): void {
    const last = places.at(-1)!.position;
    const base = this.#base;
    const context = { counting: base === null || last > base.upTo };
    this.#rows.advance(last, (rows) => {
      for (const { event } of places) if (event !== null) this.#projection.apply(event, rows, context);
      if (base !== null && last === base.upTo) this.#projection.cells?.write(base.cells, rows);
    });
  }

  /** At the position up to which figures were fixed, the incremental run must have come to the same ones. */
  #compareHere(): boolean {
    const { cells } = this.#projection;
    if (cells === undefined) return true;
    for (const set of this.#announcements.fixed(cells.definitionsVersion)) {
      if (set.upTo !== this.position || this.#compared.has(set) || set.upTo <= (this.#base?.upTo ?? -1)) continue;
      this.#compared.add(set);
      if (canonicalCells(set.cells) !== canonicalCells(cells.read(this.#rows.reader))) {
        this.stop('figures-differ');
        return false;
      }
    }
    return true;
  }

  #boundaryAfter(position: Position): Position {
    const { cells } = this.#projection;
    if (cells === undefined) return Number.MAX_SAFE_INTEGER;
    const boundaries = this.#announcements.fixed(cells.definitionsVersion).map((set) => set.upTo).filter((upTo) => upTo > position);
    return Math.min(...boundaries, Number.MAX_SAFE_INTEGER);
  }
}

function canonicalCells(cells: readonly FigureCell[]): string {
  return cells.map((cell) => canonicalJson(cell)).sort().join('\n');
}
