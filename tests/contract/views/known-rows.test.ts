import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryViews } from '#infra/views/memory-views';
import type { ViewStore } from '#infra/views/port';
import { SqliteViews } from '#infra/views/sqlite-views';
import type { Projection, Rows } from '#projections/projection';

const sample: Projection = {
  name: 'sample', version: 1,
  tables: [{ name: 'step', columns: { dossier: 'text', line: 'text', n: 'integer', kind: 'text' }, key: ['dossier', 'line', 'n'], indexes: [['dossier', 'kind']] }],
  apply() { /* not called here */ }, forget() { /* not called here */ },
};

type Work = (rows: Rows) => unknown;

// Texts that UTF-16 and UTF-8 order differently.
const dossier = fc.constantFrom('a', 'b', 'c');
const line = fc.constantFrom('', 'é', 'l', 'lijn', '\uE000', '\u{1F600}', '\uFFFD');
const n = fc.integer({ min: -2, max: 12 });
const kind = fc.constantFrom<string | null>('x', 'y', null);

const work: fc.Arbitrary<Work> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(dossier, line, n, kind).map(([d, l, i, k]): Work => (rows) => { rows.put('step', { dossier: d, line: l, n: i, kind: k }); }) },
  { weight: 2, arbitrary: fc.tuple(dossier, line, n).map(([d, l, i]): Work => (rows) => { rows.remove('step', [d, l, i]); }) },
  { weight: 3, arbitrary: fc.tuple(dossier, line, n).map(([d, l, i]): Work => (rows) => rows.get('step', [d, l, i])) },
  dossier.map((d): Work => (rows) => rows.select('step', { dossier: d })),
  fc.tuple(dossier, line).map(([d, l]): Work => (rows) => rows.select('step', { dossier: d, line: l })),
  fc.tuple(dossier, kind).map(([d, k]): Work => (rows) => rows.select('step', { dossier: d, kind: k })),
  fc.tuple(dossier, line, n).map(([d, l, i]): Work => (rows) => [rows.atMost('step', { dossier: d, line: l }, 'n', i), rows.atLeast('step', { dossier: d, line: l }, 'n', i)]),
  fc.tuple(dossier, line).map(([d, l]): Work => (rows) => [rows.atMost('step', { dossier: d }, 'line', l), rows.atLeast('step', { dossier: d }, 'line', l)]),
  fc.tuple(dossier, n).map(([d, limit]): Work => (rows) => rows.page('step', { where: { dossier: d }, limit: limit + 3 })),
  dossier.map((d): Work => (rows) => { rows.removeAll('step', { dossier: d }); }),
  fc.constant<Work>((rows) => rows.select('step')),
);

/** What every question answered, transaction after transaction. */
function answers(views: ViewStore, transactions: readonly (readonly Work[])[], building: boolean): unknown {
  views.open(sample);
  const rows = building ? views.build(sample) : { advance: (position: number, all: (rows: Rows) => void) => { views.advance(sample, position, all); } };
  return transactions.map((works, position) => {
    const said: unknown[] = [];
    rows.advance(position, (inside) => { for (const one of works) said.push(one(inside) ?? null); });
    return said;
  });
}

it.each([['answering', false], ['being built', true]])('whatever was asked before within the work, SQLite answers as memory does: rows that are %s', (_name, building) => {
  fc.assert(fc.property(fc.array(fc.array(work, { maxLength: 90 }), { maxLength: 4 }), (transactions) => {
    const folder = mkdtempSync(join(tmpdir(), 'known-rows-'));
    const sqlite = new SqliteViews(join(folder, 'views.db'));
    try {
      expect(answers(sqlite, transactions, building)).toEqual(answers(new MemoryViews(), transactions, building));
    } finally {
      sqlite.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }), { numRuns: 150 });
});
