import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { PROJECTIONS } from '#src/composition/projections';
import { resumeOpenRun } from '#src/destruction/destruction';
import type { ListView } from '#src/destruction/lists/list-view';
import { collect, found, missing, type Canaries } from '../destruction/canaries.js';
import { houseWithApprovedList, LedgerHouse } from '../destruction/house.js';
import { outcomeOf, type RunOutcome } from './destruction-outcome.js';

const CHILD = new URL('./destruction-child.mjs', import.meta.url).pathname;

/** A real process, really killed (SIGKILL), between the parts of the steps that matter most. */
describe('a run whose process is killed', () => {
  let prepared: string;
  let at: string;
  let due: readonly StreamName[];
  let list: ListView;
  let undisturbed: RunOutcome;
  let canaries: Canaries;

  beforeAll(async () => {
    const built = await houseWithApprovedList();
    ({ due, list } = built);
    at = built.house.clock.now().toString();
    prepared = built.house.folder;
    await built.house.start(list, built.house.destruction());
    await built.house.close();
    canaries = collect(prepared, due);
    expect(missing(prepared, canaries)).toEqual([]);
    const folder = copy();
    const house = await LedgerHouse.open({ folder, at });
    await resumeOpenRun(house.ledger, PROJECTIONS);
    undisturbed = await outcomeOf(house, list.id, due);
    await house.remove();
  }, 60_000);
  afterAll(() => { rmSync(prepared, { recursive: true, force: true }); });

  function copy(): string {
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-killed-'));
    cpSync(prepared, folder, { recursive: true });
    return folder;
  }

  it.each([
    'gate: dossier begun', 'figures: journal saved', 'run-begun 1: appended', 'fence: first marks', 'keys: first streams',
    'events: first dossiers', 'views: some dossiers', 'close: vault rewritten', 'certificate-completed: appended', 'close: journal erased',
  ])('at "%s" comes to the same end after a restart', async (point) => {
    const folder = copy();
    const ended = await childUntilKilled(folder, at, point);
    expect(ended).toEqual({ signal: 'SIGKILL', errors: '' });
    const house = await LedgerHouse.open({ folder, at });
    try {
      expect((await house.verify()).answer).toBe('intact');
      await resumeOpenRun(house.ledger, PROJECTIONS);
      expect(await outcomeOf(house, list.id, due)).toEqual(undisturbed);
      expect(found(folder, canaries)).toEqual([]);
    } finally {
      await house.remove();
    }
  }, 60_000);

  it('control: a process that is not killed ends by itself', async () => {
    const folder = copy();
    expect(await childUntilKilled(folder, at, 'no such point')).toEqual({ signal: null, errors: '' });
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);
});

function childUntilKilled(folder: string, at: string, point: string): Promise<{ readonly signal: string | null; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, folder, at, point], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (part: Buffer) => { errors += part.toString('utf8'); });
    child.on('error', reject);
    child.on('close', (_code, signal) => { resolve({ signal, errors }); });
  });
}
