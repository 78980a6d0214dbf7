import { expect, test } from 'vitest';
import type { EngineFaults } from '#infra/engine/group-commit';
import { SEED } from '../chance/seed.js';
import { ended, IngestLedger } from './ingest-ledger.js';

const KILLS = Number(process.env['REKENSCHAP_KILLS'] ?? (process.env['REKENSCHAP_RELIABILITY'] === 'long' ? 5_000 : 100));
/** A ledger grows with every life; a fresh one now and then keeps the short form short. */
const LIVES = 10;

/** Starts, lets it write at full rate, kills it at an arbitrary moment; again and again on the same ledger. */
async function lives(ledger: IngestLedger, count: number, random: () => number, faults: EngineFaults = {}): Promise<void> {
  for (let life = 0; life < count; life += 1) {
    const child = await ledger.start({ writers: 64, faults });
    const closed = ended(child);
    await new Promise((resolve) => setTimeout(resolve, 5 + random() * 90));
    child.kill('SIGKILL');
    await closed;
    expect(child.signalCode).toBe('SIGKILL');
  }
}

test(`${KILLS} times kill -9 while ingesting: every acknowledged event is there once, under every checkpoint handed out`, async () => {
  const seed = SEED;
  let acknowledged = 0;
  let left = KILLS;
  // Two ledgers at once: a life is mostly waiting for a process to start.
  const lane = async (random: () => number): Promise<void> => {
    while (left > 0) {
      const count = Math.min(LIVES, left);
      left -= count;
      const ledger = new IngestLedger();
      try {
        await lives(ledger, count, random);
        acknowledged += ledger.acknowledged.size;
        expect(await ledger.problems(), `seed ${seed}`).toEqual([]);
      } catch (error) {
        left = 0;
        throw error;
      } finally {
        await ledger.folder.remove();
      }
    }
  };
  await Promise.all([lane(generator(seed)), lane(generator(seed + 1))]);
  console.log(`kill -9: ${KILLS} kills, ${acknowledged} acknowledged events, seed ${seed}`);
  expect(acknowledged).toBeGreaterThan(KILLS);
}, 6 * 60 * 60_000);

test('control: a writer that answers before it commits is found out', async () => {
  const random = generator(7);
  let problems: readonly string[] = [];
  for (let attempt = 0; attempt < 20 && problems.length === 0; attempt += 1) {
    const ledger = new IngestLedger();
    try {
      await lives(ledger, 1, random, { replyBeforeCommit: true });
      problems = await ledger.problems();
    } finally {
      await ledger.folder.remove();
    }
  }
  expect(problems.join()).toMatch(/acknowledged events are lost/);
}, 120_000);

/** mulberry32: the moments of a failing run can be had again from its seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
