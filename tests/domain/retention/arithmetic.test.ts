import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import proposal from '#domain/reference/retention-schedule.json' with { type: 'json' };
import westerkwartier from '#domain/reference/retention-schedule-westerkwartier-2021.json' with { type: 'json' };
import { parsePeriod, termFromDate, termFromYear } from '#domain/retention/arithmetic';
import { naiveFirstDestructionDay } from './naive-calendar.js';

interface Example { case: string; trigger: string; retainedThrough: string | null; firstDestructionDay: string; isReminder?: boolean }
interface Rule { id: string; period: string; maximum: string | null; triggerKind: string; workedExamples: Example[] }

const rules = westerkwartier.rules as unknown as Rule[];
const examples = rules.flatMap((rule) => rule.workedExamples.map((example) => ({ rule, example })));

describe('the worked examples of the schedule westerkwartier-2021', () => {
  it('are the 38 that the file announces', () => {
    expect(examples).toHaveLength(38);
    expect(westerkwartier.workedExamplesCount).toBe(38);
  });

  it.each(examples.map(({ rule, example }) => [rule.id, example.case, rule, example] as const))('%s: %s', (_id, _case, rule, example) => {
    const period = example.isReminder === true ? rule.maximum! : rule.period;
    const term = rule.triggerKind === 'calendar-year'
      ? termFromYear(Number(example.trigger), period)
      : termFromDate(Temporal.PlainDate.from(example.trigger), period);
    expect({ through: term.retainedThrough?.toString() ?? null, first: term.firstDestructionDay.toString() })
      .toEqual({ through: example.retainedThrough, first: example.firstDestructionDay });
  });
});

describe('the deadlines of retention-schedule.json', () => {
  const terms = (proposal.procedureTerms as unknown as { id: string; period: string; workedExamples?: { trigger: string; deadline: string }[] }[])
    .flatMap((term) => (term.workedExamples ?? []).map((example) => [term.id, example.trigger, term.period, example.deadline] as const));

  it('has some', () => { expect(terms.length).toBeGreaterThanOrEqual(4); });
  it.each(terms)('%s from %s', (_id, trigger, period, deadline) => {
    expect(termFromDate(Temporal.PlainDate.from(trigger), period).retainedThrough?.toString()).toBe(deadline);
  });
});

describe('periods', () => {
  it.each(['', 'P', 'PT5H', '15Y', 'P15', 'P1.5Y', 'P-1Y', 'P1Y2', 'p1y', 'P1D2Y'])('%j is none', (text) => {
    expect(parsePeriod(text)).toBeNull();
  });
  it('reads years, months, weeks and days together', () => {
    expect(parsePeriod('P1Y2M3W4D')).toEqual({ years: 1, months: 2, days: 25 });
  });
  it('never adds the period to the day after the trigger (C1)', () => {
    expect(termFromDate(Temporal.PlainDate.from('2008-02-28'), 'P15Y').firstDestructionDay.toString()).toBe('2023-03-01');
  });
  it('refuses months in a year rule and text that is no period', () => {
    expect(() => termFromYear(2004, 'P21Y6M')).toThrow(RangeError);
    expect(() => termFromDate(Temporal.PlainDate.from('2020-01-01'), 'eeuwig')).toThrow(RangeError);
  });
});

describe('against a calendar that walks day by day', () => {
  const trigger = fc.record({ year: fc.integer({ min: 1950, max: 2060 }), dayOfYear: fc.integer({ min: 0, max: 364 }) })
    .map(({ year, dayOfYear }) => new Temporal.PlainDate(year, 1, 1).add({ days: dayOfYear }));
  const leapish = fc.integer({ min: 1950, max: 2060 }).chain((year) => fc.constantFrom(
    ...[[2, 28], [2, 29], [1, 31], [12, 31], [8, 31], [3, 1]].map(([month, day]) => Temporal.PlainDate.from({ year, month: month!, day: day! })),
  ));
  const period = fc.oneof(
    fc.integer({ min: 0, max: 28 }).map((years) => `P${years}Y`),
    fc.integer({ min: 0, max: 40 }).map((months) => `P${months}M`),
    fc.integer({ min: 0, max: 400 }).map((days) => `P${days}D`),
    fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 60 }))
      .map(([years, months, days]) => `P${years}Y${months}M${days}D`),
  );

  it('the first destruction day is the same', () => {
    fc.assert(fc.property(fc.oneof(trigger, leapish), period, (on, text) => {
      expect(termFromDate(on, text).firstDestructionDay.toString()).toBe(naiveFirstDestructionDay(on.toString(), text));
    }), { numRuns: 2_000 });
  });

  it('the comparison can fail: a planted bug (the day after plus the period) is found', () => {
    const planted = fc.check(fc.property(leapish, (on) => {
      const wrong = on.add({ days: 1 }).add({ years: 15 }).toString();
      return wrong === naiveFirstDestructionDay(on.toString(), 'P15Y');
    }), { numRuns: 2_000 });
    expect(planted.failed).toBe(true);
  });
});
