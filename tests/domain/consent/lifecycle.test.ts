import { describe, expect, it } from 'vitest';
import { consentAct, notAsked, type ConsentAct } from '#domain/consent/acts';
import { consentStatus } from '#domain/consent/status';
import type { EventId } from '#domain/ledger/ids';
import { codesOf } from '#domain/reference/codes';
import { act, ask, on } from './acts-fixture.js';

/** An act that says nothing of its scope. */
function about(type: ConsentAct['type'], when: string, more: Partial<ConsentAct> = {}): ConsentAct {
  return { ...act('refused', when), eventId: `${type}-${when}` as EventId, type, ...more };
}
const renewed = (when: string, more: Partial<ConsentAct> = {}): ConsentAct => ({ ...act('given', when, more), type: 'consent-renewed' });

describe('the life of a consent', () => {
  it('S14: lasts as long as its plan; another purpose is not covered', () => {
    const acts = [act('given', '2023-09-01', { planId: 'P1' }), about('plan-ended', '2024-09-10', { consentId: '', planId: 'P1', on: '2024-08-31' })];
    expect(consentStatus(acts, ask('2024-08-31'))).toMatchObject({ recorded: 'given', valid: true });
    const after = consentStatus(acts, ask('2024-09-01'));
    expect(after).toMatchObject({ recorded: 'expired', valid: false, events: [acts[0]!.eventId, acts[1]!.eventId] });
    expect(after.reason).toContain('Het plan liep tot en met 31 augustus 2024');
    expect(consentStatus(acts, ask('2024-01-10', { category: 'inkomen' })).recorded).toBe('none-found');
    // Control: the end of another plan ends nothing.
    expect(consentStatus([acts[0]!, { ...acts[1]!, planId: 'P2' }], ask('2024-09-01')).valid).toBe(true);
    // The earlier of plan and last day counts.
    expect(consentStatus([{ ...acts[0]!, validUntil: '2024-02-01' }, acts[1]!], ask('2024-02-02')).recorded).toBe('expired');
  });

  it('is renewed, after expiry and after withdrawal', () => {
    const acts = [act('given', '2024-01-01', { validUntil: '2024-03-31' }), renewed('2024-05-01')];
    expect(consentStatus(acts, ask('2024-04-01')).recorded).toBe('expired');
    expect(consentStatus(acts, ask('2024-05-01'))).toMatchObject({ recorded: 'renewed', valid: true, events: [acts[1]!.eventId] });
    expect(consentStatus([act('given', '2024-01-01'), act('withdrawn', '2024-02-01'), renewed('2024-03-01')], ask('2024-03-02')).recorded).toBe('renewed');
    expect(consentStatus([renewed('2024-03-01'), act('withdrawn', '2024-04-01')], ask('2024-04-02')).recorded).toBe('withdrawn');
  });

  it('a dispute: not valid from then on, the time before is contested', () => {
    const given = act('given', '2024-01-01');
    const dispute = about('consent-disputed', '2024-03-01');
    const acts = [given, dispute];
    expect(consentStatus(acts, ask('2024-02-01'))).toMatchObject({ recorded: 'given', valid: true, contested: true, events: [given.eventId, dispute.eventId] });
    expect(consentStatus(acts, ask('2024-02-01')).reason).toContain('later betwist, op 1 maart 2024');
    expect(consentStatus(acts, ask('2024-03-01'))).toMatchObject({ recorded: 'disputed', valid: false, contested: false, events: [given.eventId, dispute.eventId] });
    // Control: a dispute about another consent, and a consent given after the dispute.
    expect(consentStatus([given, { ...dispute, consentId: 'c2' }], ask('2024-03-02'))).toMatchObject({ valid: true, contested: false });
    expect(consentStatus([...acts, act('given', '2024-04-01')], ask('2024-04-02'))).toMatchObject({ recorded: 'given', valid: true, contested: false });
  });

  it.each([
    ['upheld', { before: 'given', between: 'disputed', after: 'given' }],
    ['invalid', { before: 'invalidated', between: 'invalidated', after: 'invalidated' }],
    ['unproven', { before: 'invalidated', between: 'invalidated', after: 'invalidated' }],
    ['onbekend', { before: 'given', between: 'disputed', after: 'disputed' }],
  ])('a dispute that ends as %s', (outcome, expected) => {
    const acts = [act('given', '2024-01-01'), about('consent-disputed', '2024-03-01'), about('consent-dispute-resolved', '2024-05-01', { outcome })];
    const answers = { before: ask('2024-02-01'), between: ask('2024-04-01'), after: ask('2024-06-01') };
    const recorded = Object.fromEntries(Object.entries(answers).map(([when, question]) => [when, consentStatus(acts, question).recorded]));
    expect(recorded).toEqual(expected);
    expect(consentStatus(acts, answers.before).contested).toBe(outcome === 'onbekend');
  });

  it('invalid works from the start only from when the ledger knew it', () => {
    const acts = [
      act('given', '2024-01-01', { position: 1 }), about('consent-dispute-resolved', '2024-05-01', { outcome: 'invalid', position: 9 }),
    ];
    expect(consentStatus(acts, ask('2024-02-01', { asKnownAt: 8 })).valid).toBe(true);
    expect(consentStatus(acts, ask('2024-02-01', { asKnownAt: 9 })).recorded).toBe('invalidated');
  });

  it('an annulled or corrected act stops counting, and stays what was known before', () => {
    const annulled = act('given', '2024-01-01', { position: 1, knownUntil: 5 });
    expect(consentStatus([annulled], ask('2024-02-01')).recorded).toBe('none-found');
    expect(consentStatus([annulled], ask('2024-02-01', { asKnownAt: 4 })).valid).toBe(true);
    const corrected = [annulled, { ...annulled, occurred: on('2024-03-01'), knownFrom: 5, knownUntil: 8 }];
    expect(consentStatus(corrected, ask('2024-02-01', { asKnownAt: 6 })).recorded).toBe('none-found');
    expect(consentStatus(corrected, ask('2024-03-01', { asKnownAt: 6 })).valid).toBe(true);
    expect(consentStatus(corrected, ask('2024-03-01', { asKnownAt: 8 })).recorded).toBe('none-found');
  });

  it('a withdrawal under an id that is not known yet blocks it from then on', () => {
    const acts = [act('withdrawn', '2024-02-01'), act('given', '2024-03-01')];
    expect(consentStatus(acts.slice(0, 1), ask('2024-02-02')).recorded).toBe('none-found');
    expect(consentStatus(acts, ask('2024-02-02')).recorded).toBe('withdrawn');
    expect(consentStatus(acts, ask('2024-03-02')).recorded).toBe('given');
  });

  it('a decision that says why nobody was asked: not requested, until somebody is', () => {
    const data = { occurredOn: '2024-01-05', purpose: 'onderzoek-na-melding', recipient: { organisation: 'Zorggroep Noord' }, categories: ['gezondheid'], withoutConsent: { why: 'vergeten' } };
    const decision = notAsked({ id: 'd1' as EventId, position: 1, data })!;
    expect(consentStatus([decision], ask('2024-01-06'))).toMatchObject({ recorded: 'not-requested', valid: false, events: ['d1'] });
    expect(consentStatus([decision, act('requested', '2024-01-02')], ask('2024-01-06')).recorded).toBe('requested');
    expect(consentStatus([decision, act('given', '2024-01-02')], ask('2024-01-06')).recorded).toBe('given');
    expect(notAsked({ id: 'd1' as EventId, position: 1, data: { ...data, withoutConsent: { why: 'ernstig-gevaar' } } })).toBeNull();
    expect(notAsked({ id: 'd1' as EventId, position: 1, data: { ...data, consentId: 'c1' } })).toBeNull();
  });

  it('a consent that was not explained or not understood is not valid (CR-14)', () => {
    const data = {
      occurredOn: '2024-01-01', consentId: 'c1', purposes: ['onderzoek-na-melding'], recipients: [{ organisation: 'Zorggroep Noord' }], categories: ['gezondheid'],
    };
    const status = (freely?: object): string => consentStatus(
      [consentAct({ id: 'e1' as EventId, position: 1, type: 'consent-given', data: { ...data, ...(freely === undefined ? {} : { freely }) } })], ask('2024-01-02'),
    ).recorded;
    expect([status({ understood: false }), status({ consequencesExplained: false })]).toEqual(['invalidated', 'invalidated']);
    // Control: what nobody said is no answer.
    expect([status(), status({}), status({ understood: true, consequencesExplained: true, dependent: true })]).toEqual(['given', 'given', 'given']);
  });

  it('every status has its Dutch label, and only given and renewed are valid', () => {
    const valid = codesOf('consentStatuses').filter((row) => (row as { valid?: boolean }).valid === true).map((row) => row.code);
    expect(valid).toEqual(['given', 'renewed']);
    expect(codesOf('consentStatuses')).toHaveLength(10);
  });
});
