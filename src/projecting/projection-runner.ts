import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Position, StreamName } from '#domain/ledger/ids';
import type { AllPage, EventStore, StoredEvent } from '#infra/event-store/port';
import { ViewUnwritable, type ViewStore } from '#infra/views/port';
import type { Projection } from '#projections/projection';
import { Announcements } from '#src/projecting/announcements';
import type { Ahead, BuildAhead } from '#src/projecting/build-ahead';
import type { HaltCode, Place } from '#src/projecting/fold';
import { FollowedView } from '#src/projecting/followed-view';
import type { RunnerStatus } from '#src/projecting/projector';

/** The ledger as it is followed: up to its head, which moves. */
export type FollowedLedger = Pick<EventStore, 'readAll' | 'readAnnouncements' | 'subscribe'> & { head(): { readonly size: number } };

export interface ProjectionRunnerParts {
  readonly store: FollowedLedger;
  /** Fails with an error whose `code` is `key-missing` when the event's stream has no key. */
  readonly open: (stored: StoredEvent) => LedgerEvent | Promise<LedgerEvent>;
  readonly views: ViewStore;
  readonly projections: readonly Projection[];
  /** The status changed: views came further, or stand still. */
  readonly onMoved?: () => void;
  /** Left out: every move of the head is followed at once. */
  readonly pace?: Pace;
  /** Left out: every build is done here. */
  readonly ahead?: BuildAhead;
}

/**
 * A round costs a transaction per view, however few events it folds: under load fewer and longer rounds cost half. So
 * it rests after a round for so many times as long as that took. Whoever waits for a position cuts the rest short.
 */
export interface Pace {
  readonly restPerWork: number;
  readonly restMostMs: number;
}

interface Waiter {
  readonly position: Position;
  readonly views: readonly FollowedView[];
  readonly settle: (reached: boolean) => void;
}

const PAGE = 1_000;
const RETRY_MS = 1_000;
const BUILD_POLL_MS = 5;

/** Brings every view to the head of the ledger and keeps it there. A view that cannot go on halts, visibly. */
export class ProjectionRunner {
  readonly #parts: ProjectionRunnerParts;
  readonly #announcements: Announcements;
  readonly #views: readonly FollowedView[];
  readonly #waiters = new Set<Waiter>();
  #limit: Position | null = null;
  #loop: Promise<void> | null = null;
  #ahead: Ahead | null = null;
  #stopped = false;
  #turn = false;
  #wake: () => void = () => undefined;
  #hurry: () => void = () => undefined;
  #unsubscribe: () => void = () => undefined;

  constructor(parts: ProjectionRunnerParts) {
    this.#parts = parts;
    this.#announcements = new Announcements(parts.store, parts.open);
    this.#views = parts.projections.map((projection) => new FollowedView(projection, parts.views, this.#announcements));
  }

  /** Opens the views, empties those that did not live through a run, and starts following; does not wait for the head. */
  async start(): Promise<void> {
    await this.#announcements.refresh();
    for (const view of this.#views) view.open(this.#parts.store.head().size);
    this.#lend();
    this.#unsubscribe = this.#parts.store.subscribe(() => { this.#wake(); });
    this.#loop = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#wake();
    this.#hurry();
    for (const waiter of this.#waiters) waiter.settle(false);
    await this.#loop;
    await this.#ahead?.stop();
  }

  /**
   * True once every view (or the named one) has applied `position`: "at least position N". False after `timeoutMs`,
   * or at once when a view has halted before it.
   */
  async waitFor(position: Position, timeoutMs: number, name?: string): Promise<boolean> {
    const views = name === undefined ? this.#views : [this.#named(name)];
    if (this.#reached(position, views)) return true;
    const timer = { handle: undefined as ReturnType<typeof setTimeout> | undefined };
    try {
      return await new Promise<boolean>((resolve) => {
        const waiter: Waiter = { position, views, settle: (reached) => { this.#waiters.delete(waiter); resolve(reached); } };
        this.#waiters.add(waiter);
        this.#hurry();
        timer.handle = setTimeout(() => { waiter.settle(false); }, timeoutMs);
        this.#settleWaiters();
      });
    } finally {
      clearTimeout(timer.handle);
    }
  }

  /**
   * For a destruction run: brings every view to one position, `atLeast` or the furthest view's when that is beyond it,
   * holds them all exactly there and answers it; builds under way are finished first. Rejects when a view has halted;
   * `resume` lets them go on.
   */
  async pauseAt(atLeast: Position): Promise<Position> {
    const target = Math.max(atLeast, ...this.#views.map((view) => view.heading));
    if (target >= this.#parts.store.head().size) throw new Error('the ledger has not come that far');
    this.#limit = target;
    this.#wake();
    this.#hurry();
    for (;;) {
      if (this.#stopped || this.#views.some((view) => view.halt !== null)) {
        this.resume();
        throw new Error('a view has halted: no destruction before it is repaired');
      }
      if (this.#reached(target, this.#views) && !this.#isBuilding()) return target;
      if (!await this.waitFor(target, 1_000) || this.#isBuilding()) await this.untilBuilt(1_000);
    }
  }

  resume(): void {
    this.#limit = null;
    this.#wake();
  }

  /** Folds these views again from the start, side by side, beside what answers, which they then replace; also lifts their halts. */
  rebuild(...names: readonly string[]): void {
    const views = names.map((name) => this.#named(name));
    this.#callBack();
    for (const view of views) view.rebuild(this.#parts.store.head().size);
    this.#lend();
    this.#wake();
    this.#hurry();
  }

  /** True once no build is under way; false after `timeoutMs`. */
  async untilBuilt(timeoutMs: number): Promise<boolean> {
    const end = performance.now() + timeoutMs;
    while (this.#isBuilding() && !this.#stopped) {
      if (performance.now() >= end) return false;
      await pause(BUILD_POLL_MS);
    }
    return !this.#isBuilding();
  }

  /** Step 7 of a destruction: every row that names one of these streams goes, from every view. Idempotent. */
  forget(streams: readonly StreamName[]): void {
    this.#callBack();
    for (const view of this.#views) view.forget(streams, this.#parts.store.head().size);
    this.#wake();
  }

  status(): RunnerStatus {
    return {
      heldAt: this.#limit,
      views: this.#views.map(({ projection, position, halt, building }) => ({
        name: projection.name, version: projection.version, position, halted: halt, building,
        survivorsOnly: projection.cells !== undefined && this.#announcements.survivorsOnly(projection.cells.definitionsVersion),
      })),
    };
  }

  /** Where several views are built at once, some are carried on elsewhere meanwhile. */
  #lend(): void {
    const { ahead } = this.#parts;
    const size = this.#target() + 1;
    const lendable = this.#views.filter((view) => view.lendable(size));
    const views = lendable.filter(({ projection }) => ahead?.apart.has(projection.name) === true);
    if (ahead === undefined || this.#ahead !== null || views.length === 0 || views.length === lendable.length) return;
    const lent = views.map((view) => ({ name: view.projection.name, file: view.lend(size) }));
    const started = ahead.start(lent, size, (position) => {
      if (this.#ahead === started) for (const view of views) view.lentReached(position);
    });
    this.#ahead = started;
    void started.ended.then((useful) => {
      if (this.#ahead !== started || this.#stopped) return;
      this.#ahead = null;
      this.#takeBack(useful);
    });
  }

  /** What is carried on elsewhere is begun anew, here. */
  #callBack(): void {
    if (this.#ahead === null) return;
    void this.#ahead.stop();
    this.#ahead = null;
    this.#takeBack(false);
  }

  #takeBack(useful: boolean): void {
    for (const view of this.#views) view.takeBack(useful, this.#parts.store.head().size);
    this.#settleWaiters();
    this.#parts.onMoved?.();
    this.#wake();
  }

  async #follow(): Promise<void> {
    let began = performance.now();
    while (!this.#stopped) {
      const woken = new Promise<void>((resolve) => { this.#wake = resolve; });
      if (await this.#step()) await nextTurn();
      else if (!this.#stopped) {
        const worked = performance.now() - began;
        await woken;
        await this.#rest(worked);
        began = performance.now();
      }
    }
  }

  async #rest(workedMs: number): Promise<void> {
    const { pace } = this.#parts;
    if (pace === undefined || this.#waiters.size > 0 || this.#limit !== null || this.#stopped || this.#isBuilding()) return;
    const over = new AbortController();
    this.#hurry = () => { over.abort(); };
    await pause(Math.min(pace.restMostMs, pace.restPerWork * workedMs), undefined, { signal: over.signal }).catch(() => undefined);
    this.#hurry = () => undefined;
  }

  /**
   * Reads one page and gives it to every view it fits; false when there is nothing to do. Turn and turn about for the
   * one furthest behind and the one furthest ahead: a build does not keep the others from following.
   */
  async #step(): Promise<boolean> {
    const wentOn = await this.#goOn();
    const wanted = this.#views.flatMap((view) => view.wants(this.#target()));
    if (wanted.length === 0) return wentOn;
    this.#turn = !this.#turn;
    const from = this.#turn ? Math.min(...wanted) : Math.max(...wanted);
    let read: { places: readonly Place[]; halt: HaltCode | null };
    try {
      await this.#announcements.refresh();
      const page = await this.#readPage(from);
      if (page === null) return true;
      read = await this.#openPage(page.entries);
    } catch (error) {
      read = { places: [], halt: codeOf(error) };
    }
    if (this.#stopped || (read.places.length === 0 && read.halt === null)) return wentOn;
    // The target may have become nearer while the page was read.
    const allowed = read.places.filter((place) => place.position <= this.#target());
    const halt = allowed.length === read.places.length ? read.halt : null;
    const unwritable = this.#views.filter((view) => !done(() => { view.take(from, allowed, halt); }));
    this.#settleWaiters();
    this.#parts.onMoved?.();
    if (unwritable.length > 0) await pause(RETRY_MS);
    return true;
  }

  /** One part of what is long, in every view that has such work under way; false when none has. */
  async #goOn(): Promise<boolean> {
    const busy = this.#views.filter((view) => view.busy);
    if (busy.length === 0) return false;
    const unwritable = busy.filter((view) => !done(() => { view.goOn(); }));
    this.#settleWaiters();
    if (busy.some((view) => !view.busy)) this.#parts.onMoved?.();
    if (unwritable.length > 0) await pause(RETRY_MS);
    return true;
  }

  /** Null when the store could not be read: that may pass, so it is tried again after a second. */
  async #readPage(from: Position): Promise<AllPage | null> {
    try {
      return await this.#parts.store.readAll(from, Math.min(PAGE, this.#target() - from + 1));
    } catch {
      await pause(RETRY_MS);
      return null;
    }
  }

  /** Opens a page up to the first place that nothing explains; `halt` says why it ends there. */
  async #openPage(entries: AllPage['entries']): Promise<{ places: readonly Place[]; halt: HaltCode | null }> {
    const opened = await Promise.all(entries.map(async (entry) => (entry.kind === 'event' ? await this.#openOne(entry.event) : 'event-missing')));
    const places: Place[] = [];
    for (const [index, entry] of entries.entries()) {
      const result = opened[index]!;
      if (typeof result === 'string' && !await this.#explained(entry.position)) return { places, halt: result };
      places.push({ position: entry.position, event: typeof result === 'string' ? null : result });
    }
    return { places, halt: null };
  }

  async #openOne(stored: StoredEvent): Promise<LedgerEvent | 'key-missing'> {
    try {
      return await this.#parts.open(stored);
    } catch (error) {
      if (codeOf(error) === 'key-missing') return 'key-missing';
      throw error;
    }
  }

  async #explained(position: Position): Promise<boolean> {
    if (this.#announcements.covers(position)) return true;
    await this.#announcements.refresh();
    return this.#announcements.covers(position);
  }

  #target(): Position {
    const last = this.#parts.store.head().size - 1;
    return this.#limit === null ? last : Math.min(last, this.#limit);
  }

  #reached(position: Position, views: readonly FollowedView[]): boolean {
    return views.every((view) => view.position >= position);
  }

  #settleWaiters(): void {
    for (const waiter of this.#waiters) {
      if (this.#reached(waiter.position, waiter.views)) waiter.settle(true);
      else if (this.#stopped || waiter.views.some((view) => view.stuck && view.position < waiter.position)) waiter.settle(false);
    }
  }

  #isBuilding(): boolean {
    return this.#views.some((view) => view.building !== null);
  }

  #named(name: string): FollowedView {
    const view = this.#views.find((candidate) => candidate.projection.name === name);
    if (view === undefined) throw new Error(`no view is called ${name}`);
    return view;
  }
}

/** False when its disk took nothing: the view asks for the same again. */
function done(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof ViewUnwritable) return false;
    throw error;
  }
}

function codeOf(error: unknown): HaltCode {
  return (error as { code?: unknown } | null)?.code === 'key-missing' ? 'key-missing' : 'projection-failed';
}
