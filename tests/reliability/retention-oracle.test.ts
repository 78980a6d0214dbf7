import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassHold } from '#domain/retention/class-holds';
import { isDue } from '#domain/retention/retention-date';
import type { RetentionRule } from '#domain/retention/schedule';
import { evolveRetention, initialRetention, type RetentionInput } from '#domain/retention/state';
import { validateSchedule } from '#domain/retention/validate-schedule';
import { naiveAllowedFrom, naiveDay, type NaiveClassHold, type NaiveFact, type NaiveRule } from '../domain/retention/naive-oracle.js';

const RUNS = process.env['REKENSCHAP_RELIABILITY'] === 'long' ? 100_000 : 3_000;
const ADOPTED_ON = '2019-06-01';

const rule = (more: Partial<RetentionRule> & Pick<RetentionRule, 'id' | 'law' | 'period' | 'trigger'>): RetentionRule => ({
  version: '1', result: null, name: 'Regel', waardering: 'vernietigen', extendable: false, policy: 'full', selectielijst: { list: '2020', number: '1' }, ...more,
});
const RULES: readonly RetentionRule[] = [
  rule({ id: 'a', version: '2012', law: 'wmo2015', result: 'verleend', period: 'P15Y', trigger: 'end-of-provision', extendable: true, validUntil: '2016-12-31' }),
  rule({ id: 'a', version: '2017', law: 'wmo2015', result: 'verleend', period: 'P10Y', trigger: 'end-of-provision', extendable: true, validFrom: '2017-01-01' }),
  rule({ id: 'b', law: 'wmo2015', result: 'geweigerd', period: 'P1Y1M1D', trigger: 'refusal' }),
  rule({ id: 'c', law: 'jeugdwet', period: 'P20Y', trigger: 'end-of-youth-care-or-last-change', extendable: true }),
  rule({ id: 'd', law: 'leerplichtwet', period: 'P19Y', trigger: 'birth-date' }),
  rule({ id: 'e', law: 'algemeen', result: 'afgehandeld', period: 'P21Y', trigger: 'birth-year' }),
  rule({ id: 'f', law: 'algemeen', result: 'afgebroken', period: 'P42D', trigger: 'process-completed' }),
  rule({ id: 'g', law: 'participatiewet', period: 'P0D', trigger: 'process-completed' }),
  rule({ id: 'h', law: 'archiefwet', period: null, trigger: null, waardering: 'blijvend_bewaren' }),
];

const leapish = ['2004-02-29', '2008-02-29', '2012-02-28', '2012-02-29', '2016-12-31', '2017-01-01', '2019-03-31', '2019-10-27', '2020-02-29', '2021-01-31'];
const day = fc.oneof(
  fc.constantFrom(...leapish),
  fc.record({ year: fc.integer({ min: 2003, max: 2023 }), n: fc.integer({ min: 0, max: 364 }) }).map(({ year, n }) => new Temporal.PlainDate(year, 1, 1).add({ days: n }).toString()),
);
const farOrDay = fc.oneof({ arbitrary: day, weight: 8 }, { arbitrary: fc.constantFrom('9999-12-31', '2041-02-28'), weight: 1 });
/** Around midnight, and in the nights in which the clock changes. */
const moment = fc.record({
  on: fc.oneof(day, fc.constantFrom('2016-12-31', '2019-03-31', '2019-10-27', '2020-03-29', '2020-10-25')),
  time: fc.constantFrom('00:30', '21:59', '22:00', '22:59', '23:00', '23:59', '12:00'),
}).map(({ on, time }) => `${on}T${time}:00Z`);
const occurred = fc.oneof(day.map((occurredOn) => ({ occurredOn })), moment.map((occurredAt) => ({ occurredAt })));
const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const optional = <Value>(key: string, value: fc.Arbitrary<Value>): fc.Arbitrary<Record<string, Value>> => fc.option(value, { nil: null }).map((one) => (one === null ? {} : { [key]: one }));
const born = fc.tuple(fc.constantFrom('client', 'youth', 'parent'), fc.option(day, { nil: undefined, freq: 6 }))
  .map(([role, dateOfBirth]) => ({ subjectId: 's', role, ...(dateOfBirth === undefined ? {} : { dateOfBirth }) }));

type Fact = { readonly type: string; readonly data: Record<string, unknown> };
const made = (type: string, ...parts: fc.Arbitrary<Record<string, unknown>>[]): fc.Arbitrary<Fact> =>
  fc.tuple(...parts).map((list) => ({ type, data: { occurredOn: '2010-01-01', ...Object.assign({}, ...list) as Record<string, unknown> } }));
const of = (key: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> => value.map((one) => ({ [key]: one }));
const opened = fc.tuple(occurred, fc.constantFrom('wmo2015', 'wmo2015', 'jeugdwet', 'leerplichtwet', 'participatiewet', 'archiefwet'), fc.array(born, { minLength: 1, maxLength: 3 }), optional('retentionRules', fc.uniqueArray(ids, { minLength: 1, maxLength: 2 })))
  .map(([at, law, subjects, rules]): Fact => ({ type: 'dossier-opened', data: { ...at, law, subjects, ...rules } }));
const closed = made('dossier-closed', of('on', day), optional('result', fc.constantFrom('verleend', 'geweigerd', 'afgebroken', 'afgehandeld')), fc.oneof(
  { arbitrary: fc.constant({}), weight: 6 }, { arbitrary: of('archiefactiedatum', farOrDay), weight: 2 }, { arbitrary: fc.constant({ archiefnominatie: 'blijvend_bewaren' }), weight: 1 },
));
const trigger = made('retention-trigger', of('trigger', fc.constantFrom('end-of-provision', 'refusal', 'end-of-youth-care', 'last-change', 'birth-date', 'birth-year', 'process-completed', 'end-of-youth-care-or-last-change')), of('on', day), optional('corrects', fc.constantFrom('e1', 'e2', 'e3', 'e4')));
const hold = (type: string): fc.Arbitrary<Fact> => made(type, of('on', day), of('kind', fc.constantFrom('klacht', 'bezwaar')), optional('holdId', fc.constantFrom('H1', 'H2')));
const other = fc.oneof(
  trigger, trigger, hold('hold-placed'), hold('hold-lifted'), hold('hold-lifted'), closed,
  made('dossier-reopened', of('on', day), fc.constant({ reason: 'r' })),
  made('retention-extended', of('until', farOrDay)),
  made('retention-rule-changed', of('retentionRules', fc.uniqueArray(ids, { minLength: 1, maxLength: 2 })), optional('archivistAdvice', fc.constant('akkoord'))),
  made('designation-changed', of('designation', fc.constantFrom('vernietigen', 'vernietigen', 'blijvend_bewaren'))),
  made('subject-joined', of('subject', born)),
  made('event-annulled', of('eventId', fc.constantFrom('e0', 'e1', 'e2', 'e3', 'e4', 'e5'))),
);
// Most sequences are of a dossier that was opened and closed: others hardly ever have a date.
const facts = fc.tuple(opened, closed, fc.array(fc.oneof({ arbitrary: other, weight: 8 }, { arbitrary: opened, weight: 1 }), { maxLength: 7 }), fc.boolean())
  .chain(([first, second, rest, shuffled]): fc.Arbitrary<Fact[]> => {
    const list = [first, second, ...rest];
    return shuffled ? fc.shuffledSubarray(list, { minLength: list.length }) : fc.constant(list);
  });
const classHolds = fc.array(fc.record({
  on: day, liftedOn: fc.option(day, { freq: 3 }), rules: fc.option(fc.uniqueArray(ids, { minLength: 1, maxLength: 2 }), { nil: undefined }),
  laws: fc.option(fc.uniqueArray(fc.constantFrom('wmo2015', 'jeugdwet'), { minLength: 1, maxLength: 1 }), { nil: undefined }),
  from: fc.option(day, { nil: undefined }), until: fc.option(day, { nil: undefined }),
}) as fc.Arbitrary<NaiveClassHold>, { maxLength: 1 });

function named(list: readonly Fact[]): readonly NaiveFact[] {
  const types = new Map(list.map(({ type }, n) => [`e${n}`, type]));
  return list.map(({ type, data }, n) => ({
    id: `e${n}`, type, data: type === 'event-annulled' ? { ...data, ofType: types.get(data['eventId'] as string) ?? 'dossier-opened' } : data,
  })).filter(({ type, data, id }) => type !== 'event-annulled' || (types.get((data as { eventId: string }).eventId) !== 'event-annulled' && Number((data as { eventId: string }).eventId.slice(1)) < Number(id.slice(1))));
}

function asHold({ on, liftedOn, rules, laws, from, until }: NaiveClassHold): ClassHold {
  const period = { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
  return {
    holdId: null, kind: 'vernietigingsstop', on, liftedOn,
    scope: { ...(rules === undefined ? {} : { rules }), ...(laws === undefined ? {} : { laws }), ...(from === undefined && until === undefined ? {} : { period }) },
  };
}

type Compute = typeof isDue;

/** Null when both readings agree on the day before, the day itself and a day long after; else what they say. */
function difference(list: readonly Fact[], holds: readonly NaiveClassHold[], compute: Compute): string | null {
  const sent = named(list);
  const state = sent.reduce((folded, fact) => evolveRetention(folded, { schema: 1, ...fact } as unknown as RetentionInput), initialRetention);
  const allowed = naiveAllowedFrom(sent, RULES as unknown as NaiveRule[], ADOPTED_ON, holds);
  const asked = allowed === null || allowed.startsWith('9999') ? ['2090-01-01'] : [allowed, Temporal.PlainDate.from(allowed).subtract({ days: 1 }).toString(), '2090-01-01'];
  for (const today of asked) {
    const { due } = compute(state, { rules: RULES, on: ADOPTED_ON }, Temporal.PlainDate.from(today), holds.map(asHold));
    const expected = allowed !== null && allowed <= today;
    if (due !== expected) return `on ${today}: due ${String(due)}, the slow reading allows it from ${String(allowed)}`;
  }
  return null;
}

describe('a retention date against a second, slow reading of the rules', () => {
  it('has a schedule that could be adopted', () => {
    expect(validateSchedule(RULES)).toEqual([]);
  });

  it(`is never due a day earlier or later, over ${RUNS} sequences of facts`, () => {
    let dated = 0;
    fc.assert(fc.property(facts, classHolds, (list, holds) => {
      if (naiveAllowedFrom(named(list), RULES as unknown as NaiveRule[], ADOPTED_ON, holds) !== null) dated += 1;
      expect(difference(list, holds, isDue)).toBeNull();
    }), { numRuns: RUNS });
    // Sequences without any date would prove nothing.
    expect(dated).toBeGreaterThan(RUNS / 10);
  });

  it.each<[string, Compute]>([
    ['holds by class forgotten', (state, schedule, today) => isDue(state, schedule, today, [])],
    ['the day of the term itself', (state, schedule, today, holds) => isDue(state, schedule, today.add({ days: 1 }), holds)],
    ['versions of a rule not told apart', (state, schedule, today, holds) => isDue(state, schedule === null ? null : { ...schedule, rules: schedule.rules.filter(({ version }) => version !== '2012').map(({ validFrom: _from, ...one }) => one) }, today, holds)],
    ['a second rule left out', (state, schedule, today, holds) => isDue({ ...state, retentionRules: state.retentionRules.slice(0, 1), alsoRules: [] }, schedule, today, holds)],
    ['a reopening not seen', (state, schedule, today, holds) => isDue({ ...state, reopened: false }, schedule, today, holds)],
    ['an extension not seen', (state, schedule, today, holds) => isDue({ ...state, extendedUntil: null }, schedule, today, holds)],
    ['adoption not waited for', (state, schedule, today, holds) => isDue(state, schedule === null ? null : { rules: schedule.rules }, today, holds)],
  ])('finds a planted bug: %s', (_name, planted) => {
    const found = fc.check(fc.property(facts, classHolds, (list, holds) => difference(list, holds, planted) === null), { numRuns: 30_000 });
    expect(found.failed).toBe(true);
  });

  it('knows the nights in which the clock changes', () => {
    expect(['2019-03-30T22:59:00Z', '2019-03-30T23:00:00Z', '2019-03-31T21:59:00Z', '2019-03-31T22:00:00Z', '2019-10-26T21:59:00Z', '2019-10-26T22:00:00Z', '2019-10-27T22:59:00Z', '2019-10-27T23:00:00Z'].map(naiveDay))
      .toEqual(['2019-03-30', '2019-03-31', '2019-03-31', '2019-04-01', '2019-10-26', '2019-10-27', '2019-10-27', '2019-10-28']);
  });
});
