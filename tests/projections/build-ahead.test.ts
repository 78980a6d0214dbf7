import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LentViews } from '#infra/views/lent-views';
import { SqliteViews } from '#infra/views/sqlite-views';
import { PROJECTIONS } from '#src/composition/projections';
import type { BuildAhead } from '#src/projecting/build-ahead';
import { ProjectionRunner } from '#src/projecting/projection-runner';
import { dossierStream, dump, fact } from './fold-harness.js';
import { SmallLedger } from './small-ledger.js';

const EVENTS = 10_500;
const APART = new Set(['consent-status', 'yearly-figures']);

let folder: string;
let views: SqliteViews;
const running: ProjectionRunner[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekenschap-ahead-'));
  views = new SqliteViews(join(folder, 'views.db'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((runner) => runner.stop()));
  views.close();
  rmSync(folder, { recursive: true, force: true });
});

async function large(): Promise<SmallLedger> {
  const ledger = new SmallLedger();
  for (let n = 0; n < EVENTS; n += 1) await ledger.record(fact(n % 3, 'data-shared', { recipient: { organisation: 'GGD' }, routeId: 'R' }));
  return ledger;
}

/** The builder of the thread, in this one; it breaks off when `breaks` says so at what it reached. */
function builder(ledger: SmallLedger, breaks: (reached: number) => boolean = () => false): BuildAhead & { readonly reached: number[] } {
  const reached: number[] = [];
  return {
    apart: APART, reached,
    start(lent, size, onMoved) {
      const files = new Map(lent.map(({ name, file }) => [name, file]));
      const lentViews = new LentViews(files);
      const brokenOff = Promise.withResolvers<false>();
      const stop = async (): Promise<void> => {
        brokenOff.resolve(false);
        await runner.stop();
        lentViews.close();
      };
      const runner = new ProjectionRunner({
        store: { ...storeOf(ledger), head: () => ({ size }) }, open: ledger.open, views: lentViews, projections: PROJECTIONS.filter(({ name }) => files.has(name)),
        onMoved: () => {
          const position = Math.min(...runner.status().views.map((view) => view.building ?? view.position));
          reached.push(position);
          if (breaks(position)) void stop();
          else onMoved(position);
        },
      });
      const done = runner.start().then(async () => {
        const built = await runner.untilBuilt(60_000);
        await runner.stop();
        return built;
      });
      return { ended: Promise.race([brokenOff.promise, done]), stop };
    },
  };
}

function storeOf({ store }: SmallLedger): Pick<SmallLedger['store'], 'readAll' | 'readAnnouncements' | 'subscribe'> {
  return {
    readAll: (from, limit) => store.readAll(from, limit), readAnnouncements: (from, limit) => store.readAnnouncements(from, limit), subscribe: () => () => undefined,
  };
}

async function follow(ledger: SmallLedger, over: SqliteViews, ahead?: BuildAhead): Promise<ProjectionRunner> {
  const runner = new ProjectionRunner({ store: ledger.store, open: ledger.open, views: over, projections: PROJECTIONS, ...(ahead === undefined ? {} : { ahead }) });
  running.push(runner);
  await runner.start();
  return runner;
}

/** What one runner alone comes to. */
async function alone(ledger: SmallLedger): Promise<{ readonly rows: string; readonly status: unknown }> {
  const other = new SqliteViews(join(folder, 'alone.db'));
  try {
    const runner = await follow(ledger, other);
    await runner.untilBuilt(60_000);
    const result = { rows: dump(other), status: runner.status().views.map(({ name, position, halted }) => ({ name, position, halted })) };
    await runner.stop();
    return result;
  } finally {
    other.close();
  }
}

describe('views built ahead elsewhere', () => {
  it('come to the same rows; what is recorded meanwhile is in them', async () => {
    const ledger = await large();
    const ahead = builder(ledger);
    const runner = await follow(ledger, views, ahead);
    await ledger.record(fact(1, 'data-shared', { recipient: { organisation: 'GGD' }, routeId: 'R' }));
    expect(await runner.waitFor(EVENTS, 60_000)).toBe(true);
    expect(ahead.reached.at(-1)).toBe(EVENTS - 1); // the control: it was done there
    expect(dump(views)).toBe((await alone(ledger)).rows);
  });

  it('broken off half-way they are begun anew, with the same rows, and nothing is left in the folder', async () => {
    const ledger = await large();
    const ahead = builder(ledger, (reached) => reached > EVENTS / 2);
    const runner = await follow(ledger, views, ahead);
    expect(await runner.waitFor(EVENTS - 1, 60_000)).toBe(true);
    expect(ahead.reached.at(-1)).toBeLessThan(EVENTS - 1);
    expect(dump(views)).toBe((await alone(ledger)).rows);
    expect(readdirSync(folder).filter((name) => /^views\.db-[0-9a-f-]{36}$/.test(name))).toHaveLength(PROJECTIONS.length);
  });

  it('rebuilt again meanwhile, they come to the same rows', async () => {
    const ledger = await large();
    const runner = await follow(ledger, views, builder(ledger));
    await runner.waitFor(2_000, 60_000, 'dossier-register');
    runner.rebuild(...PROJECTIONS.map(({ name }) => name));
    expect(await runner.untilBuilt(60_000)).toBe(true);
    expect(dump(views)).toBe((await alone(ledger)).rows);
  });

  it('halt where something is gone that nothing explains, as they would by themselves', async () => {
    const ledger = await large();
    ledger.loseKey(dossierStream(2));
    const runner = await follow(ledger, views, builder(ledger));
    await runner.untilBuilt(60_000);
    const { rows, status } = await alone(ledger);
    expect(runner.status().views.map(({ name, position, halted }) => ({ name, position, halted }))).toEqual(status);
    expect(status).toContainEqual({ name: 'yearly-figures', position: 1, halted: { code: 'key-missing', position: 1 } });
    expect(dump(views)).toBe(rows);
  });

  it('a run is held behind them', async () => {
    const ledger = await large();
    const runner = await follow(ledger, views, builder(ledger));
    expect(await runner.pauseAt(10)).toBe(EVENTS - 1);
    expect(runner.status().views.map(({ position, building }) => [position, building])).toEqual(PROJECTIONS.map(() => [EVENTS - 1, null]));
  });
});
