import type { Position, StreamName } from '#domain/ledger/ids';
import type { ViewBuild, ViewStore } from '#infra/views/port';
import type { Projection } from '#projections/projection';
import type { Announcements, FixedFigures } from '#src/projecting/announcements';
import { Fold, type Halt, type Place } from '#src/projecting/fold';

interface Building {
  readonly rows: ViewBuild;
  readonly fold: Fold;
  /** It answers once it is this far, and as far as what answers now. */
  readonly until: Position;
  /** Carried on elsewhere: up to where, and how far it is. */
  lent: { readonly until: Position; reached: Position } | null;
}

/** From this many events on an empty view is built beside, in few large commits, instead of in place. */
const BESIDE_FROM = 10_000;

/** One view: what answers, and now and then what is being built to take its place. */
export class FollowedView {
  readonly projection: Projection;
  readonly #views: ViewStore;
  readonly #announcements: Announcements;
  #answering: Fold;
  /** What answers is of an earlier version, or empty and overtaken: it stays as it is until the swap. */
  #frozen = false;
  /** What answers was so far behind when its build began that the build gets there first: it waits for the outcome. */
  #resting = false;
  #building: Building | null = null;
  /** A build stopped while what answers goes on: something that was there is gone. */
  #buildHalt: Halt | null = null;

  constructor(projection: Projection, views: ViewStore, announcements: Announcements) {
    this.projection = projection;
    this.#views = views;
    this.#announcements = announcements;
    this.#answering = this.#fold(null);
  }

  /** Last position that what answers has applied. */
  get position(): Position {
    return this.#answering.position;
  }

  /** Where it will be once what is under way is done. */
  get heading(): Position {
    return Math.max(this.#answering.heading, this.#building?.lent?.until ?? -1, ...this.#folds().map((fold) => fold.heading));
  }

  /** An event that moves every dossier is under way. */
  get busy(): boolean {
    return this.#folds().some((fold) => fold.busy);
  }

  get halt(): Halt | null {
    return this.#answering.halt ?? this.#buildHalt;
  }

  get building(): Position | null {
    return this.#building === null ? null : this.#building.lent?.reached ?? this.#building.fold.position;
  }

  /** What answers comes no further by itself. */
  get stuck(): boolean {
    return this.#building === null && (this.#frozen || this.#answering.halt !== null);
  }

  /** Opens it, and empties it when it did not live through a run or through the fixing of its figures. */
  open(size: number): void {
    const { position, outdated } = this.#views.open(this.projection);
    this.#frozen = outdated;
    const fixedLater = this.#fixed().some((set) => set.upTo > position);
    // What names a destroyed dossier answers nothing any more, not even until the swap.
    if (this.#announcements.begunAfter(position) || fixedLater) this.#empty();
    if (this.position === -1 && size > BESIDE_FROM) this.#frozen = true;
    if (this.#frozen) this.rebuild(size);
  }

  /** Builds it anew from the start of the ledger; what answers goes on answering until the swap. */
  rebuild(size: number): void {
    this.#building?.rows.drop();
    this.#buildHalt = null;
    this.#resting = size > BESIDE_FROM && this.position < size / 2 && !this.#answering.busy;
    const rows = this.#views.build(this.projection);
    this.#building = { rows, until: size - 1, lent: null, fold: new Fold(this.projection, rows, this.#announcements, this.#base()) };
    this.#swapWhenReady();
  }

  /** Nothing of what is being built was done yet, and there is so much to do that it may be done elsewhere. */
  lendable(size: number): boolean {
    const building = this.#building;
    return building !== null && building.lent === null && building.rows.lend !== undefined && building.rows.takeBack !== undefined
      && building.fold.position === -1 && !building.fold.busy && size > BESIDE_FROM;
  }

  /** The file of what is being built, for another thread to carry on to `size` events; until it is back nothing is done here. */
  lend(size: number): string {
    this.#building!.lent = { until: size - 1, reached: -1 };
    return this.#building!.rows.lend!();
  }

  lentReached(position: Position): void {
    if (this.#building?.lent != null) this.#building.lent.reached = position;
  }

  /** `useful`: what is in the file can be gone on with; otherwise it is begun anew, here. */
  takeBack(useful: boolean, size: number): void {
    const building = this.#building;
    if (building?.lent == null) return;
    if (!useful) return this.rebuild(size);
    building.rows.takeBack!();
    building.lent = null;
    this.#swapWhenReady();
  }

  /** Positions from which it needs pages to come to `target`. */
  wants(target: Position): readonly Position[] {
    return this.#folds().filter((fold) => fold.halt === null && !fold.busy && fold.position < target).map((fold) => fold.position + 1);
  }

  /** One part of what is under way. Throws ViewUnwritable: then it begins anew. */
  goOn(): void {
    for (const fold of this.#folds()) if (fold.busy) fold.goOn();
    this.#swapWhenReady();
  }

  /** `halt`: what stands behind the last place, or at `from` when there is none, and nothing explains. */
  take(from: Position, places: readonly Place[], halt: Halt['code'] | null): void {
    const last = from + places.length - 1;
    for (const fold of this.#folds()) {
      fold.apply(places);
      if (halt !== null && !fold.busy && fold.position === last) fold.stop(halt);
    }
    this.#swapWhenReady();
  }

  forget(streams: readonly StreamName[], size: number): void {
    this.#answering.finish();
    this.#views.advance(this.projection, this.position, (rows) => {
      for (const stream of streams) this.projection.forget(stream, rows);
    });
    if (this.#building !== null) this.rebuild(size);
  }

  #folds(): readonly Fold[] {
    return [...(this.#frozen || this.#resting ? [] : [this.#answering]), ...(this.#building === null || this.#building.lent !== null ? [] : [this.#building.fold])];
  }

  #empty(): void {
    this.#views.reset(this.projection);
    this.#frozen = false;
    this.#answering = this.#fold(this.#base());
  }

  #swapWhenReady(): void {
    const building = this.#building;
    if (building === null || building.lent !== null) return;
    const { fold, rows, until } = building;
    const better = this.#frozen || this.#answering.halt !== null;
    if (fold.busy) return;
    if (fold.halt !== null) {
      this.#building = null;
      this.#resting = false;
      // Where nothing better answers, what it came to does, halted as it is.
      if (better && fold.halt.code !== 'projection-failed' && fold.position >= this.position) return this.#swap(rows, fold);
      rows.drop();
      this.#buildHalt = fold.halt;
    } else if (fold.position >= Math.max(until, better ? -1 : this.position)) {
      this.#building = null;
      this.#swap(rows, fold);
    }
  }

  #swap(rows: ViewBuild, fold: Fold): void {
    rows.swap();
    this.#frozen = false;
    this.#resting = false;
    this.#answering = fold.over(this.#answeringRows());
  }

  #fold(base: FixedFigures | null): Fold {
    return new Fold(this.projection, this.#answeringRows(), this.#announcements, base);
  }

  #answeringRows(): ConstructorParameters<typeof Fold>[1] {
    const views = this.#views;
    const { projection } = this;
    return {
      get position() { return views.position(projection); },
      get reader() { return views.reader(projection); },
      advance: (position, work) => { views.advance(projection, position, work); },
      advanceInParts: (position, work) => views.advanceInParts(projection, position, work),
    };
  }

  #base(): FixedFigures | null {
    return this.#fixed().at(-1) ?? null;
  }

  #fixed(): readonly FixedFigures[] {
    const { cells } = this.projection;
    return cells === undefined ? [] : this.#announcements.fixed(cells.definitionsVersion);
  }
}
