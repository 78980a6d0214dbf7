import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryViews } from '#infra/views/memory-views';
import type { LongAdvance, ViewStore } from '#infra/views/port';
import { SqliteViews } from '#infra/views/sqlite-views';
import { SqliteViewsReader } from '#infra/views/sqlite-views-reader';
import type { Projection, Rows } from '#projections/projection';

const sample: Projection = {
  name: 'sample', version: 1, tables: [{ name: 'step', columns: { n: 'integer' }, key: ['n'] }],
  apply() { /* not called here */ }, forget() { /* not called here */ },
};
function* threeSteps(rows: Rows): Generator<void> {
  for (const n of [1, 2, 3]) {
    rows.put('step', { n });
    yield;
  }
}
function* brokenAtTwo(rows: Rows): Generator<void> {
  rows.put('step', { n: 1 });
  yield;
  throw new Error('planned');
}
const steps = (views: Pick<ViewStore, 'read'>): unknown => views.read(sample, (rows, position) => [position, rows.select('step').map(({ n }) => n)]);
const toTheEnd = (work: LongAdvance): void => { while (!work.goOn()); };

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'long-work-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

describe.each([
  ['memory', (): ViewStore => new MemoryViews()],
  ['sqlite', (): ViewStore => new SqliteViews(join(folder, 'views.db'))],
] as const)('long work: %s', (_name, make) => {
  let views: ViewStore;
  beforeEach(() => {
    views = make();
    views.open(sample);
    views.advance(sample, 4, (rows) => { rows.put('step', { n: 0 }); });
  });
  afterEach(() => { views.close(); });

  it('moves rows and position together, once all of it is done', () => {
    toTheEnd(views.advanceInParts(sample, 5, threeSteps));
    expect(steps(views)).toEqual([5, [0, 1, 2, 3]]);
    views.advance(sample, 6, (rows) => { rows.remove('step', [0]); });
    expect(steps(views)).toEqual([6, [1, 2, 3]]);
  });

  it('leaves nothing when a later part fails, and may be done anew', () => {
    expect(() => { toTheEnd(views.advanceInParts(sample, 5, brokenAtTwo)); }).toThrow('planned');
    expect(steps(views)).toEqual([4, [0]]);
    toTheEnd(views.advanceInParts(sample, 5, threeSteps));
    expect(steps(views)).toEqual([5, [0, 1, 2, 3]]);
  });

  it('who reads here never sees half of it', () => {
    const work = views.advanceInParts(sample, 5, threeSteps);
    if (!work.goOn()) expect(steps(views)).toEqual([5, [0, 1, 2, 3]]);
    expect(work.goOn()).toBe(true);
    expect(steps(views)).toEqual([5, [0, 1, 2, 3]]);
  });

  it('goes in a build as well', () => {
    const build = views.build(sample);
    toTheEnd(build.advanceInParts(7, threeSteps));
    expect([build.position, steps(views)]).toEqual([7, [4, [0]]]);
    build.swap();
    expect(steps(views)).toEqual([7, [1, 2, 3]]);
  });
});

describe('long work on SQLite', () => {
  let views: SqliteViews;
  beforeEach(() => {
    views = new SqliteViews(join(folder, 'views.db'));
    views.open(sample);
    views.advance(sample, 4, (rows) => { rows.put('step', { n: 0 }); });
  });
  afterEach(() => { views.close(); });

  it('who reads elsewhere sees what was, until it is done', () => {
    const elsewhere = new SqliteViewsReader(join(folder, 'views.db'));
    try {
      const work = views.advanceInParts(sample, 5, threeSteps);
      for (let part = 0; part < 3; part += 1) {
        expect(work.goOn()).toBe(false);
        expect(steps(elsewhere)).toEqual([4, [0]]);
      }
      expect(work.goOn()).toBe(true);
      expect(steps(elsewhere)).toEqual([5, [0, 1, 2, 3]]);
    } finally {
      elsewhere.close();
    }
  });

  it('cut off in the middle it never was', () => {
    views.advanceInParts(sample, 5, threeSteps).goOn();
    views.close();
    views = new SqliteViews(join(folder, 'views.db'));
    expect(views.open(sample).position).toBe(4);
    expect(steps(views)).toEqual([4, [0]]);
  });

  it('nothing else moves the view meanwhile', () => {
    const work = views.advanceInParts(sample, 5, threeSteps);
    expect(() => { views.advance(sample, 6, () => undefined); }).toThrow('one work at a time');
    toTheEnd(work);
    views.advance(sample, 6, () => undefined);
    expect(views.position(sample)).toBe(6);
  });

  it('a failure that a reader came upon is told to who goes on with it', () => {
    const work = views.advanceInParts(sample, 5, brokenAtTwo);
    expect(() => steps(views)).toThrow('planned');
    expect(() => { work.goOn(); }).toThrow('planned');
    expect(steps(views)).toEqual([4, [0]]);
  });
});
