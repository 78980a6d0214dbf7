import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryViews } from '#infra/views/memory-views';
import type { ViewStore } from '#infra/views/port';
import { SqliteViews } from '#infra/views/sqlite-views';
import type { Projection, Row } from '#projections/projection';

const sample: Projection = {
  name: 'nearest', version: 1,
  tables: [{ name: 'step', columns: { line: 'text', from: 'text', n: 'integer' }, key: ['line', 'from', 'n'] }],
  apply() { /* not called here */ }, forget() { /* not called here */ },
};
const step = (line: string, from: string, n: number): Row => ({ line, from, n });

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'nearest-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

describe.each([
  ['memory', (): ViewStore => new MemoryViews()],
  ['sqlite', (): ViewStore => new SqliteViews(join(folder, 'views.db'))],
] as const)('the nearest row: %s', (_name, make) => {
  let views: ViewStore;
  beforeEach(() => {
    views = make();
    views.open(sample);
    views.advance(sample, 1, (rows) => {
      for (const row of [step('a', '2024-01', 1), step('a', '2024-03', 1), step('a', '2024-03', 2), step('b', '2024-02', 1)]) rows.put('step', row);
    });
  });
  afterEach(() => { views.close(); });

  it('at most and at least a value, the bound included, within the given columns only', () => {
    const reader = views.reader(sample);
    expect(reader.atMost('step', { line: 'a' }, 'from', '2024-02')).toEqual(step('a', '2024-01', 1));
    expect(reader.atMost('step', { line: 'a' }, 'from', '2024-03')).toEqual(step('a', '2024-03', 2));
    expect(reader.atMost('step', { line: 'a' }, 'from', '2023-12')).toBeUndefined();
    expect(reader.atLeast('step', { line: 'a' }, 'from', '2024-02')).toEqual(step('a', '2024-03', 1));
    expect(reader.atLeast('step', { line: 'a' }, 'from', '2024-01')).toEqual(step('a', '2024-01', 1));
    expect(reader.atLeast('step', { line: 'a' }, 'from', '2024-04')).toBeUndefined();
    expect(reader.atMost('step', { line: 'a', from: '2024-03' }, 'n', 1)).toEqual(step('a', '2024-03', 1));
    expect(reader.atMost('step', {}, 'line', 'b')).toEqual(step('b', '2024-02', 1));
  });

  it('sees what the same work has put and removed', () => {
    views.advance(sample, 2, (rows) => {
      rows.put('step', step('a', '2024-02', 5));
      expect(rows.atMost('step', { line: 'a' }, 'from', '2024-02')).toEqual(step('a', '2024-02', 5));
      rows.remove('step', ['a', '2024-02', 5]);
      expect(rows.atMost('step', { line: 'a' }, 'from', '2024-02')).toEqual(step('a', '2024-01', 1));
    });
  });

  it('refuses columns that do not follow each other in the key', () => {
    const reader = views.reader(sample);
    expect(() => reader.atMost('step', { line: 'a' }, 'n', 1)).toThrow('does not follow');
    expect(() => reader.atMost('step', { from: '2024-01' }, 'n', 1)).toThrow('does not follow');
    expect(() => reader.atLeast('step', {}, 'from', '2024-01')).toThrow('does not follow');
  });
});
