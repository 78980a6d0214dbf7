import { canonicalJson } from '#domain/ledger/canonical-json';
import type { FigureCell } from '#domain/destruction/events';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Position, StreamName } from '#domain/ledger/ids';
import type { ViewStore } from '#infra/views/port';
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

/** One projection and how far it is; moves rows and position together, never past a boundary of fixed figures. */
export class FollowedView {
  readonly projection: Projection;
  readonly #views: ViewStore;
  readonly #announcements: Announcements;
  #halt: Halt | null = null;
  /** Fixed figures that a rebuild starts from: up to there it builds state without counting. */
  #base: FixedFigures | null = null;
  readonly #compared = new Set<FixedFigures>();

  constructor(projection: Projection, views: ViewStore, announcements: Announcements) {
    this.projection = projection;
    this.#views = views;
    this.#announcements = announcements;
  }

  get position(): Position {
    return this.#views.position(this.projection);
  }

  get halt(): Halt | null {
    return this.#halt;
  }

  /** Opens it, and empties it when it did not live through a run or through the fixing of its figures. */
  open(): void {
    const { position } = this.#views.open(this.projection);
    const fixedLater = this.#fixed().some((set) => set.upTo > position);
    if (this.#announcements.begunAfter(position) || fixedLater) this.rebuild();
  }

  rebuild(): void {
    this.#views.reset(this.projection);
    this.#halt = null;
    this.#compared.clear();
    this.#base = this.#fixed().at(-1) ?? null;
  }

  /** Applies the places beyond its own position, in order; on a failure it halts where the last transaction left it. */
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
      } catch {
        this.stop('projection-failed');
        return;
      }
    }
    this.#compareHere();
  }

  forget(streams: readonly StreamName[]): void {
    this.#views.advance(this.projection, this.position, (rows) => {
      for (const stream of streams) this.projection.forget(stream, rows);
    });
  }

  stop(code: HaltCode): void {
    this.#halt ??= { code, position: this.position };
  }

  #advance(places: readonly Place[]): void {
    const last = places.at(-1)!.position;
    const base = this.#base;
    const context = { counting: base === null || last > base.upTo };
    this.#views.advance(this.projection, last, (rows) => {
      for (const { event } of places) if (event !== null) this.projection.apply(event, rows, context);
      if (base !== null && last === base.upTo) this.projection.cells?.write(base.cells, rows);
    });
  }

  /** At the position up to which figures were fixed, the incremental run must have come to the same ones. */
  #compareHere(): boolean {
    const { cells } = this.projection;
    if (cells === undefined) return true;
    for (const set of this.#fixed()) {
      if (set.upTo !== this.position || this.#compared.has(set) || set.upTo <= (this.#base?.upTo ?? -1)) continue;
      this.#compared.add(set);
      if (canonicalCells(set.cells) !== canonicalCells(cells.read(this.#views.reader(this.projection)))) {
        this.stop('figures-differ');
        return false;
      }
    }
    return true;
  }

  #boundaryAfter(position: Position): Position {
    const boundaries = this.#fixed().map((set) => set.upTo).filter((upTo) => upTo > position);
    return Math.min(...boundaries, Number.MAX_SAFE_INTEGER);
  }

  #fixed(): readonly FixedFigures[] {
    const { cells } = this.projection;
    return cells === undefined ? [] : this.#announcements.fixed(cells.definitionsVersion);
  }
}

function canonicalCells(cells: readonly FigureCell[]): string {
  return cells.map((cell) => canonicalJson(cell)).sort().join('\n');
}
