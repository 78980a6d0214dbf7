import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Outcome, Receipt } from '#src/recording/outcome';
import { factOf, openedFact, RecorderHouse, sharedFact, SYSTEM, type Fate } from './recorder-house.js';

let house: RecorderHouse;
beforeEach(() => { house = new RecorderHouse(); });
afterEach(() => { house.remove(); });

function sourceIds(events: readonly LedgerEvent[]): readonly (string | undefined)[] {
  return events.map((event) => event.origin?.id);
}

function code(outcome: Outcome<Receipt>): string {
  return outcome.kind === 'done' ? outcome.value.status : outcome.refusal.code;
}

describe('many events of one dossier under way at once', () => {
  test('are recorded once each, in the order sent, on exact revisions', async () => {
    const ids = Array.from({ length: 500 }, (_, n) => `deel-${n}`);
    const outcomes = await Promise.all([
      house.record(openedFact('D-1', testBsn(1))), ...ids.map((id) => house.record(sharedFact('D-1', id))),
    ]);
    expect(outcomes.map(code)).toEqual(Array.from({ length: 501 }, () => 'recorded'));
    const events = await house.events();
    expect(sourceIds(events)).toEqual(['open-D-1', ...ids]);
    expect(events.map(({ revision }) => revision)).toEqual(events.map((_, n) => n));
    expect(new Set(events.map(({ stream }) => stream)).size).toBe(1);
    // They really were under way together: one at a time would never show more than one.
    expect(house.fateful.mostUnderWay).toBeGreaterThan(100);
  });

  test('each is answered only after its own append was', async () => {
    let answered = 0;
    const all = [openedFact('D-1', testBsn(1)), sharedFact('D-1', 'a'), sharedFact('D-1', 'b')].map(async (fact) => {
      const outcome = await house.record(fact);
      answered += 1;
      expect(outcome).toMatchObject({ kind: 'done' });
      expect(house.store.head().size).toBeGreaterThanOrEqual(answered);
    });
    expect(answered).toBe(0);
    await Promise.all(all);
  });

  test('the same event sent twice at once is recorded once, with the same receipt', async () => {
    await house.record(openedFact('D-1', testBsn(1)));
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => house.record(sharedFact('D-1', 'dubbel'))));
    expect([first, second, third].map((outcome) => code(outcome!)).sort()).toEqual(['known', 'known', 'recorded']);
    expect(new Set([first, second, third].map((outcome) => (outcome!.kind === 'done' ? outcome!.value.id : '')))).toHaveProperty('size', 1);
    expect((await house.events()).length).toBe(2);
  });

  test('the same id with other content while the first is under way is refused', async () => {
    await house.record(openedFact('D-1', testBsn(1)));
    const outcomes = await Promise.all([house.record(sharedFact('D-1', 'x')), house.record(sharedFact('D-1', 'x', { decisionId: 'ander' }))]);
    expect(outcomes.map(code)).toEqual(['recorded', 'id-reused']);
  });

  test('when one is lost, those behind it are decided again and keep their order', async () => {
    await house.record(openedFact('D-1', testBsn(1)));
    house.fateful.fate = (_append, nth) => (nth === 5 ? 'lost' : 'through');
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => house.record(sharedFact('D-1', `deel-${n}`))));
    expect(outcomes.map(code).filter((one) => one === 'store-unavailable')).toEqual(['store-unavailable']);
    const lost = outcomes.findIndex((outcome) => outcome.kind === 'refused');
    const stored = sourceIds(await house.events()).slice(1);
    expect(stored).toEqual(Array.from({ length: 20 }, (_, n) => `deel-${n}`).filter((_, n) => n !== lost));
    expect(code(await house.record(sharedFact('D-1', `deel-${lost}`)))).toBe('recorded');
  });

  test('a refusal that rests on an opening that was lost is looked at again', async () => {
    const other = { iss: 'test', sub: 'ander', roles: ['case-system' as const], oin: '00000001823288444000', source: 'urn:nld:oin:00000001823288444000:systeem:ander', systems: [SYSTEM], local: true };
    await house.record(sharedFact('D-1', 'eerst'));
    house.fateful.fate = (_append, nth) => (nth === 1 ? 'lost' : 'through');
    const closing = { ...factOf('dossier-closed', 'sluit', { dossier: { system: SYSTEM, reference: 'D-1' }, on: '2026-03-01', result: 'doel-bereikt' }), source: other.source };
    const [opening, closed] = await Promise.all([house.record(openedFact('D-1', testBsn(1))), house.recorder.record(closing, other)]);
    expect(code(opening!)).toBe('store-unavailable');
    // Nobody leads the dossier, so nobody else stands in the way.
    expect(code(closed!)).toBe('recorded');
  });

  test('control: when the opening gets in, the other system may not close', async () => {
    const other = { iss: 'test', sub: 'ander', roles: ['case-system' as const], oin: '00000001823288444000', source: 'urn:nld:oin:00000001823288444000:systeem:ander', systems: [SYSTEM], local: true };
    await house.record(sharedFact('D-1', 'eerst'));
    const closing = { ...factOf('dossier-closed', 'sluit', { dossier: { system: SYSTEM, reference: 'D-1' }, on: '2026-03-01', result: 'doel-bereikt' }), source: other.source };
    const [opening, closed] = await Promise.all([house.record(openedFact('D-1', testBsn(1))), house.recorder.record(closing, other)]);
    expect([code(opening!), code(closed!)]).toEqual(['recorded', 'forbidden']);
  });

  test('somebody else appending in between is noticed and nothing is lost', async () => {
    await house.record(openedFact('D-1', testBsn(1)));
    const { stream } = (await house.events())[0]!;
    const all = Array.from({ length: 10 }, (_, n) => house.record(sharedFact('D-1', `deel-${n}`)));
    const between = await house.writer.append({ stream, expectedRevision: 0, events: [{ type: 'data-shared', schema: 1, data: sharedFact('D-1', 'x').data }] });
    const outcomes = await Promise.all(all);
    expect(outcomes.map(code)).toEqual(Array.from({ length: 10 }, () => 'recorded'));
    const events = await house.events();
    expect(events.map(({ revision }) => revision)).toEqual(events.map((_, n) => n));
    expect(sourceIds(events).filter((id) => id?.startsWith('deel-'))).toEqual(Array.from({ length: 10 }, (_, n) => `deel-${n}`));
    expect(events.length).toBe(between.kind === 'appended' ? 12 : 11);
  });
});

test('whatever is lost on the way: resending until accepted gives every event once, per dossier in order of acceptance', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.record({ dossier: fc.integer({ min: 0, max: 3 }), person: fc.integer({ min: 0, max: 2 }) }), { minLength: 1, maxLength: 40 }),
    fc.array(fc.constantFrom<Fate>('through', 'through', 'through', 'lost', 'answer-lost'), { minLength: 1, maxLength: 60 }),
    async (sent, fates) => {
      const own = new RecorderHouse();
      try {
        own.fateful.fate = (_append, nth) => fates[nth] ?? 'through';
        const facts = sent.map(({ dossier, person }, n) => (n % 5 === 0
          ? openedFact(`D-${dossier}`, testBsn(person), `feit-${n}`)
          : sharedFact(`D-${dossier}`, `feit-${n}`, { subjects: [{ bsn: testBsn(person) }] })));
        let rest = facts;
        for (let round = 0; rest.length > 0; round += 1) {
          expect(round).toBeLessThan(80);
          const outcomes = await Promise.all(rest.map((fact) => own.record(fact)));
          rest = rest.filter((_, n) => outcomes[n]!.kind === 'refused');
        }
        const events = await own.events();
        expect([...sourceIds(events)].sort()).toEqual(facts.map(({ id }) => id).sort());
        const perStream = Map.groupBy(events, ({ stream }) => stream);
        for (const list of perStream.values()) expect(list.map(({ revision }) => revision)).toEqual(list.map((_, n) => n));
        expect(perStream.size).toBe(new Set(sent.map(({ dossier }) => dossier)).size);
      } finally {
        own.remove();
      }
    },
  ), { numRuns: 150 });
});
