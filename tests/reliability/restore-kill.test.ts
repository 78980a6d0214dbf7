import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { verify } from '#infra/verifier/verify';
import { openResumedLedger } from '#src/composition/resumed-ledger';
import { collect, found, missing, type Canaries } from '../destruction/canaries.js';
import { configIn, headDirs, houseWithApprovedList, LedgerHouse } from '../destruction/house.js';
import { backUp, newFolder, type MadeBackup } from './backup-fixture.js';
import { childProcess } from './killed-run.js';

const LATER = '2022-05-02T09:00:00Z';
const ROUNDS = process.env['REKENSCHAP_RELIABILITY'] === 'long' ? 40 : 4;

/** A real process that puts an old backup back, killed (SIGKILL) at moments that nothing chose, until it is done. */
describe('a restore whose process is killed at random moments', () => {
  let prepared: string;
  let into: string;
  let backup: MadeBackup;
  let master: Uint8Array;
  let due: readonly StreamName[];
  let canaries: Canaries;
  let tookMs: number;
  let undisturbed: readonly string[];

  beforeAll(async () => {
    const built = await houseWithApprovedList();
    ({ due } = built);
    const { house, list } = built;
    prepared = house.folder;
    master = house.ledger.keys.master;
    into = newFolder('kopie-gedood');
    backup = await backUp(house, into, 'een');
    canaries = collect(house.folder, due);
    await house.execute(list);
    await house.dossier('nieuw', 70, null);
    await house.close();
    rmSync(join(prepared, 'data'), { recursive: true, force: true });
    expect(missing(into, canaries)).toEqual([]);
    // Control: a child that nobody kills does it all, in this time.
    const folder = copy();
    const whole = await putBack(folder);
    expect(whole).toMatchObject({ signal: null, errors: '' });
    tookMs = whole.workedMs;
    undisturbed = await endOf(folder);
    rmSync(folder, { recursive: true, force: true });
  }, 240_000);
  afterAll(() => {
    for (const folder of [prepared, into]) rmSync(folder, { recursive: true, force: true });
  });

  function copy(): string {
    const folder = newFolder('teruggezet-gedood');
    cpSync(prepared, folder, { recursive: true });
    mkdirSync(join(folder, 'data'));
    return folder;
  }

  function putBack(folder: string, killAfterMs?: number): ReturnType<typeof childProcess> {
    return childProcess('./restore-child.mjs', [folder, backup.ledger, backup.vault, LATER], { fromFirstWord: true, ...(killAfterMs === undefined ? {} : { killAfterMs }) });
  }

  async function endOf(folder: string): Promise<readonly string[]> {
    const { answer, findings } = await verify({ dataDir: join(folder, 'data'), headDirs: headDirs(folder), now: new Date(LATER), keys: { master } });
    const house = await LedgerHouse.open({ folder, at: LATER });
    try {
      const streams = await Promise.all(due.map(async (stream) => JSON.stringify([await house.ledger.writer.read(stream), await house.ledger.vault.streamKey(stream)])));
      const cells = JSON.stringify(await house.cells());
      return [answer, ...findings.map(({ kind }) => kind).sort(), ...await house.announced(), ...new Set(streams), cells, ...found(folder, canaries)];
    } finally {
      await house.close();
    }
  }

  it('undisturbed: what was destroyed is destroyed again, once, with its certificate', () => {
    expect(undisturbed.slice(0, -1)).toEqual([
      'intact', 'destroyed-lawfully', 'epoch-lost',
      'epoch-started', 'epoch-started', 'figures-fixed', 'run-begun', 'run-closed', 'certificate-issued', 'certificate-completed', 'backup-restored',
      '["destroyed",null]',
    ]);
  });

  it('starts no service half-way, and comes to the same end, with no stored byte left', async () => {
    let halfway = 0;
    // One that came to its end before it was killed shows nothing: then another.
    for (let attempt = 0; halfway === 0 && attempt < 5; attempt += 1) halfway = await killedAgainAndAgain();
    expect(halfway).toBeGreaterThan(0);
  }, 600_000);

  /** Answers how often it was killed half-way. */
  async function killedAgainAndAgain(): Promise<number> {
    const folder = copy();
    const moments: number[] = [];
    let halfway = 0;
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        moments.push(Math.round(tookMs * (0.05 + 0.7 * Math.random())));
        const { signal, errors } = await putBack(folder, moments.at(-1)!);
        expect(errors, moments.join()).toBe('');
        if (signal === null) break;
        if (!readdirSync(join(folder, 'data')).includes('restore.json')) continue;
        halfway += 1;
        await expect(openResumedLedger(configIn(folder), new SimulatedClock(Temporal.Instant.from(LATER))), moments.join()).rejects.toMatchObject({ code: 'restore-unfinished' });
      }
      const { errors } = await putBack(folder);
      // It had come to its end: then there is something it would be put over.
      if (errors !== '') expect(errors, moments.join()).toContain('data-present');
      expect(await endOf(folder), `killed after ${moments.join(', ')} ms, ${halfway} times half-way`).toEqual(undisturbed);
      return halfway;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
});
