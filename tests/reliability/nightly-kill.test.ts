import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEED } from '../chance/seed.js';
import { LedgerHouse, verifyHouse } from '../destruction/house.js';

const CHILD = new URL('./nightly-child.mjs', import.meta.url).pathname;
const LIVES = process.env['REKENSCHAP_RELIABILITY'] === 'long' ? 40 : 6;
const DAYS = 12;
const PER_DAY = 3;
/** Years later: everything ended while nobody looked. */
const NIGHT = '2022-06-01T00:30:00Z';

interface Lapse { readonly stream: string; readonly type: string; readonly at: string; readonly name: string }

/** A real process, really killed (SIGKILL), in the middle of recording what ended while the service was down. */
describe('a nightly run whose process is killed', () => {
  let prepared: string;
  let master: Uint8Array;
  let undisturbed: readonly Lapse[];

  beforeAll(async () => {
    const house = await LedgerHouse.open();
    prepared = house.folder;
    ({ master } = house.ledger.keys);
    await house.adopt();
    for (let n = 0; n < DAYS * PER_DAY; n += 1) {
      const day = `2019-03-${String(1 + Math.floor(n / PER_DAY)).padStart(2, '0')}`;
      await house.dossier(`R-${n}`, n, day);
      await house.record('consent-given', `R-${n}`, {
        consentId: 'tijdelijk', purposes: ['zorg-afstemmen'], recipients: [{ organisation: 'Thuiszorg Noord' }], categories: ['gezondheid'],
        givenBy: [{ relation: 'self' }], form: 'written', validUntil: `2021-0${1 + (n % 6)}-28`,
      });
    }
    await house.close();
    const folder = copy();
    expect(await life(folder, 0, 'answered')).toEqual({ signal: null, errors: '' });
    undisturbed = await lapsesIn(folder);
    rmSync(folder, { recursive: true, force: true });
  }, 600_000);
  afterAll(() => { rmSync(prepared, { recursive: true, force: true }); });

  function copy(): string {
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-night-'));
    cpSync(prepared, folder, { recursive: true });
    return folder;
  }

  it('undisturbed it records every term and every consent once, oldest first', () => {
    expect(undisturbed).toHaveLength(2 * DAYS * PER_DAY);
    expect(new Set(undisturbed.map((one) => JSON.stringify(one))).size).toBe(undisturbed.length);
    expect(undisturbed.map(({ at }) => at)).toEqual(undisturbed.map(({ at }) => at).sort());
  });

  it(`goes on where it was, ${LIVES} times over, and nothing is there twice`, async () => {
    const folder = copy();
    let state = SEED >>> 0;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 8) % below;
    };
    try {
      let before = 0;
      let moved = 0;
      for (let n = 0; n < LIVES; n += 1) {
        const appends = 1 + random(Math.ceil((2 * DAYS * PER_DAY) / (LIVES + 2)));
        expect(await life(folder, appends, n % 2 === 0 ? 'begun' : 'answered'), `seed ${SEED}, life ${n}`).toEqual({ signal: 'SIGKILL', errors: '' });
        const now = await lapsesIn(folder);
        expect(new Set(now.map((one) => JSON.stringify(one))).size, `seed ${SEED}, life ${n}`).toBe(now.length);
        expect(now.length).toBeGreaterThanOrEqual(before);
        if (now.length > before && now.length < undisturbed.length) moved += 1;
        before = now.length;
      }
      // Cut off in the middle indeed: each life got some of it done, none all of it.
      expect(moved).toBeGreaterThan(LIVES / 2);
      expect(before).toBeLessThan(undisturbed.length);
      // Control: not killed, it ends by itself.
      expect(await life(folder, 0, 'answered')).toEqual({ signal: null, errors: '' });
      const all = await lapsesIn(folder);
      expect(all.toSorted(byText)).toEqual(undisturbed.toSorted(byText));
      expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).sort());
      const killed = await verifyHouse(folder, NIGHT, master);
      expect(killed.answer, JSON.stringify(killed.findings)).toBe('intact');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 900_000);
});

function byText(a: Lapse, b: Lapse): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** What time alone has done, in the order of the ledger. */
async function lapsesIn(folder: string): Promise<readonly Lapse[]> {
  const house = await LedgerHouse.open({ folder, at: NIGHT });
  try {
    const { entries } = await house.ledger.store.readAll(0, 10_000);
    const events = await Promise.all(entries.flatMap((entry) => (entry.kind === 'event' ? [house.ledger.writer.open(entry.event)] : [])));
    return events.filter(({ type }) => type === 'retention-expired' || type === 'consent-expired').map(({ stream, type, data }) => {
      const { occurredAt, consentId = '' } = data as { occurredAt: string; consentId?: string };
      return { stream, type, at: occurredAt, name: consentId };
    });
  } finally {
    await house.close();
  }
}

function life(folder: string, appends: number, when: 'begun' | 'answered'): Promise<{ readonly signal: string | null; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, folder, NIGHT, String(appends), when], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (part: Buffer) => { errors += part.toString('utf8'); });
    child.on('error', reject);
    child.on('close', (_code, signal) => { resolve({ signal, errors }); });
  });
}
