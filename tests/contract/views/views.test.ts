import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryViews } from '#infra/views/memory-views';
import type { ViewStore } from '#infra/views/port';
import { SqliteViews } from '#infra/views/sqlite-views';
import type { PageQuery, Projection } from '#projections/projection';

const sample: Projection = {
  name: 'sample', version: 1,
  tables: [
    { name: 'thing', columns: { stream: 'text', n: 'integer', note: 'text' }, key: ['stream', 'n'], indexes: [['note', 'n']] },
    { name: 'other', columns: { id: 'text' }, key: ['id'] },
  ],
  apply() { /* not called here */ }, forget() { /* not called here */ },
};
const thing = (stream: string, n: number, note: string | null = null): { stream: string; n: number; note: string | null } => ({ stream, n, note });

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'views-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

describe.each([
  ['memory', (): ViewStore => new MemoryViews()],
  ['sqlite', (): ViewStore => new SqliteViews(join(folder, 'views.db'))],
] as const)('a view store: %s', (_name, make) => {
  let views: ViewStore;
  beforeEach(() => { views = make(); });
  afterEach(() => { views.close(); });

  it('starts at -1 and moves rows and position together', () => {
    expect(views.open(sample).position).toBe(-1);
    views.advance(sample, 4, (rows) => { rows.put('thing', thing('a', 1, 'x')); });
    expect(views.position(sample)).toBe(4);
    expect(views.reader(sample).get('thing', ['a', 1])).toEqual(thing('a', 1, 'x'));
    expect(views.reader(sample).get('thing', ['a', 2])).toBeUndefined();
  });

  it('undoes everything when the work throws: rows, replaced rows, removed rows, position', () => {
    views.open(sample);
    views.advance(sample, 1, (rows) => { rows.put('thing', thing('a', 1, 'x')); rows.put('thing', thing('a', 2)); });
    expect(() => views.advance(sample, 2, (rows) => {
      rows.put('thing', thing('a', 1, 'y')); rows.remove('thing', ['a', 2]); rows.put('thing', thing('a', 3)); rows.remove('thing', ['a', 3]);
      throw new Error('planned');
    })).toThrow('planned');
    expect(views.position(sample)).toBe(1);
    expect(views.reader(sample).select('thing')).toEqual([thing('a', 1, 'x'), thing('a', 2)]);
    expect(views.reader(sample).select('thing', { note: 'y' })).toEqual([]);
  });

  it('sees its own changes inside the work', () => {
    views.open(sample);
    views.advance(sample, 0, (rows) => {
      rows.put('thing', thing('a', 1, 'x'));
      expect(rows.select('thing', { stream: 'a' })).toHaveLength(1);
      rows.put('thing', thing('a', 1, 'y'));
      expect(rows.select('thing', { note: 'x' })).toHaveLength(0);
      rows.remove('thing', ['a', 1]);
      expect(rows.get('thing', ['a', 1])).toBeUndefined();
    });
  });

  it('removes all that a question finds, what was put or read in the same work too, and undoes it', () => {
    views.open(sample);
    views.advance(sample, 1, (rows) => { for (const n of [1, 2]) { rows.put('thing', thing('a', n, 'x')); rows.put('thing', thing('b', n, 'x')); } });
    const left = [thing('b', 1, 'x'), thing('b', 2, 'x')];
    expect(() => views.advance(sample, 2, (rows) => { rows.removeAll('thing', { stream: 'a' }); throw new Error('planned'); })).toThrow('planned');
    expect(views.reader(sample).select('thing')).toHaveLength(4);
    views.advance(sample, 2, (rows) => {
      expect(rows.get('thing', ['a', 1])).toBeDefined();
      rows.put('thing', thing('a', 3));
      rows.put('thing', thing('b', 1, 'y'));
      rows.removeAll('thing', { stream: 'a' });
      expect(rows.get('thing', ['a', 1])).toBeUndefined();
      expect(rows.get('thing', ['a', 3])).toBeUndefined();
      expect(rows.select('thing', { note: 'y' })).toHaveLength(1);
      rows.put('thing', thing('b', 1, 'x'));
      rows.put('thing', thing('a', 4));
      rows.removeAll('thing', { note: null });
    });
    expect(views.reader(sample).select('thing')).toEqual(left);
    expect(() => views.advance(sample, 3, (rows) => { rows.removeAll('thing', { n: 1 }); })).toThrow();
  });

  it('selects by any columns, null too, in the order of the primary key', () => {
    views.open(sample);
    views.advance(sample, 0, (rows) => {
      for (const row of [thing('b', 10, 'x'), thing('a', 9, 'x'), thing('a', 10), thing('é', 1, 'x'), thing('\u{1F600}', 1), thing('\uFFFD', 1)]) rows.put('thing', row);
    });
    const keys = (where?: Record<string, string | number | null>): string[] => views.reader(sample).select('thing', where).map((row) => `${row['stream']}${row['n']}`);
    expect(keys()).toEqual(['a9', 'a10', 'b10', 'é1', '\uFFFD1', '\u{1F600}1']);
    expect(keys({ stream: 'a' })).toEqual(['a9', 'a10']);
    expect(keys({ note: 'x', n: 10 })).toEqual(['b10']);
    expect(keys({ note: null })).toEqual(['a10', '\uFFFD1', '\u{1F600}1']);
  });

  it('answers page by page in the order of an index, both ways, between bounds', () => {
    views.open(sample);
    views.advance(sample, 0, (rows) => {
      for (const n of [5, 1, 4, 2, 3]) for (const stream of ['b', 'a']) rows.put('thing', thing(stream, n, n % 2 === 0 ? 'even' : 'odd'));
    });
    const page = (query: Omit<PageQuery, 'limit'>, limit = 10): string[] => views.reader(sample).page('thing', { ...query, limit }).map((row) => `${row['stream']}${row['n']}`);
    expect(page({}, 3)).toEqual(['a1', 'a2', 'a3']);
    expect(page({ after: ['a', 3] }, 3)).toEqual(['a4', 'a5', 'b1']);
    expect(page({ where: { stream: 'b' }, after: [3] })).toEqual(['b4', 'b5']);
    expect(page({ where: { note: 'odd' }, order: ['n'] })).toEqual(['a1', 'b1', 'a3', 'b3', 'a5', 'b5']);
    expect(page({ where: { note: 'odd' }, order: ['n'], after: [1, 'a'], until: [5] })).toEqual(['b1', 'a3', 'b3']);
    expect(page({ where: { note: 'odd' }, order: ['n'], descending: true, after: [5, 'a'] }, 3)).toEqual(['b3', 'a3', 'b1']);
    expect(page({ where: { note: 'even' }, order: ['n'], descending: true, until: [2] })).toEqual(['b4', 'a4']);
  });

  it('sees its own changes in a page, and refuses what no index begins with', () => {
    views.open(sample);
    views.advance(sample, 0, (rows) => {
      rows.put('thing', thing('a', 1, 'x'));
      expect(rows.page('thing', { where: { note: 'x' }, order: ['n'], limit: 5 })).toHaveLength(1);
    });
    const reader = views.reader(sample);
    expect(() => reader.select('thing', { n: 1 })).toThrow(/no index/);
    expect(() => reader.select('thing', { stream: 'a', note: 'x' })).toThrow(/no index/);
    expect(() => reader.page('thing', { order: ['n'], limit: 1 })).toThrow(/no index/);
    expect(() => reader.page('thing', { where: { stream: 'a' }, order: ['note'], limit: 1 })).toThrow(/no index/);
    expect(() => reader.page('thing', { where: { stream: 'a' }, after: [1, 'b'], limit: 1 })).toThrow(/more columns/);
  });

  it('builds beside what answers and swaps in one step', () => {
    views.open(sample);
    views.advance(sample, 4, (rows) => { rows.put('other', { id: 'old' }); });
    const reader = views.reader(sample);
    const build = views.build(sample);
    expect(build.position).toBe(-1);
    build.advance(2, (rows) => { rows.put('other', { id: 'new' }); });
    build.advance(3, (rows) => { expect(rows.get('other', ['new'])).toEqual({ id: 'new' }); rows.put('other', { id: 'newer' }); });
    views.advance(sample, 5, (rows) => { rows.put('other', { id: 'older' }); });
    expect([views.position(sample), reader.select('other')]).toEqual([5, [{ id: 'old' }, { id: 'older' }]]);
    expect([build.position, build.reader.select('other')]).toEqual([3, [{ id: 'new' }, { id: 'newer' }]]);
    build.swap();
    expect([views.position(sample), reader.select('other')]).toEqual([3, [{ id: 'new' }, { id: 'newer' }]]);
    views.advance(sample, 6, (rows) => { rows.remove('other', ['new']); });
    expect([views.position(sample), reader.select('other')]).toEqual([6, [{ id: 'newer' }]]);
  });

  it('a build that is dropped, overtaken or broken changes nothing', () => {
    views.open(sample);
    views.advance(sample, 4, (rows) => { rows.put('other', { id: 'old' }); });
    const dropped = views.build(sample);
    dropped.advance(2, (rows) => { rows.put('other', { id: 'new' }); });
    dropped.drop();
    const overtaken = views.build(sample);
    views.build(sample);
    expect(() => { overtaken.swap(); }).toThrow();
    const broken = views.build(sample);
    expect(() => { broken.advance(1, () => { throw new Error('planned'); }); }).toThrow('planned');
    broken.drop();
    expect([views.position(sample), views.reader(sample).select('other')]).toEqual([4, [{ id: 'old' }]]);
  });

  it('refuses what the other adapter would refuse', () => {
    views.open(sample);
    const refuses = (work: (rows: Parameters<Parameters<ViewStore['advance']>[2]>[0]) => void): void => { expect(() => views.advance(sample, 0, work)).toThrow(); };
    refuses((rows) => { rows.put('thing', { stream: 'a', n: 1 }); });
    refuses((rows) => { rows.put('thing', { ...thing('a', 1), more: 1 }); });
    refuses((rows) => { rows.put('thing', { stream: 'a', n: '1', note: null }); });
    refuses((rows) => { rows.put('thing', { stream: 'a', n: 1.5, note: null }); });
    refuses((rows) => { rows.put('thing', { stream: null, n: 1, note: null }); });
    refuses((rows) => { rows.put('nothing', {}); });
    refuses((rows) => { rows.select('thing', { unknown: 1 }); });
    refuses((rows) => { rows.get('thing', ['a']); });
    let kept: Parameters<Parameters<ViewStore['advance']>[2]>[0] | undefined;
    views.advance(sample, 1, (rows) => { kept = rows; });
    expect(() => { kept?.put('thing', thing('a', 1)); }).toThrow();
  });

  it('reset empties one projection only', () => {
    const second = { ...sample, name: 'second' };
    views.open(sample); views.open(second);
    for (const projection of [sample, second]) views.advance(projection, 7, (rows) => { rows.put('other', { id: projection.name }); });
    views.reset(sample);
    expect([views.position(sample), views.reader(sample).select('other')]).toEqual([-1, []]);
    expect([views.position(second), views.reader(second).select('other')]).toEqual([7, [{ id: 'second' }]]);
  });

  it('of another version with the same tables the old rows answer on, as outdated; with other tables they are gone', () => {
    expect(views.open(sample)).toEqual({ position: -1, outdated: false });
    views.advance(sample, 7, (rows) => { rows.put('other', { id: 'old' }); });
    expect(views.open(sample)).toEqual({ position: 7, outdated: false });
    const second = { ...sample, version: 2 };
    expect(views.open(second)).toEqual({ position: 7, outdated: true });
    expect(views.reader(second).select('other')).toEqual([{ id: 'old' }]);
    const build = views.build(second);
    build.advance(7, (rows) => { rows.put('other', { id: 'new' }); });
    build.swap();
    expect(views.open(second)).toEqual({ position: 7, outdated: false });
    expect(views.reader(second).select('other')).toEqual([{ id: 'new' }]);
    const other = { ...second, tables: [{ ...sample.tables[1]!, columns: { id: 'text', more: 'text' } } as const] };
    expect(views.open(other)).toEqual({ position: -1, outdated: false });
    expect(views.reader(other).select('other')).toEqual([]);
  });
});

describe('views.db', () => {
  it('keeps rows and position over a reopening, and starts anew when the tables changed shape', () => {
    const file = join(folder, 'views.db');
    const first = new SqliteViews(file);
    first.open(sample);
    first.advance(sample, 3, (rows) => { rows.put('other', { id: 'kept' }); });
    first.close();
    const again = new SqliteViews(file);
    expect(again.open(sample).position).toBe(3);
    expect(again.reader(sample).select('other')).toEqual([{ id: 'kept' }]);
    again.close();
    const changed = new SqliteViews(file);
    expect(changed.open({ ...sample, tables: [{ ...sample.tables[1]!, columns: { id: 'text', more: 'text' } }] }).position).toBe(-1);
    changed.close();
  });

  it('a build cut off by a kill leaves what answered, and is gone when opened again', () => {
    const file = join(folder, 'views.db');
    const first = new SqliteViews(file);
    first.open(sample);
    first.advance(sample, 3, (rows) => { rows.put('other', { id: 'kept' }); });
    const before = readdirSync(folder).length;
    first.build(sample).advance(20_000, (rows) => { rows.put('other', { id: 'half built' }); });
    // As after a kill: nobody closes anything, and another process opens the files.
    const again = new SqliteViews(file);
    expect(again.open(sample)).toEqual({ position: 3, outdated: false });
    expect(again.reader(sample).select('other')).toEqual([{ id: 'kept' }]);
    expect(readdirSync(folder).length).toBe(before);
    again.close();
    first.close();
  });

  it('after a swap the old rows are in no file', () => {
    const views = new SqliteViews(join(folder, 'views.db'));
    const found = (): boolean => readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes('dossier-canary-77'));
    views.open(sample);
    views.advance(sample, 3, (rows) => { rows.put('other', { id: 'dossier-canary-77' }); });
    expect(found()).toBe(true);
    views.build(sample).swap();
    expect(found()).toBe(false);
    views.close();
  });

  it('leaves no byte of a removed row after purging; the control finds it before', () => {
    const views = new SqliteViews(join(folder, 'views.db'));
    const canary = 'dossier-canary-3f1c';
    const found = (): boolean => readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(canary));
    views.open(sample);
    views.advance(sample, 0, (rows) => { rows.put('thing', thing(canary, 1, canary)); });
    expect(found()).toBe(true);
    views.advance(sample, 1, (rows) => { rows.remove('thing', [canary, 1]); });
    views.purgeFreedPages();
    expect(found()).toBe(false);
    views.close();
  });
});
