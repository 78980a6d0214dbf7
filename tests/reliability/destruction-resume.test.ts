import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { PROJECTIONS } from '#src/composition/projections';
import { resumeOpenRun } from '#src/destruction/destruction';
import type { ListView } from '#src/destruction/lists/list-view';
import { houseWithApprovedList, LedgerHouse, SYSTEM } from '../destruction/house.js';
import { outcomeOf, type RunOutcome } from './destruction-outcome.js';

class Stopped extends Error {}

/** The run is stopped at every point it passes, the ledger opened again, the run resumed: as if it never stopped. */
describe('a run stopped at every step boundary and resumed', () => {
  let prepared: LedgerHouse;
  let due: readonly StreamName[];
  let list: ListView;
  let at: string;
  const points: string[] = [];
  let undisturbed: RunOutcome;
  let copies = 0;

  beforeAll(async () => {
    ({ house: prepared, due, list } = await houseWithApprovedList());
    at = prepared.clock.now().toString();
    await prepared.close();
    const house = await copy();
    const destruction = house.destruction((point) => { points.push(point); });
    await house.execute(list, destruction);
    undisturbed = await outcomeOf(house, list.id, due);
    await house.remove();
  });
  afterAll(() => { rmSync(prepared.folder, { recursive: true, force: true }); });

  async function copy(): Promise<LedgerHouse> {
    copies += 1;
    const folder = mkdtempSync(join(tmpdir(), `rekenschap-resume-${copies}-`));
    cpSync(prepared.folder, folder, { recursive: true });
    return LedgerHouse.open({ folder, at });
  }

  /** Goes on with the run, from its list when it has not begun, until it passes the point; then opens the folder again. */
  async function stoppedAt(house: LedgerHouse, point: string): Promise<LedgerHouse> {
    const destruction = house.destruction((passed) => {
      if (passed === point) throw new Stopped();
    });
    const begun = await house.isUnderWay();
    const outcome = await (begun ? destruction.runs.finish() : house.execute(list, destruction)).then(() => 'done', (error: unknown) => error);
    expect(outcome, point).toBeInstanceOf(Stopped);
    const { answer, findings } = await house.verifyWithKeys();
    expect(answer, `verify while stopped at "${point}": ${JSON.stringify(findings)}`).toBe('intact');
    return house.reopened();
  }

  /** One ledger, stopped at each of the points in turn, then taken to its end. */
  async function comesToTheSameEnd(stops: readonly string[]): Promise<void> {
    let house = await copy();
    try {
      for (const point of stops) house = await stoppedAt(house, point);
      await resumeOpenRun(house.ledger, PROJECTIONS);
      expect(await outcomeOf(house, list.id, due), `stopped at ${stops.join(', ')}`).toEqual(undisturbed);
      house = await house.reopened();
      expect(await outcomeOf(house, list.id, due), `stopped at ${stops.join(', ')}, opened again`).toEqual(undisturbed);
    } finally {
      await house.remove();
    }
  }

  it('undisturbed: every event of the run once, everything due gone', () => {
    expect(undisturbed).toMatchObject({
      announced: ['epoch-started', 'figures-fixed', 'run-begun', 'run-closed', 'certificate-issued', 'certificate-completed'],
      listEvents: ['drawn-up', 'submitted', 'reviewed', 'approved', 'started', 'executed', 'purged'].map((part) => `destruction-list-${part}`),
      destroyed: 12, open: null, verified: ['intact', 'destroyed-lawfully'], agenda: [],
    });
    expect(new Set(undisturbed.dossiers)).toEqual(new Set(['destroyed, no key, fenced']));
    expect(points.length).toBeGreaterThan(35);
  });

  it('comes to the same end from each of them', async () => {
    expect(new Set(points).size).toBe(points.length);
    const alone = process.env['REKENSCHAP_RELIABILITY'] === 'long';
    const chains = alone ? points.map((point) => [point]) : [0, 1, 2].map((third) => points.filter((_, n) => n % 3 === third));
    for (const chain of chains) await comesToTheSameEnd(chain);
  }, 600_000);

  it('also when it is stopped again and again before it gets there', async () => {
    let house = await copy();
    let stops = 0;
    try {
      await house.start(list, house.destruction());
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
      expect(await outcomeOf(house, list.id, due)).toEqual(undisturbed);
    } finally {
      await house.remove();
    }
  }, 120_000);

  it('a fact between stop and resume is refused for a dossier past its gate and recorded for another', async () => {
    const house = await stoppedAt(await copy(), 'gate: done');
    try {
      const late = await house.record('hold-placed', 'oud-4', { kind: 'bezwaar', on: '2022-04-12' });
      expect(late).toMatchObject({ kind: 'refused', refusal: { code: 'destruction-begun' } });
      expect(await house.record('hold-placed', 'jong', { kind: 'bezwaar', on: '2022-04-12' })).toMatchObject({ kind: 'done' });
      await resumeOpenRun(house.ledger, PROJECTIONS);
      expect((await house.view(list.id)).destroyed).toBe(12);
      expect(await house.ledger.vault.findStream({ system: SYSTEM, reference: 'jong' })).not.toBeNull();
    } finally {
      await house.remove();
    }
  });

  it('control: without the ids in its journal a resumed run repeats itself and is found out', async () => {
    const house = await stoppedAt(await copy(), 'certificate-issued: appended');
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
