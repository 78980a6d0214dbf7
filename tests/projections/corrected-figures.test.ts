import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposedSchedule } from '#domain/retention/proposed-schedule';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { agendaCounts } from '#projections/retention-agenda/queries';
import { yearlyFiguresProjection } from '#projections/yearly-figures/projection';
import { cellsAfter, cellsOf, fact, fold, GOVERNANCE, ledgerEvents, type Recorded } from './fold-harness.js';
import { figuresOf } from './figures-oracle.js';
import { anyFact } from './generated-ledger.js';

const ADOPTED: Recorded = { stream: GOVERNANCE, event: { type: 'schedule-adopted', schema: 1, data: { ...proposedSchedule(), adoptedBy: 'c', mandate: 'm', archivistAdvice: 'a', on: '2019-01-01' } } };

/** Renewals, disputes, plans: what moves a consent without being counted itself. */
const days = fc.constantFrom('2018-12-31', '2020-02-29', '2023-07-01', '2024-06-15', '2024-12-31', '2025-12-31').map((occurredOn) => ({ occurredOn }));
const scope = { purposes: ['hulp'], recipients: [{ kind: 'wijkteam' }], categories: ['gezondheid'] };
const consentFact: fc.Arbitrary<Recorded> = fc.tuple(
  fc.integer({ min: 0, max: 1 }), days, fc.constantFrom('T1', 'T2', 'T3'),
  fc.constantFrom<readonly [string, object]>(
    ['consent-given', { ...scope, givenBy: [], form: 'mondeling', planId: 'P1' }], ['consent-given', { ...scope, givenBy: [], form: 'mondeling', validUntil: '2023-12-31' }],
    ['consent-renewed', { ...scope, givenBy: [], form: 'mondeling', renews: 'T1' }], ['consent-renewed', { ...scope, givenBy: [], form: 'mondeling', renews: 'T2', planId: 'P2' }],
    ['consent-withdrawn', {}], ['consent-disputed', {}], ['consent-dispute-resolved', { outcome: 'upheld' }], ['consent-dispute-resolved', { outcome: 'invalid' }],
  ),
).map(([n, at, consentId, [type, more]]) => fact(n, type, { ...at, consentId, ...more }));
const planEnd = fc.tuple(fc.integer({ min: 0, max: 1 }), days, fc.constantFrom('P1', 'P2')).map(([n, at, planId]) => fact(n, 'plan-ended', { ...at, planId, on: at.occurredOn }));
const decisionFact = fc.tuple(fc.integer({ min: 0, max: 1 }), days, fc.constantFrom('D1', 'D2'), fc.constantFrom('T1', 'T2', 'T3')).map(([n, at, decisionId, consentId]) => fact(n, 'sharing-decided', {
  ...at, decisionId, consentId, outcome: 'delen', purpose: 'hulp', legalBasis: { article: 'wmo2015-5.1.1-4-hergebruik-client' },
}));
const sharingFact = fc.tuple(fc.integer({ min: 0, max: 1 }), days, fc.constantFrom('D1', 'D2')).map(([n, at, decisionId]) => fact(n, 'data-shared', { ...at, decisionId, recipient: { organisation: 'W', kind: 'wijkteam' }, categories: ['gezondheid'] }));
const own: fc.Arbitrary<Recorded> = fc.oneof({ arbitrary: anyFact, weight: 3 }, { arbitrary: consentFact, weight: 3 }, { arbitrary: planEnd, weight: 1 }, { arbitrary: decisionFact, weight: 1 }, { arbitrary: sharingFact, weight: 2 });

interface Step { readonly fact: Recorded; readonly correct: boolean; readonly which: number; readonly annul: boolean }
const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.record({ fact: own, correct: fc.boolean(), which: fc.nat(), annul: fc.boolean() }), { minLength: 4, maxLength: 50 });

/** Some facts become the correction of an earlier one of their type and stream, others annul any earlier one. */
function corrected(all: readonly Step[]): readonly Recorded[] {
  const recorded: Recorded[] = [];
  const id = (at: number): string => `019a0000-0000-7000-8000-${String(at).padStart(12, '0')}`;
  for (const { fact: one, correct, which, annul } of all) {
    const earlier = recorded.flatMap(({ stream, event }, at) => (stream === one.stream && event.type !== 'schedule-adopted' && !event.type.startsWith('event-') && (annul || event.type === one.event.type) ? [at] : []));
    if (!correct || earlier.length === 0 || one.event.type === 'schedule-adopted') {
      recorded.push(one);
      continue;
    }
    const at = earlier[which % earlier.length]!;
    const of = { occurredOn: '2026-01-01', eventId: id(at), ofType: recorded[at]!.event.type };
    recorded.push({ stream: one.stream, event: annul
      ? { type: 'event-annulled', schema: 1, data: { ...of, reason: 'wrong-dossier' } }
      : { type: 'event-corrected', schema: 1, data: { ...of, ofSchema: 1, replacement: one.event.data as Record<string, unknown> } } });
  }
  return recorded;
}

describe('the figures after corrections', () => {
  it('are those of the streams as they now stand, by a slow count of everything', () => {
    let corrections = 0;
    let absent = 0;
    fc.assert(fc.property(steps, (all) => {
      const events = ledgerEvents([...corrected(all), ADOPTED]);
      const cells = cellsOf(fold([yearlyFiguresProjection], events).reader(yearlyFiguresProjection));
      const slow = figuresOf(events);
      expect(Object.fromEntries(Object.entries(cells).sort(([a], [b]) => (a < b ? -1 : 1)))).toEqual(slow);
      corrections += events.filter(({ type }) => type.startsWith('event-')).length;
      absent += Object.keys(slow).filter((key) => key.startsWith('sharings-consent-absent')).length;
    }), { numRuns: 1_500 });
    expect(corrections).toBeGreaterThan(3_000);
    expect(absent).toBeGreaterThan(200);
  });

  it('control: a correction that is left out is seen', () => {
    const shared = fact(0, 'data-shared', { occurredOn: '2024-02-01', recipient: { organisation: 'W' }, routeId: 'R' });
    const later = fact(0, 'event-corrected', { eventId: '019a0000-0000-7000-8000-000000000000', ofType: 'data-shared', ofSchema: 1, replacement: { ...shared.event.data as object, occurredOn: '2025-02-01' } });
    expect(cellsAfter(shared)).toEqual({ 'sharings 2024 route': 1 });
    expect(cellsAfter(shared, later)).toEqual({ 'sharings 2025 route': 1 });
    expect(cellsAfter(shared, fact(0, 'event-annulled', { eventId: '019a0000-0000-7000-8000-000000000000', ofType: 'data-shared' }), later)).toEqual({});
  });

  it.each([
    ['renewed under another id before it ran out', [fact(0, 'consent-renewed', { consentId: 'T2', renews: 'T1', ...scope, givenBy: [], form: 'mondeling', occurredOn: '2024-01-05' })], 0],
    ['renewed, and the renewal annulled', [
      fact(0, 'consent-renewed', { consentId: 'T2', renews: 'T1', ...scope, givenBy: [], form: 'mondeling', occurredOn: '2024-01-05' }),
      fact(0, 'event-annulled', { eventId: '019a0000-0000-7000-8000-000000000003', ofType: 'consent-renewed' })], 1],
    ['not renewed', [], 1],
  ] as const)('a consent that ran out: %s', (_name, more, absent) => {
    const story = [
      fact(0, 'consent-given', { consentId: 'T1', ...scope, givenBy: [], form: 'mondeling', validUntil: '2024-01-10', occurredOn: '2024-01-01' }),
      fact(0, 'sharing-decided', { decisionId: 'D1', consentId: 'T1', outcome: 'delen', purpose: 'hulp', legalBasis: { article: 'wmo2015-5.1.1-4-hergebruik-client' }, occurredOn: '2024-01-02' }),
      fact(0, 'data-shared', { decisionId: 'D1', recipient: { organisation: 'W', kind: 'wijkteam' }, categories: ['gezondheid'], occurredOn: '2024-02-01' }),
      ...more,
    ];
    const cells = cellsAfter(...story);
    expect(Object.entries(cells).filter(([key]) => key.startsWith('sharings-consent-absent')).reduce((sum, [, count]) => sum + count, 0)).toBe(absent);
  });
});

describe('the stock of what is due', () => {
  it('is what the agenda calls due on a 31 December after everything', () => {
    let due = 0;
    const year = fc.constantFrom(2026, 2028, 2033, 2034, 2041, 2060);
    fc.assert(fc.property(steps, year, (all, of) => {
      const finished = [0, 1, 2, 3].flatMap((n) => [fact(n, 'dossier-opened', { law: 'wmo2015', subjects: [{ subjectId: 's', role: 'client' }] }), fact(n, 'dossier-closed', { on: `201${n}-06-30`, result: 'geweigerd' })]);
      const views = fold([yearlyFiguresProjection, retentionAgendaProjection], ledgerEvents([ADOPTED, ...finished, ...shifted(corrected(all))]));
      const counts = agendaCounts(views.reader(retentionAgendaProjection), Temporal.PlainDate.from(`${of}-12-31`));
      const stock = Object.entries(cellsOf(views.reader(yearlyFiguresProjection)))
        .filter(([key]) => key.startsWith('dossiers-due ') && Number(key.split(' ')[1]) <= of).reduce((sum, [, count]) => sum + count, 0);
      expect(stock).toBe(counts.due + counts.overdue);
      due += stock;
    }), { numRuns: 1_000 });
    expect(due).toBeGreaterThan(500);
  });
});

/** Corrections name places: nine events come first. */
function shifted(recorded: readonly Recorded[]): readonly Recorded[] {
  return recorded.map(({ stream, event }) => {
    const { eventId } = event.data as { eventId?: string };
    if (eventId === undefined) return { stream, event };
    return { stream, event: { ...event, data: { ...event.data as object, eventId: `${eventId.slice(0, -12)}${String(Number(eventId.slice(-12)) + 9).padStart(12, '0')}` } } };
  });
}
