import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { houseByTerm, OTHER_HOUSES } from '../destruction/other-lists.js';
import type { RunOutcome } from './destruction-outcome.js';
import { RunToKill } from './killed-run.js';

/** A real process, really killed (SIGKILL), between the parts of the steps that matter most. */
describe.each([{ kind: 'term', build: houseByTerm }, ...OTHER_HOUSES])('a run whose process is killed: $kind', ({ build }) => {
  let run: RunToKill;
  let undisturbed: RunOutcome;

  beforeAll(async () => {
    run = await RunToKill.prepare(build);
    const folder = run.copy();
    undisturbed = await run.outcome(folder);
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);
  afterAll(() => { run.remove(); });

  /** In the order in which a run passes them. */
  const POINTS = [
    'gate: dossier begun', 'figures: journal saved', 'run-begun 1: appended', 'fence: first marks', 'keys: first streams',
    'events: first dossiers', 'views: before', 'views: some dossiers', 'close: journal erased', 'close: vault rewritten', 'close: pages rewritten', 'certificate-completed: appended',
  ];

  /** In one ledger after another; in the long form each point has a ledger of its own. */
  const CHAINS = process.env['REKENSCHAP_RELIABILITY'] === 'long' ? POINTS.map((point) => [point]) : [POINTS];

  it.each(CHAINS.map((chain) => ({ chain })))('is intact in between and comes to the same end: $chain', async ({ chain }) => {
    const folder = run.copy();
    try {
      for (const point of chain) {
        expect(await run.carryOn(folder, { point }), point).toEqual({ signal: 'SIGKILL', errors: '' });
        await run.expectIntact(folder, `at "${point}"`);
      }
      // Control: not killed, it ends by itself.
      expect(await run.carryOn(folder)).toEqual({ signal: null, errors: '' });
      expect(await run.outcome(folder)).toEqual(undisturbed);
      expect(run.left(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 240_000);
});
