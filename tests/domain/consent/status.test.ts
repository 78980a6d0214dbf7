import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consentAct } from '#domain/consent/acts';
import { consentStatus } from '#domain/consent/status';
import type { EventId } from '#domain/ledger/ids';
import { act, ALICE, ask, BOB, on } from './acts-fixture.js';

describe('consent status at a moment', () => {
  it('S04: a generic consent is recorded, not valid', () => {
    const event = {
      id: 'e1' as EventId, position: 0, type: 'consent-given' as const, schema: 1,
      data: {
        occurredOn: '2024-05-01', dossier: { system: 's', reference: 'r' }, consentId: 'c1', purposes: ['all'],
        recipients: [{ kind: 'any' }], categories: ['all'], givenBy: [{ relation: 'zelf' }], form: 'mondeling',
      },
    };
    const answer = consentStatus([consentAct(event)], ask('2024-05-02'));
    expect(answer).toMatchObject({ recorded: 'invalidated', valid: false, events: ['e1'] });
    expect(answer.reason).toContain('algemene toestemming');
    const flagged = act('given', '2024-05-01', { generic: true });
    expect(consentStatus([flagged], ask('2024-05-02'))).toMatchObject({ recorded: 'invalidated', valid: false });
  });

  it('a generic consent takes no particular consent away', () => {
    const acts = [act('given', '2024-05-01'), act('given', '2024-05-02', { consentId: 'c2', generic: true })];
    expect(consentStatus(acts, ask('2024-05-03'))).toMatchObject({ recorded: 'given', valid: true, events: [acts[0]!.eventId] });
  });

  it('S05: another purpose, category or recipient needs a consent of its own', () => {
    const given = [act('given', '2024-05-01')];
    expect(consentStatus(given, ask('2024-05-02'))).toMatchObject({ recorded: 'given', valid: true });
    for (const other of [
      { purpose: 'rechtmatigheid-bijstand' }, { category: 'inkomen' }, { recipient: { organisation: 'Een ander' } },
      { recipient: { kind: 'zorgaanbieder' } },
    ]) expect(consentStatus(given, ask('2024-05-02', other))).toMatchObject({ recorded: 'none-found', valid: false, events: [] });
  });

  it('S11: withdrawal works forward only', () => {
    const acts = [act('given', '2024-04-01'), act('withdrawn', '2024-05-10')];
    expect(consentStatus(acts, ask('2024-05-02'))).toMatchObject({ recorded: 'given', valid: true });
    const after = consentStatus(acts, ask('2024-05-11'));
    expect(after).toMatchObject({ recorded: 'withdrawn', valid: false, events: [acts[1]!.eventId] });
    expect(after.reason).toBe('De toestemming is ingetrokken op 10 mei 2024. Wat daarvoor is gedeeld, blijft zoals het was.');
  });

  it('S13: flapping, in any order of arrival', () => {
    const acts = [act('given', '2024-06-01'), act('withdrawn', '2024-06-02'), act('given', '2024-06-03'), act('withdrawn', '2024-06-04')];
    for (const order of [acts, [...acts].reverse(), [acts[2]!, acts[0]!, acts[3]!, acts[1]!]]) {
      const valid = ['2024-06-01', '2024-06-02', '2024-06-03', '2024-06-05'].map((day) => consentStatus(order, ask(day)).valid);
      expect(valid).toEqual([true, false, true, false]);
    }
  });

  it('covers a recipient by kind where only a kind was given', () => {
    const byKind = [act('given', '2024-05-01', { recipients: [{ kind: 'zorgaanbieder' }] })];
    expect(consentStatus(byKind, ask('2024-05-02', { recipient: { organisation: 'Wie dan ook', kind: 'zorgaanbieder' } })).valid).toBe(true);
    expect(consentStatus(byKind, ask('2024-05-02')).valid).toBe(false);
    const both = [act('given', '2024-05-01', { recipients: [{ organisation: 'zorggroep  noord', kind: 'zorgaanbieder' }] })];
    expect(consentStatus(both, ask('2024-05-02')).valid).toBe(true);
    expect(consentStatus(both, ask('2024-05-02', { recipient: { organisation: 'Andere', kind: 'zorgaanbieder' } })).valid).toBe(false);
  });

  it('a partial withdrawal takes away only what it names', () => {
    const wide = act('given', '2024-05-01', {
      purposes: ['onderzoek-na-melding', 'toegang-wmo'], categories: ['gezondheid', 'inkomen'],
      recipients: [{ organisation: 'Zorggroep Noord', kind: 'zorgaanbieder' }, { organisation: 'Wijkteam' }],
    });
    const narrow = (scope: object): boolean[] => {
      const acts = [wide, act('withdrawn', '2024-05-03', scope)];
      return [ask('2024-05-04'), ask('2024-05-04', { category: 'inkomen' }), ask('2024-05-04', { purpose: 'toegang-wmo' }), ask('2024-05-04', { recipient: { organisation: 'Wijkteam' } })]
        .map((question) => consentStatus(acts, question).valid);
    };
    expect(narrow({})).toEqual([false, false, false, false]);
    expect(narrow({ categories: ['gezondheid'] })).toEqual([false, true, false, false]);
    expect(narrow({ purposes: ['toegang-wmo'] })).toEqual([true, true, false, true]);
    expect(narrow({ recipients: [{ organisation: 'Wijkteam' }] })).toEqual([true, true, true, false]);
    expect(narrow({ recipients: [{ kind: 'zorgaanbieder' }] })).toEqual([false, false, false, true]);
  });

  it('the latest act counts over all consents; another consent of other scope is untouched', () => {
    const first = act('given', '2024-05-01');
    const second = act('given', '2024-05-02', { consentId: 'c2' });
    expect(consentStatus([first, second, act('withdrawn', '2024-05-03', { consentId: 'c2' })], ask('2024-05-04')).recorded).toBe('withdrawn');
    expect(consentStatus([first, act('withdrawn', '2024-05-03', { consentId: 'never-seen' })], ask('2024-05-04')).recorded).toBe('given');
  });

  it('a withdrawal that came before its consent was known still counts', () => {
    const acts = [act('withdrawn', '2024-05-10', { position: 1 }), act('given', '2024-05-01', { position: 2 })];
    expect(consentStatus(acts, ask('2024-05-11')).recorded).toBe('withdrawn');
    expect(consentStatus(acts, ask('2024-05-09')).recorded).toBe('given');
  });

  it('expires after its last day', () => {
    const acts = [act('given', '2024-05-01', { validUntil: '2024-08-31' })];
    expect(consentStatus(acts, ask('2024-08-31T23:59:59+02:00')).valid).toBe(true);
    const after = consentStatus(acts, ask('2024-09-01T00:00:00+02:00'));
    expect(after).toMatchObject({ recorded: 'expired', valid: false });
    expect(after.reason).toContain('31 augustus 2024');
  });

  it('tells asked, refused and asked again apart; asking again takes no standing consent away', () => {
    const asked = act('requested', '2024-05-01');
    const refused = act('refused', '2024-05-02');
    const again = act('requested', '2024-05-05', { consentId: 'c2' });
    expect(consentStatus([asked], ask('2024-05-01')).recorded).toBe('requested');
    expect(consentStatus([asked, refused], ask('2024-05-03')).recorded).toBe('refused');
    expect(consentStatus([asked, refused, again], ask('2024-05-06'))).toMatchObject({ recorded: 'requested', valid: false, events: [refused.eventId, again.eventId] });
    expect(consentStatus([act('given', '2024-05-02'), again], ask('2024-05-06'))).toMatchObject({ recorded: 'given', valid: true });
  });

  it('counts an act known only as a day from that day on, and is strict when the order is unknown', () => {
    const given = act('given', '2024-05-10');
    const withdrawn = act('withdrawn', '2024-05-10T10:00:00+02:00');
    expect(consentStatus([given], ask('2024-05-10T00:00:00+02:00')).valid).toBe(true);
    expect(consentStatus([given], ask('2024-05-09T23:59:59+02:00')).valid).toBe(false);
    const both = consentStatus([withdrawn, given], ask('2024-05-10T12:00:00+02:00'));
    expect(both).toMatchObject({ recorded: 'withdrawn', valid: false });
    expect(both.reason).toContain('de volgorde is niet bekend');
    expect(new Set(both.events)).toEqual(new Set([given.eventId, withdrawn.eventId]));
    // Control: with a moment on both sides the order is known.
    const later = act('given', '2024-05-10T11:00:00+02:00');
    expect(consentStatus([withdrawn, later], ask('2024-05-10T12:00:00+02:00'))).toMatchObject({ recorded: 'given', valid: true });
    expect(consentStatus([given, withdrawn], ask('2024-05-10T09:00:00+02:00')).recorded).toBe('given');
  });

  it('answers as the ledger knew it at a position', () => {
    const acts = [act('given', '2024-05-01', { position: 10 }), act('withdrawn', '2024-05-02', { position: 20 })];
    expect(consentStatus(acts, ask('2024-06-01', { asKnownAt: 19 })).valid).toBe(true);
    expect(consentStatus(acts, ask('2024-06-01', { asKnownAt: 20 })).valid).toBe(false);
    expect(consentStatus(acts, ask('2024-06-01', { asKnownAt: 9 })).recorded).toBe('none-found');
  });

  it('knows whose consent it is; about the whole dossier everybody must agree', () => {
    const acts = [act('given', '2024-05-01', { subjects: [ALICE] })];
    expect(consentStatus(acts, ask('2024-05-02', { subject: ALICE })).valid).toBe(true);
    expect(consentStatus(acts, ask('2024-05-02', { subject: BOB })).valid).toBe(false);
    expect(consentStatus(acts, ask('2024-05-02', { dossierSubjects: [ALICE] })).valid).toBe(true);
    expect(consentStatus(acts, ask('2024-05-02', { dossierSubjects: [ALICE, BOB] }))).toMatchObject({ recorded: 'none-found', valid: false });
    const forAll = [act('given', '2024-05-01')];
    expect(consentStatus(forAll, ask('2024-05-02', { subject: BOB, dossierSubjects: [ALICE, BOB] })).valid).toBe(true);
    expect(consentStatus(forAll, ask('2024-05-02', { subject: BOB, dossierSubjects: [ALICE] })).valid).toBe(false);
  });

  it('property: withdrawn is never valid later unless given again', () => {
    const when = fc.integer({ min: 0, max: 40 }).chain((hours) => fc.constantFrom(
      Temporal.Instant.from('2024-05-01T00:00:00Z').add({ hours: hours * 6 }).toString(),
      Temporal.PlainDate.from('2024-05-01').add({ days: Math.floor(hours / 4) }).toString(),
    ));
    const some = fc.record({
      type: fc.constantFrom('requested' as const, 'given' as const, 'refused' as const), when, consentId: fc.constantFrom('c1', 'c2'),
      validUntil: fc.option(fc.constantFrom('2024-05-03', '2024-06-30'), { nil: undefined }),
    });
    let valid = 0;
    fc.assert(fc.property(fc.array(some, { maxLength: 6 }), when, fc.integer({ min: 0, max: 60 }), (list, withdrawnWhen, hoursLater) => {
      const base = act('given', '2024-04-01', { position: 0 });
      const acts = [base, ...list.map((one, index) => act(one.type, one.when, {
        position: index + 1, consentId: one.consentId, ...(one.type === 'given' && one.validUntil !== undefined ? { validUntil: one.validUntil } : {}),
      }))];
      const end = withdrawnWhen.includes('T') ? Temporal.Instant.from(withdrawnWhen) : Temporal.PlainDate.from(withdrawnWhen).toZonedDateTime('Europe/Amsterdam').toInstant();
      const question = ask(end.add({ hours: hoursLater }).toString());
      const before = consentStatus(acts, question);
      const after = consentStatus([...acts, act('withdrawn', withdrawnWhen, { position: 99 })], question);
      const givenAgain = acts.some((one) => one.type === 'consent-given' && isSurelyAfter(one.occurred, on(withdrawnWhen)));
      if (!givenAgain) expect(after.valid).toBe(false);
      if (after.valid) { valid += 1; expect(before.valid).toBe(true); }
    }), { numRuns: 2_000 });
    expect(valid).toBeGreaterThan(0);
  });
});

/** Written apart from the code under test: strictly later, whatever was left unsaid. */
function isSurelyAfter(a: ReturnType<typeof on>, b: ReturnType<typeof on>): boolean {
  const span = (one: ReturnType<typeof on>): [bigint, bigint] => {
    if (one.occurredAt !== undefined) { const at = Temporal.Instant.from(one.occurredAt).epochNanoseconds; return [at, at]; }
    const day = Temporal.PlainDate.from(one.occurredOn);
    return [day.toZonedDateTime('Europe/Amsterdam').epochNanoseconds, day.add({ days: 1 }).toZonedDateTime('Europe/Amsterdam').epochNanoseconds - 1n];
  };
  return span(a)[0] > span(b)[1];
}
