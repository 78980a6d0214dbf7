import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SqliteViews } from '#infra/views/sqlite-views';
import { yearlyFiguresProjection } from '#projections/yearly-figures/projection';
import { ProjectionRunner } from '#src/projecting/projection-runner';
import { ALL, cellsOf, fact } from './fold-harness.js';
import { SmallLedger } from './small-ledger.js';

const shared = (n: number): ReturnType<typeof fact> => fact(n, 'data-shared', { recipient: { organisation: 'GGD' }, routeId: 'R' });

function fill(file: string): void {
  for (const bytes of [65_536, 4_096, 512, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

test('views on a full disk wait for space and go on by themselves; nothing halts', async (context) => {
  const at = mkdtempSync(join(tmpdir(), 'rekenschap-views-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', at]).status !== 0) context.skip('a small tmpfs cannot be mounted here');
  const ledger = new SmallLedger();
  const views = new SqliteViews(join(at, 'views.db'));
  const runner = new ProjectionRunner({ store: ledger.store, open: ledger.open, views, projections: ALL });
  try {
    await ledger.record(shared(0));
    await runner.start();
    expect(await runner.waitFor(ledger.store.head().size - 1, 60_000)).toBe(true);
    fill(join(at, 'filler'));
    await ledger.record(...Array.from({ length: 3_000 }, (_, n) => shared(n)));
    const last = ledger.store.head().size - 1;
    expect(await runner.waitFor(last, 3_000)).toBe(false);
    expect(runner.status().views.filter(({ halted }) => halted !== null)).toEqual([]);
    expect(cellsOf(views.reader(yearlyFiguresProjection))).not.toEqual({ 'sharings 2024 route': 3_001 });

    rmSync(join(at, 'filler'));
    expect(await runner.waitFor(last, 60_000)).toBe(true);
    expect(cellsOf(views.reader(yearlyFiguresProjection))).toEqual({ 'sharings 2024 route': 3_001 });
  } finally {
    await runner.stop();
    views.close();
    spawnSync('umount', ['-l', at]);
    rmSync(at, { recursive: true, force: true });
  }
}, 90_000);
