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
import { houseWithApprovedList, LedgerHouse, verifyHouse } from '../destruction/house.js';
import { outcomeOf, type RunOutcome } from './destruction-outcome.js';

const CHILD = new URL('./destruction-child.mjs', import.meta.url).pathname;

/** A real process, really killed (SIGKILL), between the parts of the steps that matter most. */
describe('a run whose process is killed', () => {
  let prepared: string;
  let at: string;
  let master: Uint8Array;
  let due: readonly StreamName[];
  let list: ListView;
  let undisturbed: RunOutcome;
  let canaries: Canaries;

  beforeAll(async () => {
    const built = await houseWithApprovedList();
    ({ due, list } = built);
    at = built.house.clock.now().toString();
    prepared = built.house.folder;
    ({ master } = built.house.ledger.keys);
    await built.house.start(list, built.house.destruction());
    await built.house.close();
    canaries = collect(prepared, due);
    expect(missing(prepared, canaries)).toEqual([]);
    const house = await LedgerHouse.open({ folder: copy(), at });
    await resumeOpenRun(house.ledger, PROJECTIONS);
    undisturbed = await outcomeOf(house, list.id, due);
    await house.remove();
  });
  afterAll(() => { rmSync(prepared, { recursive: true, force: true }); });

  function copy(): string {
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-killed-'));
    cpSync(prepared, folder, { recursive: true });
    return folder;
  }

  /** In the order in which a run passes them. */
  const POINTS = [
    'gate: dossier begun', 'figures: journal saved', 'run-begun 1: appended', 'fence: first marks', 'keys: first streams',
    'events: first dossiers', 'views: some dossiers', 'close: vault rewritten', 'certificate-completed: appended', 'close: journal erased',
  ];

  /** In one ledger after another; in the long form each point has a ledger of its own. */
  const CHAINS = process.env['REKENSCHAP_RELIABILITY'] === 'long' ? POINTS.map((point) => [point]) : [POINTS];

  it.each(CHAINS.map((chain) => ({ chain })))('is intact in between and comes to the same end: $chain', async ({ chain }) => {
    const folder = copy();
    try {
      for (const point of chain) {
        expect(await childUntilKilled(folder, at, point), point).toEqual({ signal: 'SIGKILL', errors: '' });
        const killed = await verifyHouse(folder, at, master);
        expect(killed.answer, `killed at "${point}": ${JSON.stringify(killed.findings)}`).toBe('intact');
      }
      // Control: not killed, it ends by itself.
      expect(await childUntilKilled(folder, at, 'no such point')).toEqual({ signal: null, errors: '' });
      await expectTheSameEnd(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 240_000);

  async function expectTheSameEnd(folder: string): Promise<void> {
    const house = await LedgerHouse.open({ folder, at });
    try {
      await resumeOpenRun(house.ledger, PROJECTIONS);
      expect(await outcomeOf(house, list.id, due)).toEqual(undisturbed);
      expect(found(folder, canaries)).toEqual([]);
    } finally {
      await house.close();
    }
  }
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
