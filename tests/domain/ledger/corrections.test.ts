import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dossierDecider, type DossierStreamEvent, type DossierStreamState } from '#domain/dossier/decider';
import { evolveGovernance, initialGovernance } from '#domain/governance/state';
import type { GovernanceEvent } from '#domain/governance/events';
import { correctionRefusal, standing } from '#domain/ledger/corrections';
import type { NewEvent } from '#domain/ledger/event';
import type { EventId } from '#domain/ledger/ids';
import { standingHolds } from '#domain/retention/state';
import { upcast } from '#domain/upcast';

const dossier = { system: 'suite', reference: 'W-1' };
const common = { occurredOn: '2024-01-01', dossier };

type Recorded = NewEvent & { readonly id: EventId; readonly origin: { readonly source: string } };

let count = 0;
function recorded(type: string, data: object, source = 'urn:a'): Recorded {
  count += 1;
  return { type, schema: 1, data: { ...common, ...data }, id: `e${count}` as EventId, origin: { source } };
}
function annulled(event: Recorded): Recorded {
  return recorded('event-annulled', { eventId: event.id, ofType: event.type }, 'urn:privacy');
}
function corrected(event: Recorded, replacement: object): Recorded {
  return recorded('event-corrected', { eventId: event.id, ofType: event.type, ofSchema: 1, replacement: { ...(event.data as object), ...replacement } }, 'urn:privacy');
}
function fold(events: readonly Recorded[]): DossierStreamState {
  return events.reduce((state, event) => dossierDecider.evolve(state, event as unknown as DossierStreamEvent), dossierDecider.initial);
}

const opened = (): Recorded => recorded('dossier-opened', { law: 'wmo2015', subjects: [{ subjectId: 's1', role: 'client', dateOfBirth: '1980-01-01' }] });

describe('a corrected or annulled event in its dossier', () => {
  it('an annulled hold stands no more, an annulled lifting lets it stand again', () => {
    const held = recorded('hold-placed', { kind: 'bezwaar', on: '2024-01-01' });
    const lifted = recorded('hold-lifted', { kind: 'bezwaar', on: '2024-02-01' });
    expect(standingHolds(fold([opened(), held]).retention)).toHaveLength(1);
    expect(standingHolds(fold([opened(), held, annulled(held)]).retention)).toEqual([]);
    expect(standingHolds(fold([opened(), held, lifted]).retention)).toEqual([]);
    expect(standingHolds(fold([opened(), held, lifted, annulled(lifted)]).retention)).toHaveLength(1);
  });

  it('a corrected closing moves the date, an annulled one opens the case again', () => {
    const closed = recorded('dossier-closed', { on: '2024-03-01', result: 'verleend' });
    const moved = fold([opened(), closed, corrected(closed, { on: '2024-04-01' })]);
    expect(moved.dossier.closedOn).toBe('2024-04-01');
    expect(moved.retention.closing).toMatchObject({ on: '2024-04-01', result: 'verleend' });
    const undone = fold([opened(), closed, annulled(closed)]);
    expect([undone.dossier.closedOn, undone.retention.closing]).toEqual([null, null]);
  });

  it('the latest correction of an event counts; what was annulled stays so', () => {
    const closed = recorded('dossier-closed', { on: '2024-03-01', result: 'verleend' });
    const twice = [opened(), closed, corrected(closed, { on: '2024-04-01' }), corrected(closed, { on: '2024-05-01' })];
    expect(fold(twice).dossier.closedOn).toBe('2024-05-01');
    expect(fold([...twice, annulled(closed), corrected(closed, { on: '2024-06-01' })]).dossier.closedOn).toBeNull();
  });

  it('a corrected opening keeps the source that leads, whoever corrects it', () => {
    const opening = opened();
    const state = fold([opening, corrected(opening, { law: 'jeugdwet' })]).dossier;
    expect(state).toMatchObject({ law: 'jeugdwet', leadingSource: 'urn:a', opened: true });
    expect(fold([opening, annulled(opening)]).dossier).toMatchObject({ opened: false, subjects: [], leadingSource: null });
  });

  it('who joined by mistake is not in the dossier, and who left by mistake still is', () => {
    const joined = recorded('subject-joined', { subject: { subjectId: 's2', role: 'youth' } });
    const left = recorded('subject-left', { subject: { subjectId: 's1' } });
    const subjects = (...events: Recorded[]): readonly string[] => fold(events).dossier.subjects.map(({ subjectId }) => subjectId);
    expect(subjects(opened(), joined)).toEqual(['s1', 's2']);
    expect(subjects(opened(), joined, annulled(joined))).toEqual(['s1']);
    expect(subjects(opened(), left)).toEqual([]);
    expect(subjects(opened(), left, annulled(left))).toEqual(['s1']);
  });

  it('an annulled objection no longer makes the advice say no', () => {
    const objection = recorded('objection-received', { kind: 'avg-21', receivedOn: '2024-01-01' });
    expect(fold([objection]).rights.openAgainstProcessing).toBe(1);
    expect(fold([objection, annulled(objection)]).rights.openAgainstProcessing).toBe(0);
    const resolved = recorded('objection-resolved', { kind: 'avg-21', receivedOn: '2024-01-01' });
    expect(fold([objection, resolved]).rights.openAgainstProcessing).toBe(0);
    expect(fold([objection, resolved, annulled(resolved)]).rights.openAgainstProcessing).toBe(1);
  });

  it('throws on a correction of what lies in another stream', () => {
    const elsewhere = recorded('event-annulled', { eventId: 'x', ofType: 'framework-ratified' });
    expect(() => fold([elsewhere])).toThrow('does not hold');
    const command = { kind: 'record', event: elsewhere as never, id: 'e' as EventId, source: 's', occurredNotAfter: Temporal.Instant.from('2030-01-01T00:00:00Z') } as const;
    expect(() => dossierDecider.decide(command, dossierDecider.initial)).toThrow('does not hold');
  });

  const day = fc.integer({ min: 1, max: 28 }).map((n) => `2024-02-${String(n).padStart(2, '0')}`);
  const fact = fc.oneof(
    day.map((on) => recorded('dossier-closed', { on, result: 'verleend' })),
    day.map((on) => recorded('dossier-reopened', { on, reason: 'x' })),
    day.map((on) => recorded('hold-placed', { on, kind: 'bezwaar' })),
    day.map((on) => recorded('hold-lifted', { on, kind: 'bezwaar' })),
    day.map((on) => recorded('retention-trigger', { on, trigger: 'end-of-provision' })),
    day.map((until) => recorded('retention-extended', { until })),
    day.map((on) => recorded('processing-restricted', { on })),
    fc.constantFrom('s1', 's2', 's3').map((subjectId) => recorded('subject-joined', { subject: { subjectId, role: 'client' } })),
    fc.constantFrom('s1', 's2', 's3').map((subjectId) => recorded('subject-left', { subject: { subjectId } })),
    fc.constantFrom('urn:a', 'urn:b').map((source) => ({ ...opened(), origin: { source } })),
    day.map((receivedOn) => recorded('objection-received', { receivedOn, kind: 'avg-21' })),
    fc.constant(null).map(() => recorded('consent-withdrawn', { consentId: 'c' })),
  );
  const stream = fc.tuple(fc.array(fact, { minLength: 1, maxLength: 12 }), fc.array(fc.tuple(fc.nat(), day, fc.boolean()), { maxLength: 6 }))
    .map(([facts, changes]) => [...facts, ...changes.map(([which, on, away]) => {
      const named = facts[which % facts.length]!;
      return away ? annulled(named) : corrected(named, 'on' in (named.data as object) ? { on } : {});
    })]);

  it('property: folding corrections one by one equals folding what stands', () => {
    fc.assert(fc.property(stream, (events) => {
      const one = fold(events);
      const other = fold(standing(events));
      expect(one.dossier).toEqual(other.dossier);
      expect(one.retention).toEqual(other.retention);
      expect(one.rights).toEqual(other.rights);
    }), { numRuns: 1_000 });
  });

  it('control: a fold that forgets annulments is found by it', () => {
    expect(() => { fc.assert(fc.property(stream, (events) => {
      expect(fold(events.filter(({ type }) => type !== 'event-annulled')).retention).toEqual(fold(standing(events)).retention);
    }), { numRuns: 1_000 }); }).toThrow();
  });
});

describe('a correction in the governance stream', () => {
  it('takes an annulled hold by class and an annulled route away, and leaves the schedule', () => {
    const when = { occurredOn: '2024-01-01' };
    const hold = { ...recorded('hold-placed', {}), data: { ...when, kind: 'woo-verzoek', on: '2024-01-01', scope: { laws: ['jeugdwet'] } } };
    const route = { ...recorded('exchange-route-registered', {}), data: { ...when, routeId: 'R-1' } };
    const schedule = { type: 'schedule-adopted', schema: 1, data: { version: '1', rules: [], adoptedBy: 'x', mandate: 'x', archivistAdvice: 'x', on: '2024-01-01' } };
    const state = (...events: object[]) => events.reduce<typeof initialGovernance>((folded, event) => evolveGovernance(folded, event as GovernanceEvent), initialGovernance);
    expect(state(schedule, hold, route)).toMatchObject({ schedule: { version: '1' }, classHolds: [{ kind: 'woo-verzoek' }], routes: [{ routeId: 'R-1' }] });
    expect(state(schedule, hold, route, annulled(hold), annulled(route))).toMatchObject({ schedule: { version: '1' }, classHolds: [], routes: [] });
  });
});

describe('who may correct what', () => {
  const own = { source: 'urn:a', isPrivacyOfficer: false };

  it('the sender and the privacy officer, and nobody else', () => {
    const original = { type: 'consent-given', source: 'urn:a' };
    expect(correctionRefusal('event-corrected', original, own)).toBeNull();
    expect(correctionRefusal('event-corrected', original, { source: 'urn:b', isPrivacyOfficer: true })).toBeNull();
    expect(correctionRefusal('event-corrected', original, { source: 'urn:b', isPrivacyOfficer: false })).toMatchObject({ code: 'forbidden' });
  });

  it('persons share the ledger’s own source and may still not correct each other', () => {
    const original = { type: 'consent-given', source: 'urn:ledger', person: 'p1' };
    expect(correctionRefusal('event-annulled', original, { source: 'urn:ledger', person: 'p1', isPrivacyOfficer: false })).toBeNull();
    for (const person of ['p2', null]) {
      expect(correctionRefusal('event-annulled', original, { source: 'urn:ledger', person, isPrivacyOfficer: false })).toMatchObject({ code: 'forbidden' });
    }
  });

  it('not a correction, not what the ledger itself recorded; a discussed case only taken back', () => {
    for (const type of ['event-annulled', 'event-corrected', 'destruction-begun', 'schedule-adopted']) {
      expect(correctionRefusal('event-annulled', { type, source: 'urn:a' }, own)).toMatchObject({ code: 'wrong-state' });
    }
    for (const type of ['case-discussed', 'casusoverleg-held']) {
      expect(correctionRefusal('event-annulled', { type, source: 'urn:a' }, own)).toBeNull();
      expect(correctionRefusal('event-corrected', { type, source: 'urn:a' }, own)).toMatchObject({ code: 'wrong-state' });
    }
  });
});

describe('upcasting a correction', () => {
  it('reads the replacement too, and throws on a type or version it does not know', () => {
    const data = { eventId: 'x', ofType: 'hold-placed', ofSchema: 1, replacement: { kind: 'klacht' } };
    expect(upcast({ type: 'event-corrected', schema: 1, data })).toEqual({ type: 'event-corrected', schema: 1, data });
    expect(() => upcast({ type: 'event-corrected', schema: 1, data: { ...data, ofSchema: 2 } })).toThrow('unknown schema');
    expect(() => upcast({ type: 'event-corrected', schema: 1, data: { ...data, ofType: 'nothing' } })).toThrow('unknown type');
  });
});
