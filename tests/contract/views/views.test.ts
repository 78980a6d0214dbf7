import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryViews } from '#infra/views/memory-views';
import type { ViewStore } from '#infra/views/port';
import { SqliteViews } from '#infra/views/sqlite-views';
import type { Projection } from '#projections/projection';

const sample: Projection = {
  name: 'sample', version: 1,
  tables: [
    { name: 'thing', columns: { stream: 'text', n: 'integer', note: 'text' }, key: ['stream', 'n'], indexes: [['note']] },
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

  it('reset empties one projection only; another version starts anew', () => {
    const second = { ...sample, name: 'second' };
    views.open(sample); views.open(second);
    for (const projection of [sample, second]) views.advance(projection, 7, (rows) => { rows.put('other', { id: projection.name }); });
    views.reset(sample);
    expect([views.position(sample), views.reader(sample).select('other')]).toEqual([-1, []]);
    expect([views.position(second), views.reader(second).select('other')]).toEqual([7, [{ id: 'second' }]]);
    expect(views.open({ ...second, version: 2 }).position).toBe(-1);
    expect(views.reader(second).select('other')).toEqual([]);
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
