import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECTIONS } from '#src/composition/projections';
import { resumeOpenRun } from '#src/destruction/destruction';
import { SYSTEM } from '../destruction/house.js';
import { houseByTerm } from '../destruction/other-lists.js';
import { outcomeOf } from './destruction-outcome.js';
import { RunToStop, Stopped } from './stopped-run.js';

/** The run is stopped at every point it passes, the ledger opened again, the run resumed: as if it never stopped. */
describe('a run stopped at every step boundary and resumed', () => {
  let run: RunToStop;

  beforeAll(async () => { run = await RunToStop.prepare(houseByTerm); }, 120_000);
  afterAll(() => { run.remove(); });

  it('undisturbed: every event of the run once, everything due gone', () => {
    expect(run.undisturbed).toMatchObject({
      announced: ['epoch-started', 'figures-fixed', 'run-begun', 'run-closed', 'certificate-issued', 'certificate-completed'],
      listEvents: ['drawn-up', 'submitted', 'reviewed', 'approved', 'started', 'executed', 'purged'].map((part) => `destruction-list-${part}`),
      destroyed: 12, open: null, verified: ['intact', 'destroyed-lawfully'], agenda: [],
    });
    expect(new Set(run.undisturbed.dossiers)).toEqual(new Set(['destroyed, no key, fenced']));
    expect(run.points.length).toBeGreaterThan(35);
  });

  it('comes to the same end from each of them', async () => {
    expect(new Set(run.points).size).toBe(run.points.length);
    const alone = process.env['REKENSCHAP_RELIABILITY'] === 'long';
    const chains = alone ? run.points.map((point) => [point]) : [0, 1, 2].map((third) => run.points.filter((_, n) => n % 3 === third));
    for (const chain of chains) await run.comesToTheSameEnd(chain);
  }, 600_000);

  it('also when it is stopped again and again before it gets there', async () => {
    let house = await run.copy();
    let stops = 0;
    try {
      await house.start(run.ready.list, house.destruction());
      for (let round = 0; await house.isUnderWay(); round += 1) {
        let left = 1 + round % 6;
        const destruction = house.destruction(() => {
          left -= 1;
          if (left < 0) throw new Stopped();
        });
        const result = await destruction.runs.finish().catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(Stopped);
        stops += 1;
        house = await house.reopened();
      }
      expect(stops).toBeGreaterThan(5);
      expect(await outcomeOf(house, run.ready.list.id, run.ready.due)).toEqual(run.undisturbed);
    } finally {
      await house.remove();
    }
  }, 120_000);

  it('a fact between stop and resume is refused for a dossier past its gate and recorded for another', async () => {
    const house = await run.stoppedAt(await run.copy(), 'gate: done');
    try {
      const late = await house.record('hold-placed', 'oud-4', { kind: 'bezwaar', on: '2022-04-12' });
      expect(late).toMatchObject({ kind: 'refused', refusal: { code: 'destruction-begun' } });
      expect(await house.record('hold-placed', 'jong', { kind: 'bezwaar', on: '2022-04-12' })).toMatchObject({ kind: 'done' });
      await resumeOpenRun(house.ledger, PROJECTIONS);
      expect((await house.view(run.ready.list.id)).destroyed).toBe(12);
      expect(await house.ledger.vault.findStream({ system: SYSTEM, reference: 'jong' })).not.toBeNull();
    } finally {
      await house.remove();
    }
  });

  it('control: without the ids in its journal a resumed run repeats itself and is found out', async () => {
    const house = await run.stoppedAt(await run.copy(), 'certificate-issued: appended');
    try {
      const journal = (await house.ledger.vault.openRun())!;
      const state = JSON.parse(journal.state) as { own: Record<string, unknown> };
      delete state.own['certificate-issued'];
      await house.ledger.vault.saveRun({ ...journal, state: JSON.stringify(state) });
      await expect(resumeOpenRun(house.ledger, PROJECTIONS)).rejects.toThrow('interrupted: broken');
    } finally {
      await house.remove();
    }
  });
});
