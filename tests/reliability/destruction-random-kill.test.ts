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
const ROUNDS = process.env['REKENSCHAP_RELIABILITY'] === 'long' ? 40 : 4;

/** A real process, killed (SIGKILL) at moments that nothing chose, again and again until it comes to its end. */
describe('a run whose process is killed at random moments', () => {
  let prepared: string;
  let at: string;
  let master: Uint8Array;
  let due: readonly StreamName[];
  let list: ListView;
  let undisturbed: RunOutcome;
  let tookMs: number;
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
    // Control: a child that nobody kills does it all, in this time.
    const folder = copy();
    const began = performance.now();
    expect(await child(folder, null)).toBe(null);
    tookMs = performance.now() - began;
    const house = await LedgerHouse.open({ folder, at });
    undisturbed = await outcomeOf(house, list.id, due);
    await house.remove();
  }, 120_000);
  afterAll(() => { rmSync(prepared, { recursive: true, force: true }); });

  function copy(): string {
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-random-kill-'));
    cpSync(prepared, folder, { recursive: true });
    return folder;
  }

  it('is intact after every kill, comes to the same end, and leaves no stored byte', async () => {
    const folder = copy();
    const moments: number[] = [];
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        moments.push(Math.round(tookMs * (0.3 + 0.6 * Math.random())));
        await child(folder, moments.at(-1)!);
        const killed = await verifyHouse(folder, at, master);
        expect(killed.answer, `killed after ${moments.join(', ')} ms: ${JSON.stringify(killed.findings)}`).toBe('intact');
      }
      const house = await LedgerHouse.open({ folder, at });
      try {
        await resumeOpenRun(house.ledger, PROJECTIONS);
        expect(await outcomeOf(house, list.id, due), `killed after ${moments.join(', ')} ms`).toEqual(undisturbed);
        expect(found(folder, canaries)).toEqual([]);
      } finally {
        await house.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 600_000);

  function child(folder: string, killAfterMs: number | null): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const process = spawn(globalThis.process.execPath, [CHILD, folder, at, 'no such point'], { stdio: 'ignore' });
      const timer = killAfterMs === null ? undefined : setTimeout(() => process.kill('SIGKILL'), killAfterMs);
      process.on('error', reject);
      process.on('close', (_code, signal) => { clearTimeout(timer); resolve(signal); });
    });
  }
});
