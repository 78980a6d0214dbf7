import { describe, expect, it } from 'vitest';
import { proposedSchedule } from '#domain/retention/proposed-schedule';
import { cellsAfter, fact, GOVERNANCE, type Recorded } from './fold-harness.js';
import { calledOff, destructionBegun } from './generated-ledger.js';

const NEEDS = { article: 'wmo2015-5.1.1-4-hergebruik-client' };
const TO = { organisation: 'Wijkteam Noord', kind: 'wijkteam' };
const shared = (at: object, decisionId = 'D1', more: object = {}): Recorded => fact(0, 'data-shared', { recipient: TO, categories: ['gezondheid'], decisionId, ...at, ...more });
const decided = (at: object, more: object = {}): Recorded => fact(0, 'sharing-decided', { decisionId: 'D1', outcome: 'delen', purpose: 'hulp', legalBasis: NEEDS, ...at, ...more });
const given = (at: object, more: object = {}): Recorded => fact(0, 'consent-given', { consentId: 'T1', purposes: ['hulp'], recipients: [{ kind: 'wijkteam' }], categories: ['gezondheid'], givenBy: [{ relation: 'zelf' }], form: 'schriftelijk', function: 'basis', ...at, ...more });
const withdrawn = (at: object, more: object = {}): Recorded => fact(0, 'consent-withdrawn', { consentId: 'T1', ...at, ...more });
const on = (occurredOn: string): object => ({ occurredOn });
const at = (occurredAt: string): object => ({ occurredAt });
const absent = (cells: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(cells).filter(([key]) => key.startsWith('sharings-consent-absent')).map(([key, count]) => [key.replace('sharings-consent-absent ', ''), count]));
const cited = { consentId: 'T1' };

describe('shared where consent was required and absent', () => {
  it('S104: 40 sharings, 3 without consent by ground, 1 objection', () => {
    const recorded = Array.from({ length: 37 }, (_, n) => fact(n, 'data-shared', { recipient: TO, routeId: 'R1', ...on('2024-02-02') }));
    const without = ['serious-danger', 'serious-danger', 'conflict-of-duties'].flatMap((why, n) => [
      fact(n, 'sharing-decided', { decisionId: 'D', outcome: 'delen', purpose: 'hulp', legalBasis: NEEDS, withoutConsent: { why }, ...on('2024-02-01') }),
      fact(n, 'data-shared', { recipient: TO, decisionId: 'D', categories: ['gezondheid'], ...on('2024-02-02') }),
    ]);
    expect(cellsAfter(...recorded, ...without, fact(0, 'objection-received', { kind: 'avg-21', receivedOn: '2024-05-01' }))).toEqual({
      'sharings 2024 route': 37, 'sharings 2024 decision': 3, 'objections 2024 avg-21': 1,
      'sharings-consent-absent 2024 not-asked-decided-beforehand serious-danger none': 2,
      'sharings-consent-absent 2024 not-asked-decided-beforehand conflict-of-duties none': 1,
    });
  });

  it('a valid consent that covers the sharing: nothing to count, whatever the order of arrival', () => {
    const facts = [given(on('2024-01-01')), decided(on('2024-01-02'), cited), shared(on('2024-01-03'))];
    expect(absent(cellsAfter(...facts))).toEqual({});
    expect(absent(cellsAfter(...facts.toReversed()))).toEqual({});
  });

  it.each([
    ['withdrawn before', [given(on('2024-01-01')), withdrawn(on('2024-01-02'))], '2024 after-refusal-or-withdrawal none none'],
    ['refused', [fact(0, 'consent-refused', { consentId: 'T1', ...on('2024-01-02') })], '2024 after-refusal-or-withdrawal none none'],
    ['asked, no answer', [fact(0, 'consent-requested', { consentId: 'T1', ...on('2024-01-02') })], '2024 not-asked-undecided none none'],
    ['expired', [given(on('2024-01-01'), { validUntil: '2024-01-09' })], '2024 not-asked-undecided none none'],
    ['generic', [given(on('2024-01-01'), { generic: true })], '2024 not-asked-undecided none none'],
    ['for another recipient', [given(on('2024-01-01'), { recipients: [{ kind: 'politie' }] })], '2024 not-asked-undecided none none'],
    ['for fewer categories', [given(on('2024-01-01'), { categories: ['schulden'] })], '2024 not-asked-undecided none none'],
    ['given afterwards', [given(on('2024-01-11'))], '2024 not-asked-undecided none none'],
    ['refused, then asked again', [fact(0, 'consent-refused', { consentId: 'T1', purposes: ['hulp'], recipients: [TO], categories: ['gezondheid'], ...on('2024-01-02') }),
      fact(0, 'consent-requested', { consentId: 'T1', purposes: ['hulp'], recipients: [TO], categories: ['gezondheid'], ...on('2024-01-03') })], '2024 after-refusal-or-withdrawal none none'],
  ] as const)('%s', (_name, acts, row) => {
    expect(absent(cellsAfter(...acts, decided(on('2024-01-05'), cited), shared(on('2024-01-10'))))).toEqual({ [row]: 1 });
  });

  it('nobody is accused by an order that is unknown: withdrawn on the day itself', () => {
    const story = (withdrawal: Recorded, sharing: Recorded): Record<string, number> => absent(cellsAfter(given(on('2024-01-01')), decided(on('2024-01-02'), cited), withdrawal, sharing));
    expect(story(withdrawn(on('2024-01-10')), shared(at('2024-01-10T10:00:00+01:00')))).toEqual({});
    expect(story(withdrawn(at('2024-01-10T09:00:00+01:00')), shared(at('2024-01-10T10:00:00+01:00')))).toEqual({ '2024 after-refusal-or-withdrawal none none': 1 });
    expect(story(withdrawn(at('2024-01-10T11:00:00+01:00')), shared(at('2024-01-10T10:00:00+01:00')))).toEqual({});
  });

  it('a withdrawal that comes in after the sharing was recorded counts from its own moment on', () => {
    const story = (withdrawal: Recorded): Record<string, number> =>
      absent(cellsAfter(given(on('2024-01-01')), decided(on('2024-01-02'), cited), shared(at('2024-01-10T10:00:00+01:00')), withdrawal));
    const counted = { '2024 after-refusal-or-withdrawal none none': 1 };
    expect(story(withdrawn(at('2024-01-10T09:59:59+01:00')))).toEqual(counted);
    expect(story(withdrawn(at('2024-01-10T09:00:00Z')))).toEqual(counted);
    expect(story(withdrawn(at('2024-01-10T10:00:01+01:00')))).toEqual({});
    expect(story(withdrawn(on('2024-01-10')))).toEqual({});
    expect(story(withdrawn(on('2024-01-09')))).toEqual(counted);
  });

  it('S101: a decision beforehand counts as such, one after the sharing does not', () => {
    const why = { withoutConsent: { why: 'serious-danger', risk: 'veiligheid' } };
    const row = (moment: string): Record<string, number> => absent(cellsAfter(decided(at(moment), why), shared(at('2024-04-01T10:00:00+02:00'))));
    expect(row('2024-04-01T09:00:00+02:00')).toEqual({ '2024 not-asked-decided-beforehand serious-danger veiligheid': 1 });
    expect(row('2024-04-01T11:00:00+02:00')).toEqual({ '2024 not-asked-undecided serious-danger veiligheid': 1 });
  });

  it('a withdrawal of something else leaves the consent as it was', () => {
    expect(absent(cellsAfter(given(on('2024-01-01')), withdrawn(on('2024-01-02'), { categories: ['schulden'] }), decided(on('2024-01-02'), cited), shared(on('2024-01-10'))))).toEqual({});
  });

  it('what a sender wrote instead of a code never becomes part of a figure', () => {
    const cells = cellsAfter(
      decided(on('2024-01-02'), { withoutConsent: { why: 'Jan wilde niet', risk: 'Jan' } }), shared(on('2024-01-10')), given(on('2024-01-01'), { form: 'bij Jan thuis', function: 'Jan' }),
      fact(0, 'objection-received', { kind: 'van Jan', receivedOn: '2024-01-01' }), fact(0, 'dossier-opened', { law: 'wmo2015', subjects: [], ...on('2024-01-01') }),
      fact(0, 'hold-placed', { kind: 'Jan', on: '2024-01-01' }),
    );
    expect(JSON.stringify(cells)).not.toContain('Jan');
    expect(cells['holds 2024 onbekend']).toBe(1);
  });

  it('the year is that of the day in Amsterdam', () => {
    expect(cellsAfter(fact(0, 'data-shared', { recipient: TO, routeId: 'R', ...at('2024-12-31T23:30:00Z') }))).toEqual({ 'sharings 2025 route': 1 });
  });

  it('basis: none, not usable, unknown; consent not stated stands beside the total', () => {
    const cells = (legalBasis: unknown): Record<string, number> => cellsAfter(decided(on('2024-01-02'), { legalBasis }), shared(on('2024-01-10')));
    expect(cells('none')).toEqual({ 'sharings 2024 decision': 1, 'sharings-without-basis 2024 none': 1 });
    expect(cells('onbekend')).toEqual({ 'sharings 2024 decision': 1, 'sharings-basis-unknown 2024': 1 });
    expect(cells({ gdpr: '6-1-e' })).toEqual({ 'sharings 2024 decision': 1, 'sharings-basis-unknown 2024': 1 });
    expect(cells({ article: 'convenant-geen-grondslag' })).toEqual({ 'sharings 2024 decision': 1, 'sharings-without-basis 2024 not-usable': 1 });
    expect(cellsAfter(shared(on('2024-01-10')))).toEqual({ 'sharings 2024 decision': 1, 'sharings-decision-unknown 2024': 1 });
  });
});

describe('stocks at 31 December', () => {
  const opened = fact(0, 'dossier-opened', { law: 'wmo2015', subjects: [{ subjectId: 's', role: 'client' }], ...on('2014-02-01') });
  const closed = fact(0, 'dossier-closed', { on: '2015-06-30', result: 'geweigerd' }); // due from 2020-07-01
  const adopted = (day: string): Recorded => ({ stream: GOVERNANCE, event: { type: 'schedule-adopted', schema: 1, data: { ...proposedSchedule(), adoptedBy: 'c', mandate: 'm', archivistAdvice: 'a', on: day } } });
  const base = [adopted('2019-01-01'), opened, closed];
  const stock = (cells: Record<string, number>, figure: string, year: number): number => Object.entries(cells)
    .filter(([key]) => { const [code, cellYear] = key.split(' '); return code === figure && Number(cellYear) <= year; })
    .reduce((sum, [, count]) => sum + count, 0);
  const series = (cells: Record<string, number>, figure: string): number[] => [2013, 2014, 2019, 2020, 2021, 2022, 2023, 2024].map((year) => stock(cells, figure, year));

  it('due from the year of the date, not before the schedule was adopted', () => {
    expect(series(cellsAfter(...base), 'dossiers-due')).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
    expect(series(cellsAfter(opened, closed, adopted('2022-03-01')), 'dossiers-due')).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
    expect(series(cellsAfter(...base), 'dossiers')).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('a hold takes it out of due while it stands, and counts it as held', () => {
    const cells = cellsAfter(...base, fact(0, 'hold-placed', { kind: 'klacht', on: '2021-03-01', holdId: 'h' }), fact(0, 'hold-lifted', { kind: 'klacht', on: '2023-02-01', holdId: 'h' }));
    expect(series(cells, 'dossiers-due')).toEqual([0, 0, 0, 1, 0, 0, 1, 1]);
    expect(series(cells, 'dossiers-held')).toEqual([0, 0, 0, 0, 1, 1, 0, 0]);
  });

  it('a hold by class takes out what it covers, and is itself no dossier', () => {
    const byClass = (type: string, on: string, laws: readonly string[]): Recorded => ({ stream: GOVERNANCE, event: { type, schema: 1, data: { kind: 'vernietigingsstop', on, scope: { laws } } } });
    const cells = cellsAfter(...base, byClass('hold-placed', '2021-01-01', ['wmo2015']), byClass('hold-lifted', '2023-02-01', ['wmo2015']));
    expect(series(cells, 'dossiers-due')).toEqual([0, 0, 0, 1, 0, 0, 1, 1]);
    expect(series(cells, 'dossiers-held')).toEqual([0, 0, 0, 0, 1, 1, 0, 0]);
    expect(series(cells, 'dossiers')).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
    expect(cellsAfter(...base, byClass('hold-placed', '2021-01-01', ['jeugdwet']))).toEqual(cellsAfter(...base));
  });

  it('destruction takes it out of every stock and counts it; called off puts it back', () => {
    const cells = cellsAfter(...base, destructionBegun(0, '2022-05-01'));
    expect(series(cells, 'dossiers-due')).toEqual([0, 0, 0, 1, 1, 0, 0, 0]);
    expect(series(cells, 'dossiers')).toEqual([0, 1, 1, 1, 1, 0, 0, 0]);
    expect(cells['dossiers-destroyed 2022']).toBe(1);
    expect(cellsAfter(...base, destructionBegun(0, '2022-05-01'), calledOff(0))).toEqual(cellsAfter(...base));
  });
});
