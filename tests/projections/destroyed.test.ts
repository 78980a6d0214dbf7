import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FigureCell } from '#domain/destruction/events';
import type { LedgerEvent } from '#domain/ledger/event';
import { MemoryViews } from '#infra/views/memory-views';
import type { ViewStore } from '#infra/views/port';
import { yearlyFiguresProjection } from '#projections/yearly-figures/projection';
import { PROJECTIONS } from '#src/composition/projections';
import { dossierStream, dump, ledgerEvents, type Recorded } from './fold-harness.js';
import { anyFact, destructionBegun, DOSSIERS } from './generated-ledger.js';
import { LISTS_DRAWN_UP, otherStreamFact, OWN_STREAMS, streamDestructionBegun, unitOf } from './generated-streams.js';

const { cells } = yearlyFiguresProjection;
const facts = fc.array(fc.oneof({ arbitrary: anyFact, weight: 4 }, { arbitrary: otherStreamFact, weight: 1 }), { minLength: 1, maxLength: 50 });
/** At least one stream, of whichever kind. */
const gone = fc.tuple(fc.subarray(Array.from({ length: DOSSIERS }, (_, n) => n)), fc.subarray([...OWN_STREAMS])).filter(([dossiers, own]) => dossiers.length + own.length > 0);

/** Destroy any streams: no figure moves, nothing else does, and a rebuild out of what is left comes to the same rows. */
describe('after a destruction', () => {
  interface Case {
    readonly events: readonly LedgerEvent[];
    /** Last position before the destruction; what comes after it is of survivors. */
    readonly upTo: number;
    readonly names: ReadonlySet<string>;
  }

  const destroyed: fc.Arbitrary<Case> = fc.tuple(facts, gone, facts).map(([before, [ns, own], after]) => {
    const names = new Set<string>([...ns.flatMap((n) => unitOf(dossierStream(n))), ...own]);
    const upTo: readonly Recorded[] = [...LISTS_DRAWN_UP, ...before, ...ns.map((n) => destructionBegun(n, '2036-01-01')), ...own.map((stream) => streamDestructionBegun(stream, '2036-01-01'))];
    return { events: ledgerEvents([...upTo, ...after.filter(({ stream }) => !names.has(stream))]), upTo: upTo.length - 1, names };
  });

  function advance(views: ViewStore, events: readonly LedgerEvent[], position: number, counting: boolean): void {
    for (const projection of PROJECTIONS) {
      views.advance(projection, position, (rows) => { for (const event of events) projection.apply(event, rows, { counting }); });
    }
  }

  const opened = (): ViewStore => {
    const views = new MemoryViews();
    for (const projection of PROJECTIONS) views.open(projection);
    return views;
  };
  const figures = (views: ViewStore): readonly FigureCell[] => cells!.read(views.reader(yearlyFiguresProjection));

  /** As the ledger does it: up to the gates, figures fixed, rows forgotten, and on with what comes. */
  function incremental({ events, upTo, names }: Case, forget = true): { readonly views: ViewStore; readonly fixed: readonly FigureCell[] } {
    const views = opened();
    advance(views, events.slice(0, upTo + 1), upTo, true);
    const fixed = figures(views);
    if (forget) {
      for (const projection of PROJECTIONS) views.advance(projection, upTo, (rows) => { for (const name of names) projection.forget(name as never, rows); });
    }
    expect(figures(views)).toEqual(fixed);
    advance(views, events.slice(upTo + 1), events.length - 1, true);
    return { views, fixed };
  }

  /** Out of surviving events only: state up to the gates, the fixed figures, and counting from there. */
  function rebuilt({ events, upTo, names }: Case, fixed: readonly FigureCell[]): ViewStore {
    const views = opened();
    const surviving = events.filter(({ stream }) => !names.has(stream));
    advance(views, surviving.filter(({ position }) => position <= upTo), upTo, false);
    views.advance(yearlyFiguresProjection, upTo, (rows) => { cells!.write(fixed, rows); });
    advance(views, surviving.filter(({ position }) => position > upTo), events.length - 1, true);
    return views;
  }

  /** Rows that name none of them, apart from what counts over all dossiers. */
  function othersOf(views: ViewStore, names: ReadonlySet<string>): string {
    return JSON.stringify(PROJECTIONS.map((projection) => projection.tables.filter(({ columns }) => 'stream' in columns)
      .map(({ name }) => views.reader(projection).select(name).filter((row) => !names.has(row['stream'] as string)).map((row) => JSON.stringify(Object.entries(row).sort())))));
  }

  it('a rebuild comes to the very rows and figures that the ledger had', () => {
    fc.assert(fc.property(destroyed, (one) => {
      const { views, fixed } = incremental(one);
      const again = rebuilt(one, fixed);
      expect(figures(again)).toEqual(figures(views));
      expect(dump(again, PROJECTIONS)).toBe(dump(views, PROJECTIONS));
    }), { numRuns: 200 });
  });

  it('no row of another dossier differs from what it had been without', () => {
    fc.assert(fc.property(destroyed, (one) => {
      const { views } = incremental(one);
      const { views: without } = incremental(one, false);
      expect(othersOf(views, one.names)).toBe(othersOf(without, one.names));
      for (const name of one.names) expect(dump(views, PROJECTIONS)).not.toContain(name);
    }), { numRuns: 100 });
  });

  it('control: a rebuild that counts survivors only comes to other figures', () => {
    const differ = fc.sample(destroyed, 40).filter((one) => {
      const { views } = incremental(one);
      return JSON.stringify(figures(rebuilt(one, []))) !== JSON.stringify(figures(views));
    });
    expect(differ.length).toBeGreaterThan(20);
  });
});
