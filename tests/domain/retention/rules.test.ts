import { describe, expect, it } from 'vitest';
import westerkwartier from '#domain/reference/retention-schedule-westerkwartier-2021.json' with { type: 'json' };
import { coveringHolds, withHold, withLifting, type ClassHold } from '#domain/retention/class-holds';
import { collectionReminder, deadlineOf, PROCEDURE_TERMS } from '#domain/retention/procedure-terms';
import { exampleSchedule, proposedSchedule } from '#domain/retention/proposed-schedule';
import { isDue, retentionDate } from '#domain/retention/retention-date';
import type { RetentionRule } from '#domain/retention/schedule';
import { evolveRetention, initialRetention, type RetentionInput, type RetentionState } from '#domain/retention/state';
import { validateSchedule } from '#domain/retention/validate-schedule';

let counter = 0;
const event = (type: string, data: Record<string, unknown>): RetentionInput => {
  counter += 1;
  return { id: `r${counter}`, type, schema: 1, data: { dossier: { system: 's', reference: 'r' }, occurredOn: '2010-01-01', ...data } } as unknown as RetentionInput;
};
const opened = (data: Record<string, unknown> = {}): RetentionInput => event('dossier-opened', { law: 'wmo2015', subjects: [{ subjectId: 's', role: 'client' }], ...data });
const closed = (on: string, result = 'verleend', more: Record<string, unknown> = {}): RetentionInput => event('dossier-closed', { on, result, ...more });
const fold = (...events: RetentionInput[]): RetentionState => events.reduce(evolveRetention, initialRetention);
const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);
const proposal = proposedSchedule();
const dateOf = (state: RetentionState, rules: { rules: readonly RetentionRule[] } = proposal): string => {
  const date = retentionDate(state, rules);
  return date.kind === 'dated' ? date.firstDestructionDay : date.kind === 'undated' ? date.why : date.kind;
};

describe('every worked example of westerkwartier-2021, from event to date', () => {
  interface Row { id: string; law: string; period: string | null; trigger: string | null; triggerKind: string; workedExamples: { case: string; trigger: string; retainedThrough: string | null; firstDestructionDay: string; isReminder?: boolean }[] }
  const schedule = exampleSchedule();
  const adoptable = new Set(schedule.rules.map(({ id }) => id));
  const rows = (westerkwartier.rules as unknown as Row[]).flatMap((row) => row.workedExamples.map((example) => [row.id, example.case, row, example] as const));

  it.each(rows.filter(([id, , , example]) => adoptable.has(id) && example.isReminder !== true))('%s: %s', (_id, _case, row, example) => {
    const on = row.triggerKind === 'calendar-year' ? `${example.trigger}-07-01` : example.trigger;
    const state = fold(opened({ law: row.law, retentionRules: [row.id] }), event('retention-trigger', { trigger: row.trigger, on }));
    expect(retentionDate(state, schedule)).toMatchObject({ retainedThrough: example.retainedThrough, firstDestructionDay: example.firstDestructionDay });
    expect(isDue(state, schedule, day(example.firstDestructionDay).subtract({ days: 1 }), []).due).toBe(false);
    expect(isDue(state, schedule, day(example.firstDestructionDay), []).due).toBe(true);
  });

  it('leaves out only what gives no date of its own', () => {
    const left = rows.filter(([id, , , example]) => !adoptable.has(id) || example.isReminder === true);
    expect(new Set(left.map(([, , row, example]) => (example.isReminder === true ? 'reminder' : row.trigger === null || row.trigger === 'follows-dossier' || row.period === null ? 'no own date' : 'left out')))).not.toContain('left out');
  });
});

describe('versions of a rule', () => {
  const version = (name: string, period: string, validFrom: string | null, validUntil: string | null): RetentionRule =>
    ({ ...proposal.rules.find(({ id }) => id === 'wmo-voorziening-verleend')!, version: name, period, validFrom, validUntil });
  const rules = [version('2012', 'P20Y', null, '2016-12-31'), version('2017', 'P15Y', '2017-01-01', '2019-12-31'), version('2020', 'P10Y', '2020-01-01', null)];

  it('the day of closing decides which one applies', () => {
    expect(validateSchedule(rules)).toEqual([]);
    expect(dateOf(fold(opened(), closed('2016-12-31')), { rules })).toBe('2037-01-01');
    expect(dateOf(fold(opened(), closed('2017-01-01')), { rules })).toBe('2032-01-02');
    expect(dateOf(fold(opened(), closed('2020-01-01')), { rules })).toBe('2030-01-02');
  });

  it('while the case is open none is left out: the latest date counts', () => {
    expect(dateOf(fold(opened({ retentionRules: ['wmo-voorziening-verleend'] }), event('retention-trigger', { trigger: 'end-of-provision', on: '2021-05-01' })), { rules })).toBe('2041-05-02');
  });

  it('a closing that no version covers has no date', () => {
    expect(dateOf(fold(opened(), closed('2016-12-31')), { rules: rules.slice(1) })).toBe('no-rule');
    expect(dateOf(fold(opened({ retentionRules: ['wmo-voorziening-verleend'] }), closed('2016-12-31')), { rules: rules.slice(1) })).toBe('rule-not-adopted');
  });

  it.each([
    ['a gap', [version('a', 'P1Y', null, '2016-12-31'), version('b', 'P1Y', '2017-01-02', null)], ['/rules/1/validFrom']],
    ['an overlap', [version('a', 'P1Y', null, '2017-01-01'), version('b', 'P1Y', '2017-01-01', null)], ['/rules/1/validFrom']],
    ['two without an end', [version('a', 'P1Y', '2015-01-01', null), version('b', 'P1Y', '2017-01-01', null)], ['/rules/1/validFrom']],
    ['in another order', [version('b', 'P1Y', '2017-01-01', null), version('a', 'P1Y', null, '2015-12-31')], ['/rules/0/validFrom']],
    ['an end before its start', [version('a', 'P1Y', '2017-01-01', '2016-01-01')], ['/rules/0/validUntil']],
    ['the same version twice', [version('a', 'P1Y', null, '2016-12-31'), version('a', 'P1Y', '2017-01-01', null)], ['/rules/1/id']],
    ['a term nobody lives to see', [version('a', 'P151Y', null, null)], ['/rules/0/period']],
  ] as const)('%s is refused', (_name, list, paths) => {
    expect(validateSchedule(list).map(({ path }) => path)).toEqual(paths);
  });
});

describe('dates that are far away or cannot be right', () => {
  it('9999-12-31, as source systems write "never", is never in the past', () => {
    for (const state of [
      fold(opened(), closed('2010-01-31', 'geweigerd', { archiefactiedatum: '9999-12-31' })),
      fold(opened(), closed('9999-12-31', 'geweigerd')),
      fold(opened(), closed('2010-01-31'), event('retention-extended', { until: '9999-12-31' })),
      fold(opened(), closed('2010-01-31'), event('hold-placed', { kind: 'klacht', on: '2010-01-01', holdId: 'H' }), event('hold-lifted', { kind: 'klacht', on: '9999-12-31', holdId: 'H' })),
    ]) expect(isDue(state, proposal, day('2190-01-01'), []).due).toBe(false);
    expect(isDue(fold(opened(), closed('2010-01-31', 'geweigerd')), proposal, day('2190-01-01'), []).due).toBe(true);
  });

  it('a term that begins before anyone was born has no date, and says so', () => {
    const child = opened({ law: 'jeugdwet', subjects: [{ subjectId: 's', role: 'youth', dateOfBirth: '2008-03-01' }] });
    const ended = (on: string): RetentionInput[] => [event('retention-trigger', { trigger: 'end-of-youth-care-or-last-change', on }), closed('2015-01-31')];
    expect(dateOf(fold(child, ...ended('1998-06-30')))).toBe('trigger-before-birth');
    expect(dateOf(fold(child, ...ended('2014-06-30')))).toBe('2034-07-01');
  });
});

describe('rules that are changed, extensions, designations', () => {
  const granted = [opened(), closed('2010-03-31')]; // 15 years: 2025-04-01
  const changed = (more: Record<string, unknown> = {}): RetentionInput => event('retention-rule-changed', { retentionRules: ['wmo-geweigerd'], ...more });

  it('a shorter rule without the archivist’s advice changes nothing and is a signal; with it, it counts', () => {
    const trigger = event('retention-trigger', { trigger: 'refusal', on: '2010-03-31' });
    expect(retentionDate(fold(...granted, trigger, changed()), proposal)).toMatchObject({ firstDestructionDay: '2025-04-01', signals: ['shorter-rule-without-advice'] });
    expect(retentionDate(fold(...granted, trigger, changed({ archivistAdvice: 'akkoord' })), proposal)).toMatchObject({ firstDestructionDay: '2015-04-01', signals: [] });
    expect(retentionDate(fold(opened({ retentionRules: ['wmo-geweigerd'] }), closed('2010-03-31'), event('retention-rule-changed', { retentionRules: ['wmo-voorziening-verleend'] })), proposal))
      .toMatchObject({ firstDestructionDay: '2025-04-01', signals: [] });
  });

  it('S140: an extension moves an extendable rule; on another it is recorded without effect and is a signal', () => {
    expect(retentionDate(fold(...granted, event('retention-extended', { until: '2028-12-31' })), proposal))
      .toMatchObject({ retainedThrough: '2028-12-31', firstDestructionDay: '2029-01-01', extended: true, signals: [] });
    const benefit = fold(opened({ law: 'participatiewet' }), closed('2010-03-31', 'beeindigd'), event('retention-trigger', { trigger: 'end-of-benefit', on: '2010-03-31' }), event('retention-extended', { until: '2028-12-31' }));
    expect(retentionDate(benefit, proposal)).toMatchObject({ firstDestructionDay: '2020-04-01', extended: false, signals: ['extension-without-effect'] });
  });

  it('the archivist’s designation keeps a hotspot for good, and may undo what a source nominated', () => {
    expect(dateOf(fold(...granted, event('designation-changed', { designation: 'blijvend_bewaren', hotspot: 'toeslagen' })))).toBe('permanent');
    const nominated = [opened(), closed('2010-03-31', 'verleend', { archiefnominatie: 'blijvend_bewaren' })];
    expect(dateOf(fold(...nominated))).toBe('permanent');
    expect(dateOf(fold(...nominated, event('designation-changed', { designation: 'vernietigen', exception: 'besluit' })))).toBe('2025-04-01');
  });

  it('a second opening takes no rule and no child away', () => {
    const child = (dateOfBirth: string): RetentionInput => opened({ law: 'leerplichtwet', retentionRules: ['leerplicht-ontheffing'], subjects: [{ subjectId: dateOfBirth, role: 'youth', dateOfBirth }] });
    expect(dateOf(fold(child('2006-05-10'), child('2004-02-29'), closed('2018-01-01')))).toBe('2025-05-11');
  });

  it('a hold placed anew under an id that was lifted stands; a lifting that came first works once', () => {
    const place = (on: string): RetentionInput => event('hold-placed', { kind: 'klacht', on, holdId: 'H' });
    const lift = (on: string): RetentionInput => event('hold-lifted', { kind: 'klacht', on, holdId: 'H' });
    const due = (...more: RetentionInput[]): boolean => isDue(fold(...granted, ...more), proposal, day('2040-01-01'), []).due;
    expect(due(place('2024-01-01'), lift('2024-02-01'))).toBe(true);
    expect(due(lift('2024-02-01'), place('2024-01-01'))).toBe(true);
    expect(due(place('2024-01-01'), lift('2024-02-01'), place('2024-03-01'))).toBe(false);
    expect(due(lift('2024-02-01'), place('2024-01-01'), place('2024-01-15'))).toBe(false);
  });
});

describe('holds by class', () => {
  const hold = (scope: ClassHold['scope']): readonly ClassHold[] => withHold([], { kind: 'vernietigingsstop', on: '2024-01-01', scope });
  const dossier = { rules: ['a'], law: 'wmo2015', openedOn: '2020-05-01' };
  it.each([
    [{ laws: ['wmo2015'] }, true], [{ laws: ['jeugdwet'] }, false], [{ rules: ['a', 'b'] }, true], [{ rules: ['b'] }, false],
    [{ period: { from: '2020-05-01', until: '2020-05-01' } }, true], [{ period: { from: '2020-05-02' } }, false], [{ period: { until: '2020-04-30' } }, false],
    [{ laws: ['wmo2015'], period: { until: '2020-04-30' } }, false], [{}, true],
  ])('%j covers the dossier: %j', (scope, covered) => {
    expect(coveringHolds(hold(scope), dossier)).toHaveLength(covered ? 1 : 0);
  });
  it('what is not known of a dossier does not take it out of a hold', () => {
    expect(coveringHolds(hold({ laws: ['jeugdwet'], rules: ['x'], period: { from: '2030-01-01' } }), { rules: null, law: null, openedOn: null })).toHaveLength(1);
  });
  it('a narrower lifting lifts nothing; the same scope in another order does', () => {
    const placed = hold({ laws: ['a', 'b'] });
    const lifting = (scope: ClassHold['scope'], on = '2024-02-01'): number => withLifting(placed, { kind: 'vernietigingsstop', on, scope }).filter(({ liftedOn }) => liftedOn !== null).length;
    expect([lifting({ laws: ['a'] }), lifting({ laws: ['b', 'a'] }), lifting({ laws: ['b', 'a'] }, '2023-12-31'), lifting({})]).toEqual([0, 1, 0, 0]);
  });
});

describe('procedure terms', () => {
  it('give their worked deadlines, late from the next day', () => {
    const examples = PROCEDURE_TERMS.flatMap((term) => ((term as { workedExamples?: { trigger: string; deadline: string }[] }).workedExamples ?? []).map((example) => [term.id, example] as const));
    expect(examples.length).toBeGreaterThanOrEqual(4);
    for (const [id, { trigger, deadline }] of examples) expect(deadlineOf(id, trigger)).toEqual({ deadline, lateFrom: day(deadline).add({ days: 1 }).toString() });
  });
  it('have none where the documents give none, unless it is configured', () => {
    expect(deadlineOf('informeren-casusoverleg', '2024-01-31')).toBeNull();
    expect(deadlineOf('informeren-casusoverleg', '2024-01-31', 'P14D')).toEqual({ deadline: '2024-02-14', lateFrom: '2024-02-15' });
    expect(() => deadlineOf('bestaat-niet', '2024-01-31')).toThrow(RangeError);
    expect(collectionReminder('2000-02-29')).toBe('2027-02-28');
  });
});
