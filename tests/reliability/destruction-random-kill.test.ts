import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunOutcome } from './destruction-outcome.js';
import { RunToKill } from './killed-run.js';

const ROUNDS = process.env['REKENSCHAP_RELIABILITY'] === 'long' ? 40 : 4;

/** A real process, killed (SIGKILL) at moments that nothing chose, again and again until it comes to its end. */
describe('a run whose process is killed at random moments', () => {
  let run: RunToKill;
  let undisturbed: RunOutcome;
  let tookMs: number;

  beforeAll(async () => {
    run = await RunToKill.prepare();
    // Control: a child that nobody kills does it all, in this time.
    const folder = run.copy();
    const began = performance.now();
    expect(await run.carryOn(folder)).toEqual({ signal: null, errors: '' });
    tookMs = performance.now() - began;
    undisturbed = await run.outcome(folder);
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);
  afterAll(() => { run.remove(); });

  it('is intact after every kill, comes to the same end, and leaves no stored byte', async () => {
    const folder = run.copy();
    const moments: number[] = [];
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const killAfterMs = Math.round(tookMs * (0.3 + 0.6 * Math.random()));
        moments.push(killAfterMs);
        await run.carryOn(folder, { killAfterMs });
        await run.expectIntact(folder, `after ${moments.join(', ')} ms`);
      }
      expect(await run.outcome(folder), `killed after ${moments.join(', ')} ms`).toEqual(undisturbed);
      expect(run.left(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 600_000);
});
