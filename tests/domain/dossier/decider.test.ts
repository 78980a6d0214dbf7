import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dossierDecider, isProvisional, type DossierFact, type DossierStreamEvent, type DossierStreamState } from '#domain/dossier/decider';
import { subjectsMeant } from '#domain/dossier/state';
import type { EventId, SubjectId } from '#domain/ledger/ids';

const dossier = { system: 'suite', reference: 'D-1' };
const client = { subjectId: '10000000-0000-4000-8000-000000000001' as SubjectId, role: 'client' };
const LIMIT = Temporal.Instant.from('2024-06-01T10:10:00Z');

function opened(law: string, subjects = [client]): DossierFact {
  return { type: 'dossier-opened', schema: 1, data: { occurredOn: '2024-01-01', dossier, law, subjects } };
}
const withdrawn: DossierFact = { type: 'consent-withdrawn', schema: 1, data: { occurredOn: '2024-02-01', dossier, consentId: 'c1' } };
const begun: DossierStreamEvent = {
  type: 'destruction-begun', schema: 1,
  data: { runId: 'run', listId: 'list', rule: { id: 'r', version: '1' }, firstDestructionDay: '2040-01-01', on: '2040-01-01' },
};
const calledOff: DossierStreamEvent = { type: 'destruction-called-off', schema: 1, data: { runId: 'run', reason: 'held' } };

function record(state: DossierStreamState, event: DossierFact, source = 'urn:a') {
  return dossierDecider.decide({ kind: 'record', event, id: 'e' as EventId, source, occurredNotAfter: LIMIT }, state);
}

function after(state: DossierStreamState, event: DossierFact, source = 'urn:a'): DossierStreamState {
  const decision = record(state, event, source);
  if (decision.kind === 'refused') throw new Error(decision.refusal.code);
  return decision.events.reduce((folded, one) => dossierDecider.evolve(folded, one), state);
}

describe('a dossier’s stream', () => {
  const { initial } = dossierDecider;

  it('records a fact about a dossier that was never opened, which makes it provisional', () => {
    const state = after(initial, withdrawn);
    expect(isProvisional(state)).toBe(true);
    expect(state.dossier).toMatchObject({ opened: false, law: null, leadingSource: null, subjects: [] });
    const known = after(state, opened('jeugdwet'), 'urn:b');
    expect(isProvisional(known)).toBe(false);
    expect(known.dossier).toMatchObject({ opened: true, law: 'jeugdwet', leadingSource: 'urn:b', subjects: [client] });
  });

  it('records a second opening under another law without changing law or leading source', () => {
    const other = { subjectId: '20000000-0000-4000-8000-000000000002' as SubjectId, role: 'housemate' };
    const state = after(after(initial, opened('jeugdwet'), 'urn:a'), opened('wmo2015', [other]), 'urn:b');
    expect(state.dossier).toMatchObject({ law: 'jeugdwet', leadingSource: 'urn:a', subjects: [client, other] });
    expect(subjectsMeant(state.dossier.subjects)).toEqual([client]);
  });

  it('folds what was decided to the same state as what is read back', () => {
    const decision = record(initial, opened('jeugdwet'), 'urn:a');
    if (decision.kind !== 'events') throw new Error('refused');
    const stored = { ...opened('jeugdwet'), id: 'e', origin: { source: 'urn:a', id: 'x', contentHmac: '' } } as unknown as DossierStreamEvent;
    expect(dossierDecider.evolve(initial, stored)).toEqual(dossierDecider.evolve(initial, decision.events[0]!));
  });

  it('refuses what has not happened yet, by moment and by day', () => {
    const at = (when: object): DossierFact => ({ ...withdrawn, data: { ...when, dossier, consentId: 'c1' } }) as DossierFact;
    expect(record(initial, at({ occurredAt: '2024-06-01T12:10:00+02:00' })).kind).toBe('events');
    expect(record(initial, at({ occurredOn: '2024-06-01' })).kind).toBe('events');
    expect(record(initial, at({ occurredAt: '2024-06-01T12:10:00.001+02:00' })))
      .toMatchObject({ kind: 'refused', refusal: { code: 'occurred-in-future', path: '/data/occurredAt' } });
    expect(record(initial, at({ occurredOn: '2024-06-02' })))
      .toMatchObject({ kind: 'refused', refusal: { code: 'occurred-in-future', path: '/data/occurredOn' } });
  });

  it('takes no fact once destruction has begun, and takes them again when it is called off', () => {
    const gated = dossierDecider.evolve(after(initial, opened('jeugdwet')), begun);
    for (const fact of [withdrawn, opened('jeugdwet')]) {
      expect(record(gated, fact)).toMatchObject({ kind: 'refused', refusal: { code: 'destruction-begun' } });
    }
    expect(record(dossierDecider.evolve(gated, calledOff), withdrawn).kind).toBe('events');
  });

  it('lets only the run that began it call destruction off', () => {
    const gated = dossierDecider.evolve(after(initial, opened('jeugdwet')), begun);
    expect(dossierDecider.decide({ kind: 'call-off-destruction', runId: 'run', reason: 'held' }, gated)).toMatchObject({ kind: 'events', events: [calledOff] });
    expect(dossierDecider.decide({ kind: 'call-off-destruction', runId: 'other', reason: 'held' }, gated).kind).toBe('refused');
    expect(dossierDecider.decide({ kind: 'begin-destruction', runId: 'run', listId: 'list', schedule: null, classHolds: [], today: '2040-01-01' }, after(initial, opened('jeugdwet'))).kind).toBe('refused');
  });

  it('throws on an event that no concept of a dossier owns', () => {
    for (const type of ['schedule-adopted', 'run-begun', 'never-heard-of', 'toString']) {
      expect(() => dossierDecider.evolve(initial, { type, schema: 1, data: {} } as unknown as DossierStreamEvent)).toThrow();
    }
  });

  it('keeps its state small: a long stream of acts adds nothing but counts', () => {
    let state = after(initial, opened('jeugdwet'));
    const size = JSON.stringify(state).length;
    for (let n = 0; n < 100_000; n += 1) state = dossierDecider.evolve(state, withdrawn);
    expect(state.consent.withdrawn).toBe(100_000);
    expect(JSON.stringify(state).length).toBeLessThan(size + 20);
  });

  it('property: a fact is refused only for the future or the gate', () => {
    const fact = fc.record({
      type: fc.constantFrom('consent-withdrawn', 'consent-refused', 'objection-received', 'data-shared', 'hold-placed'),
      day: fc.integer({ min: -400, max: 400 }).map((days) => Temporal.PlainDate.from('2024-06-01').add({ days }).toString()),
    });
    fc.assert(fc.property(fc.array(fact, { maxLength: 8 }), fc.boolean(), (facts, gate) => {
      const state = facts.reduce((folded, { type, day }) => dossierDecider.evolve(folded, { type, schema: 1, data: { occurredOn: day, dossier, consentId: 'c', kind: 'bezwaar', on: day } } as unknown as DossierStreamEvent), initial);
      const now = gate ? dossierDecider.evolve(state, begun) : state;
      for (const { day } of facts) {
        const decision = record(now, { ...withdrawn, data: { occurredOn: day, dossier, consentId: 'c' } });
        expect(decision.kind).toBe(gate || day > '2024-06-01' ? 'refused' : 'events');
      }
    }));
  });
});
