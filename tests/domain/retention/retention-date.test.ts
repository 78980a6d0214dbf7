import { describe, expect, it } from 'vitest';
import proposal from '#domain/reference/retention-schedule.json' with { type: 'json' };
import { isDue, retentionDate } from '#domain/retention/retention-date';
import { exampleSchedule, proposedSchedule } from '#domain/retention/proposed-schedule';
import type { RetentionRule } from '#domain/retention/schedule';
import { evolveRetention, initialRetention, standingHolds, type RetentionInput, type RetentionState } from '#domain/retention/state';
import { validateSchedule } from '#domain/retention/validate-schedule';

const schedule = proposedSchedule();
const example = exampleSchedule();
const dossier = { system: 'zaaksysteem', reference: 'Z-1' };
const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);

let counter = 0;
function event(type: RetentionInput['type'], data: Record<string, unknown>): RetentionInput {
  counter += 1;
  return { id: `e${counter}`, type, schema: 1, data: { dossier, occurredOn: '2010-01-01', ...data } } as unknown as RetentionInput;
}
const opened = (data: Record<string, unknown> = {}): RetentionInput => event('dossier-opened', { law: 'wmo2015', subjects: [{ subjectId: 's', role: 'client' }], ...data });
const closed = (on: string, result?: string, more: Record<string, unknown> = {}): RetentionInput =>
  event('dossier-closed', { on, ...(result === undefined ? {} : { result }), ...more });
const trigger = (code: string, on: string, corrects?: string): RetentionInput =>
  event('retention-trigger', { trigger: code, on, ...(corrects === undefined ? {} : { corrects }) });
const hold = (on: string, holdId?: string, kind = 'klacht'): RetentionInput => event('hold-placed', { kind, on, ...(holdId ? { holdId } : {}) });
const lift = (on: string, holdId?: string, kind = 'klacht'): RetentionInput => event('hold-lifted', { kind, on, ...(holdId ? { holdId } : {}) });
const fold = (...events: RetentionInput[]): RetentionState => events.reduce(evolveRetention, initialRetention);
const firstDay = (state: RetentionState, rules: { rules: readonly RetentionRule[] } = schedule): string => {
  const date = retentionDate(state, rules);
  return date.kind === 'dated' ? date.firstDestructionDay : date.kind === 'undated' ? date.why : date.kind;
};

describe('which date', () => {
  it('none without an adopted schedule, none before the dossier was opened', () => {
    expect(retentionDate(fold(opened(), closed('2010-01-31', 'geweigerd')), null)).toMatchObject({ kind: 'undated', why: 'no-schedule' });
    expect(firstDay(fold(closed('2010-01-31', 'geweigerd')))).toBe('provisional');
  });

  it('the closing date is the trigger of a rule on a finished case', () => {
    expect(retentionDate(fold(opened(), closed('2010-03-31', 'verleend')), schedule)).toMatchObject({
      rule: { id: 'wmo-voorziening-verleend', version: '2020-proposal' }, trigger: { on: '2010-03-31', from: 'closing' },
      retainedThrough: '2025-03-31', firstDestructionDay: '2025-04-01',
    });
  });

  it('a trigger that was sent goes before the closing date, and a correction before what it corrects', () => {
    const wrong = trigger('end-of-provision', '2012-06-30');
    const right = trigger('end-of-provision', '2011-06-30', wrong.id);
    expect(firstDay(fold(opened(), closed('2010-03-31', 'verleend'), wrong))).toBe('2027-07-01');
    expect(firstDay(fold(opened(), closed('2010-03-31', 'verleend'), wrong, right))).toBe('2026-07-01');
    expect(firstDay(fold(opened(), closed('2010-03-31', 'verleend'), right, wrong))).toBe('2026-07-01');
  });

  it('a benefit that still runs gives no date when its granting case is closed', () => {
    expect(retentionDate(fold(opened({ law: 'participatiewet' }), closed('2010-03-31', 'verleend')), schedule))
      .toMatchObject({ kind: 'undated', why: 'no-trigger', missing: ['end-of-benefit'] });
  });

  it('S130: the later of end of youth care and last change, none while last change was not sent', () => {
    const youth = fold(opened({ law: 'jeugdwet' }), closed('2010-06-30', 'beeindigd'));
    expect(retentionDate(youth, schedule)).toMatchObject({ kind: 'undated', why: 'no-trigger', missing: ['last-change'] });
    expect(firstDay(evolveRetention(youth, trigger('last-change', '2010-09-15')))).toBe('2030-09-16');
    expect(firstDay(evolveRetention(youth, trigger('last-change', '2010-02-15')))).toBe('2030-07-01');
  });

  it('S130, S131, S134, S136: the old schedule, by the rules the dossier names', () => {
    const named = (rule: string, law: string, ...more: RetentionInput[]): string => firstDay(fold(opened({ law, retentionRules: [rule] }), ...more), example);
    expect(named('jeugd-hulp', 'jeugdwet', trigger('end-of-youth-care', '2010-06-30'))).toBe('2025-07-01');
    expect(named('jeugd-hulp', 'jeugdwet', trigger('end-of-youth-care', '2008-02-29'))).toBe('2023-03-01');
    expect(named('jeugd-hulp', 'jeugdwet', trigger('end-of-youth-care', '2009-02-28'))).toBe('2024-02-29');
    expect(named('leerplicht-vrijstelling', 'leerplichtwet', trigger('birth-date', '2004-02-29'))).toBe('2023-03-01');
    expect(named('leerplicht-kwalificatieplicht', 'leerplichtwet', trigger('birth-year', '2004-05-05'))).toBe('2026-01-01');
    expect(named('bijstand-geweigerd', 'participatiewet', trigger('refusal', '2019-11-04'))).toBe('2024-11-05');
    expect(named('bijstand-incidenteel', 'participatiewet', trigger('grant', '2015-05-12'))).toBe('2025-05-13');
  });

  it('the date of birth counts once the case is finished, the youngest of several, none when one is unknown', () => {
    const pupils = (...births: (string | undefined)[]): RetentionInput => opened({
      law: 'leerplichtwet', retentionRules: ['leerplicht-ontheffing'],
      subjects: births.map((dateOfBirth, n) => ({ subjectId: `s${n}`, role: 'youth', ...(dateOfBirth === undefined ? {} : { dateOfBirth }) })),
    });
    expect(firstDay(fold(pupils('2004-02-29')))).toBe('no-trigger');
    expect(firstDay(fold(pupils('2004-02-29'), closed('2018-01-01', 'verleend')))).toBe('2023-03-01');
    expect(firstDay(fold(pupils('2004-02-29', '2006-05-10'), closed('2018-01-01', 'verleend')))).toBe('2025-05-11');
    expect(firstDay(fold(pupils('2004-02-29', undefined), closed('2018-01-01', 'verleend')))).toBe('no-trigger');
  });

  it('several rules: the latest date, none while one lacks its trigger or is not adopted', () => {
    const two = (...more: RetentionInput[]): string => firstDay(fold(opened({ retentionRules: ['wmo-geweigerd', 'wmo-plan-vastgesteld'] }), ...more));
    expect(two(trigger('refusal', '2010-01-01'))).toBe('no-trigger');
    expect(two(trigger('refusal', '2010-01-01'), trigger('plan-ended', '2001-01-01'))).toBe('2016-01-02');
    expect(firstDay(fold(opened({ retentionRules: ['wmo-geweigerd', 'niet-bekend'] }), trigger('refusal', '2010-01-01')))).toBe('rule-not-adopted');
  });

  it('no rule when several of the law fit: never a shorter general one', () => {
    expect(firstDay(fold(opened({ law: 'leerplichtwet' }), closed('2010-01-01', 'verleend')))).toBe('no-rule');
    expect(firstDay(fold(opened({ law: 'wmo2015' }), closed('2010-01-01', 'niet-vastgesteld')))).toBe('2015-01-02');
    expect(firstDay(fold(opened(), closed('2010-01-01', 'onbekend')))).toBe('no-rule');
  });

  it('blijvend bewaren, by rule or by the source, is never due', () => {
    const kept = fold(opened({ law: 'archiefwet', retentionRules: ['verklaring-vernietiging'] }), closed('1990-01-01', 'verwerkt'));
    expect(isDue(kept, schedule, day('2200-01-01'), [])).toMatchObject({ due: false, why: 'permanent' });
    const nominated = fold(opened(), closed('1990-01-01', 'geweigerd', { archiefnominatie: 'blijvend_bewaren' }));
    expect(isDue(nominated, schedule, day('2200-01-01'), [])).toMatchObject({ due: false, why: 'permanent' });
  });

  it('an archiefactiedatum of the source moves the date later, never earlier', () => {
    expect(firstDay(fold(opened(), closed('2010-03-31', 'verleend', { archiefactiedatum: '2030-01-01' })))).toBe('2030-01-02');
    expect(firstDay(fold(opened(), closed('2010-03-31', 'verleend', { archiefactiedatum: '2011-01-01' })))).toBe('2025-04-01');
  });

  it('of two closings the later day counts, whichever came first', () => {
    const early = closed('2010-03-31', 'geweigerd');
    const late = closed('2012-03-31', 'verleend');
    expect(firstDay(fold(opened(), late, early))).toBe(firstDay(fold(opened(), early, late)));
  });
});

describe('holds', () => {
  const base = [opened(), closed('2020-06-30', 'geweigerd')]; // first destruction day 2025-07-01
  it('is due on the first destruction day and not a day earlier', () => {
    expect(isDue(fold(...base), schedule, day('2025-06-30'), []).due).toBe(false);
    expect(isDue(fold(...base), schedule, day('2025-07-01'), []).due).toBe(true);
  });

  it('nothing is due before the day on which the schedule was adopted', () => {
    const adopted = { ...schedule, on: '2026-02-01' };
    expect(isDue(fold(...base), adopted, day('2026-01-31'), []).due).toBe(false);
    expect(isDue(fold(...base), adopted, day('2026-02-01'), [])).toMatchObject({ due: true, date: { firstDestructionDay: '2025-07-01' } });
  });

  const blocks = (proposal.blocks as unknown as { id: string; example?: Record<string, string> }[]).filter((block) => block.example !== undefined);
  it.each(blocks.map((block) => [block.id, block.example!] as const))('the example of %s in retention-schedule.json', (_id, sample) => {
    const closing = day(sample['firstDestructionDay']!).subtract({ days: 1 }).subtract({ years: 5 }).toString();
    const lifted = sample['handled'] ?? sample['ended']!;
    const state = fold(opened(), closed(closing, 'geweigerd'), hold(sample['filed']!, 'h1'), lift(lifted, 'h1'));
    expect(retentionDate(state, schedule)).toMatchObject({ firstDestructionDay: sample['firstDestructionDay'], allowedFrom: sample['destructionAllowedFrom'] });
    expect(isDue(state, schedule, day(lifted), [])).toMatchObject({ due: false, why: 'not-yet' });
    expect(isDue(state, schedule, day(sample['destructionAllowedFrom']!), []).due).toBe(true);
  });

  it('stops while one of several stands, also one placed after the date', () => {
    const state = fold(...base, hold('2025-08-01', 'a'), hold('2025-08-02', 'b'), lift('2025-09-01', 'a'));
    expect(isDue(state, schedule, day('2030-01-01'), [])).toMatchObject({ due: false, why: 'held' });
  });

  it('lifting by id works also when it arrives before the hold; lifting by kind leaves later and other holds', () => {
    expect(standingHolds(fold(...base, lift('2025-09-01', 'a'), hold('2025-08-01', 'a')))).toEqual([]);
    expect(standingHolds(fold(...base, hold('2025-10-01'), lift('2025-09-01')))).toHaveLength(1);
    expect(standingHolds(fold(...base, hold('2025-08-01', undefined, 'bezwaar'), lift('2025-09-01')))).toHaveLength(1);
    expect(standingHolds(fold(...base, hold('2025-08-01', 'x'), lift('2025-09-01')))).toEqual([]);
  });

  it('throws on an event it does not own', () => {
    expect(() => evolveRetention(initialRetention, { type: 'data-shared', schema: 1, data: {} } as unknown as RetentionInput)).toThrow(/does not own/);
  });
});

describe('a schedule to adopt', () => {
  it('accepts the proposal, and the example in tests only', () => {
    expect(validateSchedule(schedule.rules)).toEqual([]);
    expect(validateSchedule(example.rules, 'test')).toEqual([]);
    expect(validateSchedule(example.rules).map((error) => error.path)).toContain('/rules/0/selectielijst');
  });

  it.each([
    ['period', { period: 'P1.5Y' }], ['period', { period: null }], ['law', { law: 'wet-van-moore' }], ['trigger', { trigger: 'ooit' }],
    ['trigger', { trigger: null }], ['result', { result: 'misschien' }], ['selectielijst', { selectielijst: null }],
    ['period', { waardering: 'blijvend_bewaren' }], ['trigger', { trigger: 'claim-established' }],
  ] as const)('names a wrong %s', (field, change) => {
    const wrong = { ...schedule.rules[0]!, ...change } as RetentionRule;
    expect(validateSchedule([wrong]).map((error) => error.path)).toEqual([`/rules/0/${field}`]);
  });

  it('refuses an empty schedule and a rule that stands in it twice', () => {
    expect(validateSchedule([])).toHaveLength(1);
    expect(validateSchedule([schedule.rules[0]!, schedule.rules[0]!]).map((error) => error.path)).toEqual(['/rules/1/id']);
  });
});
