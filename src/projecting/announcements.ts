import type { FigureCell, FiguresFixed, LeafRange } from '#domain/destruction/events';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Position } from '#domain/ledger/ids';
import type { EventStore, StoredEvent } from '#infra/event-store/port';

/** A complete set of `figures-fixed`: all its chunks are there. */
export interface FixedFigures {
  readonly upTo: Position;
  readonly definitionsVersion: number;
  readonly cells: readonly FigureCell[];
}

const PAGE = 1_000;

/** What the `log-` streams say about destruction so far: begun runs and fixed figures. Follows the store by itself. */
export class Announcements {
  readonly #store: Pick<EventStore, 'readAnnouncements'>;
  readonly #open: (stored: StoredEvent) => LedgerEvent | Promise<LedgerEvent>;
  #next: Position = 0;
  readonly #begun: { readonly position: Position; readonly ranges: readonly LeafRange[] }[] = [];
  readonly #chunks = new Map<string, Map<number, FiguresFixed>>();
  readonly #fixed: FixedFigures[] = [];

  constructor(store: Pick<EventStore, 'readAnnouncements'>, open: (stored: StoredEvent) => LedgerEvent | Promise<LedgerEvent>) {
    this.#store = store;
    this.#open = open;
  }

  /** Reads what was announced since the last time. */
  async refresh(): Promise<void> {
    for (;;) {
      const page = await this.#store.readAnnouncements(this.#next, PAGE);
      for (const stored of page) {
        this.#take(await this.#open(stored));
        this.#next = stored.position + 1;
      }
      if (page.length < PAGE) return;
    }
  }

  /** May this leaf's event be absent, or its key be gone? Only when a begun run names it. */
  covers(position: Position): boolean {
    return this.#begun.some(({ ranges }) => ranges.some(([from, through]) => from <= position && position <= through));
  }

  /** Was a run begun that a view with this saved position did not live through? */
  begunAfter(position: Position): boolean {
    return this.#begun.some((run) => run.position > position);
  }

  /** Of this definitions' version, in order of `upTo`. */
  fixed(definitionsVersion: number): readonly FixedFigures[] {
    return this.#fixed.filter((set) => set.definitionsVersion === definitionsVersion);
  }

  /** Something was destroyed before figures of this version were first fixed: they count surviving dossiers only. */
  survivorsOnly(definitionsVersion: number): boolean {
    const first = this.#begun[0];
    return first !== undefined && !this.fixed(definitionsVersion).some((set) => set.upTo < first.position);
  }

  #take(event: LedgerEvent): void {
    if (event.type === 'run-begun') {
      this.#begun.push({ position: event.position, ranges: (event.data as { ranges: readonly LeafRange[] }).ranges });
    } else if (event.type === 'figures-fixed') this.#takeFigures(event.data as FiguresFixed);
  }

  #takeFigures(chunk: FiguresFixed): void {
    const key = JSON.stringify([chunk.runId, chunk.upTo, chunk.definitionsVersion]);
    const chunks = this.#chunks.get(key) ?? new Map<number, FiguresFixed>();
    this.#chunks.set(key, chunks.set(chunk.chunk, chunk));
    if (chunks.size < chunk.chunks) return;
    const cells = [...chunks.values()].sort((a, b) => a.chunk - b.chunk).flatMap((part) => part.cells);
    this.#chunks.delete(key);
    this.#fixed.push({ upTo: chunk.upTo, definitionsVersion: chunk.definitionsVersion, cells });
    this.#fixed.sort((a, b) => a.upTo - b.upTo);
  }
}
