import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFINITIONS_VERSION } from '#domain/account/definitions';
import type { LedgerEvent } from '#domain/ledger/event';
import { MemoryViews } from '#infra/views/memory-views';
import type { ViewStore } from '#infra/views/port';
import type { Projection } from '#projections/projection';
import { yearlyFiguresProjection } from '#projections/yearly-figures/projection';
import { ProjectionRunner } from '#src/projecting/projection-runner';
import { ALL, cellsOf, dossierStream, dump, fact } from './fold-harness.js';
import { anyFact, destructionBegun } from './generated-ledger.js';
import { SmallLedger } from './small-ledger.js';

const running: ProjectionRunner[] = [];
afterEach(async () => { await Promise.all(running.splice(0).map((runner) => runner.stop())); });

async function follow(ledger: SmallLedger, views: ViewStore = new MemoryViews(), projections: readonly Projection[] = ALL): Promise<{ runner: ProjectionRunner; views: ViewStore }> {
  const runner = new ProjectionRunner({ store: ledger.store, open: ledger.open, views, projections });
  running.push(runner);
  await runner.start();
  return { runner, views };
}

const caughtUp = (ledger: SmallLedger, runner: ProjectionRunner): Promise<boolean> => runner.waitFor(ledger.store.head().size - 1, 60_000);
async function readAll(ledger: SmallLedger): Promise<readonly LedgerEvent[]> {
  const { entries } = await ledger.store.readAll(0, ledger.store.head().size);
  return Promise.all(entries.flatMap((entry) => (entry.kind === 'event' ? [ledger.open(entry.event)] : [])));
}
const cells = (views: ViewStore): unknown => cellsOf(views.reader(yearlyFiguresProjection));
const shared = (n: number): ReturnType<typeof fact> => fact(n, 'data-shared', { recipient: { organisation: 'GGD' }, routeId: 'R' });

describe('following the ledger', () => {
  it('catches up, then follows; a caller can ask for at least a position', async () => {
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(0));
    const { runner, views } = await follow(ledger);
    expect(await caughtUp(ledger, runner)).toBe(true);
    const waiting = runner.waitFor(2, 60_000);
    await ledger.record(shared(1));
    expect(await waiting).toBe(true);
    expect(cells(views)).toEqual({ 'sharings 2024 route': 3 });
    expect(await runner.waitFor(99, 20)).toBe(false);
  });

  it('goes over many pages', async () => {
    const ledger = new SmallLedger();
    await ledger.record(...Array.from({ length: 2_345 }, (_, n) => shared(n % 3)));
    const { runner, views } = await follow(ledger);
    expect(await caughtUp(ledger, runner)).toBe(true);
    expect(cells(views)).toEqual({ 'sharings 2024 route': 2_345 });
  });

  it('rebuild = incremental = interrupted and redelivered, over any facts', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyFact, { minLength: 2, maxLength: 25 }), fc.nat(), async (facts, cut) => {
      const ledger = new SmallLedger();
      const first = facts.slice(0, 1 + (cut % (facts.length - 1)));
      await ledger.record(...first);
      const views = new MemoryViews();
      const one = await follow(ledger, views);
      await caughtUp(ledger, one.runner);
      await one.runner.stop();
      await ledger.record(...facts.slice(first.length));
      const again = await follow(ledger, views);
      expect(await caughtUp(ledger, again.runner)).toBe(true);
      const incremental = dump(views);
      const fresh = await follow(ledger);
      await caughtUp(ledger, fresh.runner);
      expect(dump(fresh.views)).toBe(incremental);
      for (const { name } of ALL) again.runner.rebuild(name);
      expect(await again.runner.untilBuilt(60_000)).toBe(true);
      expect(dump(views)).toBe(incremental);
    }), { numRuns: 40 });
  });

  it('a fold that throws halts its own view only, visibly, and nothing of the page stays', async () => {
    const broken: Projection = { ...yearlyFiguresProjection, name: 'broken', apply(event, rows, context) {
      if (event.position === 2) throw new Error('planned');
      yearlyFiguresProjection.apply(event, rows, context);
    } };
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(0), shared(0));
    const { runner, views } = await follow(ledger, new MemoryViews(), [broken, yearlyFiguresProjection]);
    expect(await runner.waitFor(2, 60_000, 'yearly-figures')).toBe(true);
    expect(await runner.waitFor(2, 60_000, 'broken')).toBe(false);
    expect(runner.status().views.map(({ name, halted }) => [name, halted])).toEqual([['broken', { code: 'projection-failed', position: -1 }], ['yearly-figures', null]]);
    expect(views.reader(broken).select('cell')).toEqual([]);
    await expect(runner.pauseAt(0)).rejects.toThrow(/halted/);
  });
});

describe('a rebuild beside', () => {
  const many = (n: number): ReturnType<typeof fact>[] => Array.from({ length: n }, (_, at) => shared(at % 3));
  const next: Projection = { ...yearlyFiguresProjection, version: 99 };

  it('lets what answers follow on meanwhile, and takes its place at the end', async () => {
    const ledger = new SmallLedger();
    await ledger.record(...many(5_000));
    const { runner, views } = await follow(ledger);
    await caughtUp(ledger, runner);
    runner.rebuild('yearly-figures');
    await ledger.record(shared(0));
    expect(await runner.waitFor(5_000, 60_000)).toBe(true);
    const { building, position } = runner.status().views.find(({ name }) => name === 'yearly-figures')!;
    expect(position).toBe(5_000);
    expect(building).toBeLessThan(5_000); // the control: it was not there yet
    expect(cells(views)).toEqual({ 'sharings 2024 route': 5_001 });
    expect(await runner.untilBuilt(60_000)).toBe(true);
    expect(cells(views)).toEqual({ 'sharings 2024 route': 5_001 });
    expect(runner.status().views.map((view) => view.building)).toEqual(ALL.map(() => null));
  });

  it('of a view far behind does not follow it besides: it stays where it is until the swap', async () => {
    const ledger = new SmallLedger();
    await ledger.record(...many(100));
    const { runner: before, views } = await follow(ledger);
    await caughtUp(ledger, before);
    await before.stop();
    await ledger.record(...many(10_500));
    const { runner } = await follow(ledger, views);
    runner.rebuild(...ALL.map(({ name }) => name));
    const behind = runner.status().views.map(({ position }) => position);
    expect(Math.max(...behind)).toBeLessThan(5_000); // the control: far behind
    const seen = new Set<number>();
    while (!await runner.untilBuilt(5)) for (const view of runner.status().views) seen.add(view.position);
    expect(seen.size).toBeGreaterThan(0);
    expect([...seen].filter((position) => !behind.includes(position) && position !== 10_599)).toEqual([]);
    expect(await runner.waitFor(10_599, 20_000)).toBe(true);
    expect(dump(views)).toBe(dump((await inPlace(ledger)).views));
  });

  it('of a changed version: the old rows answer until the new ones are there, killed and started again too', async () => {
    const ledger = new SmallLedger();
    await ledger.record(...many(3_000));
    const views = new MemoryViews();
    const old = await follow(ledger, views, [yearlyFiguresProjection]);
    await caughtUp(ledger, old.runner);
    await old.runner.stop();
    await ledger.record(shared(0));
    for (let start = 0; start < 2; start += 1) {
      const killed = new ProjectionRunner({ store: ledger.store, open: ledger.open, views, projections: [next] });
      await killed.start();
      expect([views.position(next), cells(views)]).toEqual([2_999, { 'sharings 2024 route': 3_000 }]);
      expect(await killed.waitFor(3_000, 1)).toBe(false);
      await killed.stop();
    }
    const { runner } = await follow(ledger, views, [next]);
    expect(await caughtUp(ledger, runner)).toBe(true);
    expect(cells(views)).toEqual({ 'sharings 2024 route': 3_001 });
    expect(views.open(next).outdated).toBe(false);
  });

  it('a large ledger without views is built beside, and the result is the same', async () => {
    const ledger = new SmallLedger();
    await ledger.record(...many(10_500));
    const { runner, views } = await follow(ledger);
    expect(runner.status().views.every(({ building }) => building !== null)).toBe(true);
    expect(await runner.waitFor(10_499, 20_000)).toBe(true);
    expect(dump(views)).toBe(dump((await inPlace(ledger)).views));
  });

  /** Told of a small head, so that it does not build beside. */
  async function inPlace(ledger: SmallLedger): Promise<{ views: ViewStore }> {
    const views = new MemoryViews();
    const opened = await readAll(ledger);
    for (const projection of ALL) {
      views.open(projection);
      for (const event of opened) views.advance(projection, event.position, (rows) => { projection.apply(event, rows, { counting: true }); });
    }
    return { views };
  }

  it('brings back a view that halted, once what was wrong is repaired', async () => {
    let broken = true;
    const repairable: Projection = { ...yearlyFiguresProjection, apply(event, rows, context) {
      if (broken && event.position === 2) throw new Error('planned');
      yearlyFiguresProjection.apply(event, rows, context);
    } };
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(0), shared(0));
    const { runner, views } = await follow(ledger, new MemoryViews(), [repairable]);
    expect(await caughtUp(ledger, runner)).toBe(false);
    runner.rebuild('yearly-figures');
    expect(await runner.untilBuilt(60_000)).toBe(true);
    expect(runner.status().views[0]?.halted?.code).toBe('projection-failed');
    broken = false;
    runner.rebuild('yearly-figures');
    expect(await caughtUp(ledger, runner)).toBe(true);
    expect([runner.status().views[0]?.halted, cells(views)]).toEqual([null, { 'sharings 2024 route': 3 }]);
  });

  it('that finds an event gone says so and blocks destruction; what answers goes on', async () => {
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(1), shared(0));
    const { runner, views } = await follow(ledger);
    await caughtUp(ledger, runner);
    await ledger.store.destroy(dossierStream(1));
    runner.rebuild('yearly-figures');
    expect(await runner.untilBuilt(60_000)).toBe(true);
    expect(runner.status().views.find(({ name }) => name === 'yearly-figures')?.halted).toEqual({ code: 'event-missing', position: 0 });
    expect(cells(views)).toEqual({ 'sharings 2024 route': 3 });
    await ledger.record(shared(0));
    expect(await caughtUp(ledger, runner)).toBe(true);
    await expect(runner.pauseAt(3)).rejects.toThrow(/halted/);
  });

  it('a destruction run waits for it, and the cells stay what they were', async () => {
    const ledger = new SmallLedger();
    await ledger.record(...many(3_000), destructionBegun(0, '2026-01-01'));
    const { runner, views } = await follow(ledger);
    await caughtUp(ledger, runner);
    const before = cells(views);
    for (const { name } of ALL) runner.rebuild(name);
    const held = runner.pauseAt(3_000);
    expect(runner.status().views.some(({ building }) => building !== null)).toBe(true);
    expect(await held).toBe(3_000);
    expect(runner.status().views.some(({ building }) => building !== null)).toBe(false);
    runner.resume();
    await ledger.destroy([dossierStream(0)], runner, views);
    runner.rebuild('yearly-figures');
    expect(await runner.untilBuilt(60_000)).toBe(true);
    expect(cells(views)).toEqual(before);
    expect(dump(views)).not.toContain(dossierStream(0));
  });

  it('a build under way when rows are forgotten starts again', async () => {
    const ledger = new SmallLedger();
    await ledger.record(...many(3_000), destructionBegun(0, '2026-01-01'));
    const { runner, views } = await follow(ledger);
    await caughtUp(ledger, runner);
    const upTo = await runner.pauseAt(3_000);
    for (const { name } of ALL) runner.rebuild(name);
    runner.forget([dossierStream(0)]);
    expect(upTo).toBe(3_000);
    expect(dump(views)).not.toContain(dossierStream(0));
    expect(runner.status().views.every(({ building }) => building === -1)).toBe(true);
  });
});

describe('loss never looks like an emptier ledger', () => {
  it('halts before an event that is gone without a run, with what came before it applied', async () => {
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(1), shared(0));
    await ledger.store.destroy(dossierStream(1));
    const { runner, views } = await follow(ledger);
    expect(await caughtUp(ledger, runner)).toBe(false);
    expect(runner.status().views.map(({ halted }) => halted)).toEqual(ALL.map(() => ({ code: 'event-missing', position: 0 })));
    expect(cells(views)).toEqual({ 'sharings 2024 route': 1 });
  });

  it('halts before an event whose key is gone without a run', async () => {
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(1));
    ledger.loseKey(dossierStream(1));
    const { runner } = await follow(ledger);
    expect(await caughtUp(ledger, runner)).toBe(false);
    expect(runner.status().views[0]?.halted).toEqual({ code: 'key-missing', position: 0 });
  });
});

describe('a destruction run', () => {
  it('holds every view at one position until it resumes', async () => {
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(1));
    const { runner, views } = await follow(ledger);
    const position = await runner.pauseAt(1);
    await ledger.record(shared(2));
    expect(await runner.waitFor(2, 50)).toBe(false);
    expect([position, runner.status().heldAt, ...ALL.map((projection) => views.position(projection))]).toEqual([1, 1, ...ALL.map(() => 1)]);
    runner.resume();
    expect(await runner.waitFor(2, 60_000)).toBe(true);
    await expect(runner.pauseAt(99)).rejects.toThrow(/not come that far/);
  });

  it('changes no cell, now or after a rebuild, and everything else is as in a ledger that goes on', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyFact, { minLength: 1, maxLength: 20 }), fc.array(anyFact, { maxLength: 20 }), fc.subarray([0, 1, 2], { minLength: 1 }), async (before, after, doomed) => {
      const streams = doomed.map(dossierStream);
      const gates = doomed.map((n) => destructionBegun(n, '2026-01-01'));
      const later = after.filter(({ stream }) => !streams.includes(stream));
      const control = new SmallLedger();
      await control.record(...before, ...gates, ...later);
      const undestroyed = await follow(control);
      await caughtUp(control, undestroyed.runner);

      const ledger = new SmallLedger();
      await ledger.record(...before, ...gates);
      const live = await follow(ledger);
      await ledger.destroy(streams, live.runner, live.views);
      await ledger.record(...later);
      expect(await caughtUp(ledger, live.runner)).toBe(true);
      expect(cells(live.views)).toEqual(cells(undestroyed.views));
      for (const stream of streams) expect(dump(live.views)).not.toContain(stream);

      const fresh = await follow(ledger);
      expect(await caughtUp(ledger, fresh.runner)).toBe(true);
      expect(dump(fresh.views)).toBe(dump(live.views));
      expect(fresh.runner.status().views.map((view) => view.survivorsOnly)).toEqual(ALL.map(() => false));
    }), { numRuns: 60 });
  });

  it('two runs: the figures fixed last are the base', async () => {
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(1), shared(2), destructionBegun(0, '2026-01-01'));
    const live = await follow(ledger);
    await ledger.destroy([dossierStream(0)], live.runner, live.views);
    await ledger.record(shared(2), destructionBegun(1, '2026-02-01'));
    await ledger.destroy([dossierStream(1)], live.runner, live.views, 1);
    await ledger.record(shared(2));
    expect(await caughtUp(ledger, live.runner)).toBe(true);
    const fresh = await follow(ledger);
    expect(await caughtUp(ledger, fresh.runner)).toBe(true);
    expect(cells(fresh.views)).toEqual({ 'sharings 2024 route': 5, 'dossiers-destroyed 2026': 2 });
    expect(dump(fresh.views)).toBe(dump(live.views));
  });

  it('a view that did not live through the run is rebuilt, never caught up', async () => {
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(1), destructionBegun(0, '2026-01-01'));
    const old = new MemoryViews();
    const before = await follow(ledger, old);
    await caughtUp(ledger, before.runner);
    await before.runner.stop();
    expect(dump(old)).toContain(dossierStream(0)); // the control: an old copy still names it
    const live = await follow(ledger);
    await ledger.destroy([dossierStream(0)], live.runner, live.views);
    await caughtUp(ledger, live.runner);
    const restored = await follow(ledger, old);
    expect(await caughtUp(ledger, restored.runner)).toBe(true);
    expect(dump(old)).toBe(dump(live.views));
    expect(dump(old)).not.toContain(dossierStream(0));
  });

  it('halts when the figures that were fixed are not the ones it counted', async () => {
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(1));
    const live = await follow(ledger);
    const upTo = await live.runner.pauseAt(1);
    await ledger.append('log-00000000-0000-4000-8000-000000000009' as never, {
      type: 'figures-fixed', schema: 1,
      data: { runId: 'run', upTo, chunk: 1, chunks: 1, definitionsVersion: DEFINITIONS_VERSION, cells: [{ figure: 'sharings', year: 2024, dimensions: ['route'], count: 3 }] },
    });
    live.runner.resume();
    expect(await live.runner.waitFor(2, 60_000, 'yearly-figures')).toBe(false);
    expect(live.runner.status().views.find(({ name }) => name === 'yearly-figures')?.halted).toEqual({ code: 'figures-differ', position: 1 });
  });

  it('says so when something was destroyed before figures of this version were fixed', async () => {
    const ledger = new SmallLedger();
    await ledger.record(shared(0), shared(1));
    await ledger.append('log-00000000-0000-4000-8000-000000000009' as never, { type: 'run-begun', schema: 1, data: { runId: 'run', ranges: [[0, 0]], dossiers: 1 } });
    await ledger.store.destroy(dossierStream(0));
    const { runner, views } = await follow(ledger);
    expect(await caughtUp(ledger, runner)).toBe(true);
    expect(cells(views)).toEqual({ 'sharings 2024 route': 1 });
    expect(runner.status().views.find(({ name }) => name === 'yearly-figures')?.survivorsOnly).toBe(true);
  });
});
