import { describe, expect, test } from 'vitest';
import { validateEventData } from '#src/events/validation';
import type { PlayedEvent } from '#src/synthetic/played-event';
import { syntheticMunicipality, type SyntheticOptions } from '#src/synthetic/municipality';
import { TimeHeap } from '#src/synthetic/time-heap';

const DEFAULT: SyntheticOptions = { seed: 20_260_115, dossiers: 2_000, from: '2010-01-04', through: '2026-01-15' };
const SMALL: SyntheticOptions = { ...DEFAULT, dossiers: 250 };

/** What a sender would send: the ledger's id of an annulled event is only known after its receipt. */
function sent(event: PlayedEvent): unknown {
  return event.annuls === undefined ? event.data : { ...event.data, eventId: '01900000-0000-7000-8000-000000000000' };
}

describe('the synthetic municipality', () => {
  const events = [...syntheticMunicipality(DEFAULT)];

  test('is the same for the same seed and another for another', () => {
    const again = [...syntheticMunicipality(SMALL)];
    expect(JSON.stringify([...syntheticMunicipality(SMALL)])).toBe(JSON.stringify(again));
    expect(JSON.stringify([...syntheticMunicipality({ ...SMALL, seed: 2 })])).not.toBe(JSON.stringify(again));
  });

  test('has the size that was asked for', () => {
    expect(events.filter(({ type }) => type === 'dossier-opened').length).toBeGreaterThan(1_850);
    expect(events.filter(({ type }) => type === 'dossier-opened').length).toBeLessThanOrEqual(2_000);
    expect(events.length).toBeGreaterThan(20_000);
    expect(events.length).toBeLessThan(32_000);
  });

  test('comes in the order in which it is logged, and nothing before it happened', () => {
    for (const [index, event] of events.entries()) {
      expect(event.loggedAt!.epochMilliseconds).toBeGreaterThanOrEqual(event.at.epochMilliseconds);
      if (index > 0) expect(event.loggedAt!.epochMilliseconds).toBeGreaterThanOrEqual(events[index - 1]!.loggedAt!.epochMilliseconds);
    }
  });

  test('sends only what the catalogue takes', () => {
    for (const seed of [1, 77]) {
      for (const event of syntheticMunicipality({ ...SMALL, seed })) {
        expect(validateEventData(event.type, sent(event)), event.type).toMatchObject({ ok: true });
      }
    }
  });

  test('holds all laws, and the mistakes of any municipality', () => {
    const laws = new Set(events.filter(({ type }) => type === 'dossier-opened').map(({ data }) => data['law']));
    expect([...laws].toSorted()).toEqual(['jeugdwet', 'leerlingenvervoer', 'leerplichtwet', 'participatiewet', 'wgs', 'wmo2015']);
    const ids = events.map(({ id }) => id);
    expect(new Set(ids).size, 'some are sent twice').toBeLessThan(ids.length);
    expect(events.some(({ at, loggedAt }) => loggedAt!.since(at).total('days') > 30), 'some come late').toBe(true);
    expect(events.some(({ type }) => type === 'event-annulled')).toBe(true);
    for (const type of ['casusoverleg-held', 'hold-placed', 'hold-lifted', 'objection-received', 'subject-informed', 'consent-withdrawn', 'retention-trigger']) {
      expect(events.some((event) => event.type === type), type).toBe(true);
    }
  });

  test('an annulment comes after what it annuls', () => {
    const seen = new Set<string>();
    for (const event of events) {
      if (event.annuls !== undefined) expect(seen.has(event.annuls)).toBe(true);
      seen.add(event.id!);
    }
  });

  test('streams twenty thousand dossiers in memory for what is open only', () => {
    let most = 0;
    let count = 0;
    const before = process.memoryUsage().heapUsed;
    for (const event of syntheticMunicipality({ ...DEFAULT, dossiers: 20_000 })) {
      count += 1;
      if (count % 20_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
      if (event.id === undefined) throw new Error('every event has its own id');
    }
    expect(count).toBeGreaterThan(200_000);
    expect(most / 2 ** 20, 'MiB').toBeLessThan(250);
  }, 120_000);
});

test('the heap gives back the earliest first, and equals in the order of putting', () => {
  const heap = new TimeHeap<string>();
  for (const [at, item] of [[5, 'a'], [1, 'b'], [5, 'c'], [3, 'd'], [1, 'e']] as const) heap.put(at, item);
  expect([heap.take(), heap.take(), heap.take(), heap.take(), heap.take()]).toEqual(['b', 'e', 'd', 'a', 'c']);
  expect(heap.earliest).toBe(Infinity);
  expect(() => heap.take()).toThrow(RangeError);
});
