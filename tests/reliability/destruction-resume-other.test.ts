import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_HOUSES } from '../destruction/other-lists.js';
import { RunToStop } from './stopped-run.js';

/** As a run by term: stopped at every point it passes, opened again, resumed, and nothing of it is left in any file. */
describe.each(OTHER_HOUSES)('a run of another kind stopped at every step boundary and resumed: $kind', ({ kind, build }) => {
  let run: RunToStop;

  beforeAll(async () => { run = await RunToStop.prepare(build); }, 120_000);
  afterAll(() => { run.remove(); });

  it('undisturbed: every event of the run once, everything due gone', () => {
    const steps = kind === 'erasure' ? ['drawn-up', 'submitted', 'reviewed', 'approved', 'recipients-counted', 'started', 'executed', 'purged'] : ['drawn-up', 'started', 'executed', 'purged'];
    expect(run.undisturbed).toMatchObject({
      announced: ['epoch-started', 'figures-fixed', 'run-begun', 'run-closed', 'certificate-issued', 'certificate-completed'],
      listEvents: steps.map((part) => `destruction-list-${part}`), destroyed: run.ready.dossiers, open: null, verified: ['intact', 'destroyed-lawfully'], agenda: [],
    });
    expect(new Set(run.undisturbed.dossiers)).toEqual(new Set(['destroyed, no key, fenced']));
  });

  it('comes to the same end from each of them, with no stored byte left', async () => {
    expect(run.points.length).toBeGreaterThan(35);
    const chains = process.env['REKENSCHAP_RELIABILITY'] === 'long' ? run.points.map((point) => [point]) : [0, 1].map((half) => run.points.filter((_, n) => n % 2 === half));
    for (const chain of chains) await run.comesToTheSameEnd(chain);
  }, 600_000);
});
