import { canonicalJson } from '#domain/ledger/canonical-json';
import type { FigureCell } from '#domain/destruction/events';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Position } from '#domain/ledger/ids';
import { ViewUnwritable, type LongAdvance, type ViewBuild } from '#infra/views/port';
import type { ApplyContext, Projection, Rows } from '#projections/projection';
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
export type FoldedRows = Pick<ViewBuild, 'position' | 'reader' | 'advance' | 'advanceInParts'>;

/** One projection on its way through the ledger; never past a boundary of fixed figures in one transaction. */
export class Fold {
  readonly #projection: Projection;
  #rows: FoldedRows;
  readonly #announcements: Announcements;
  /** Fixed figures that a rebuild starts from: up to there it builds state without counting. */
  readonly #base: FixedFigures | null;
  readonly #compared = new Set<FixedFigures>();
  #halt: Halt | null = null;
  /** One event that moves every dossier, done a part at a time so that the other views go on. */
  #underWay: { readonly work: LongAdvance; readonly position: Position } | null = null;

  constructor(projection: Projection, rows: FoldedRows, announcements: Announcements, base: FixedFigures | null) {
    this.#projection = projection;
    this.#rows = rows;
    this.#announcements = announcements;
    this.#base = base;
  }

  get position(): Position {
    return this.#rows.position;
  }

  /** Where it will be once what is under way is done. */
  get heading(): Position {
    return this.#underWay?.position ?? this.position;
  }

  get busy(): boolean {
    return this.#underWay !== null;
  }

  get halt(): Halt | null {
    return this.#halt;
  }

  /** One part of what is under way. Throws ViewUnwritable: then nothing of it was done. */
  goOn(): void {
    try {
      if (this.#underWay?.work.goOn() === false) return;
    } catch (error) {
      this.#underWay = null;
      this.#failed(error);
      return;
    }
    this.#underWay = null;
    this.#compareHere();
  }

  /** All of what is under way. */
  finish(): void {
    while (this.busy) this.goOn();
  }

  /**
   * Applies the places beyond its own position, in order, up to one that is long work: that is under way then, and the
   * rest is for later. On a failure it halts where the last transaction left it.
   * Throws ViewUnwritable: then it stands there and the same may be tried again.
   */
  apply(places: readonly Place[]): void {
    // A page that was read before a rebuild began lies too far ahead.
    if (this.#halt !== null || this.busy || places.length === 0 || places[0]!.position > this.position + 1) return;
    let rest = places.filter((place) => place.position > this.position);
    while (rest.length > 0) {
      if (!this.#compareHere()) return;
      const boundary = this.#boundaryAfter(this.position);
      if (this.#beginLong(rest[0]!)) return;
      const part = this.#upToLong(rest.filter((place) => place.position <= boundary));
      rest = rest.slice(part.length);
      try {
        this.#advance(part);
      } catch (error) {
        this.#failed(error);
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

  #failed(error: unknown): void {
    if (error instanceof ViewUnwritable) throw error;
    this.stop('projection-failed');
  }

  #advance(places: readonly Place[]): void {
    const last = places.at(-1)!.position;
    const context = this.#contextAt(last);
    this.#rows.advance(last, (rows) => {
      for (const { event } of places) if (event !== null) this.#projection.apply(event, rows, context);
      this.#takeBaseAt(last, rows);
    });
  }

  #upToLong(places: readonly Place[]): readonly Place[] {
    const long = places.findIndex((place, n) => n > 0 && this.#isLong(place));
    return long < 0 ? places : places.slice(0, long);
  }

  #isLong({ event }: Place): boolean {
    return event !== null && this.#projection.longWork?.isLong(event) === true;
  }

  #beginLong(place: Place): boolean {
    if (!this.#isLong(place)) return false;
    const { position } = place;
    this.#underWay = { position, work: this.#rows.advanceInParts(position, (rows) => this.#longParts(place, rows)) };
    return true;
  }

  *#longParts({ position, event }: Place, rows: Rows): Generator<void> {
    const left = this.#projection.longWork!.parts(event!, rows, this.#contextAt(position));
    while (left.next().done !== true) yield;
    this.#takeBaseAt(position, rows);
  }

  #contextAt(position: Position): ApplyContext {
    return { counting: this.#base === null || position > this.#base.upTo };
  }

  #takeBaseAt(position: Position, rows: Rows): void {
    if (position === this.#base?.upTo) this.#projection.cells?.write(this.#base.cells, rows);
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
