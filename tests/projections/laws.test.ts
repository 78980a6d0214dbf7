import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposedSchedule } from '#domain/retention/proposed-schedule';
import { isDue } from '#domain/retention/retention-date';
import { SqliteViews } from '#infra/views/sqlite-views';
import type { Row, Rows } from '#projections/projection';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { agendaCounts, agendaPage, classHoldsInForce, dueItems, retentionStateOf, scheduleInForce, type AgendaCategory } from '#projections/retention-agenda/queries';
import { yearlyFiguresProjection } from '#projections/yearly-figures/projection';
import { ALL, cellsOf, dossierStream, dump, fact, fold, GOVERNANCE, ledgerEvents, type Recorded } from './fold-harness.js';
import { anyFact, calledOff, decision, destructionBegun, sharingFact } from './generated-ledger.js';

/** Under a schedule, so that some dossiers really are due. */
const FINISHED: readonly Recorded[] = [
  { stream: GOVERNANCE, event: { type: 'schedule-adopted', schema: 1, data: { ...proposedSchedule(), adoptedBy: 'c', mandate: 'm', archivistAdvice: 'a', on: '2019-01-01' } } },
  ...[0, 1, 2, 3].flatMap((n) => [
    fact(n, 'dossier-opened', { law: 'wmo2015', subjects: [{ subjectId: 's', role: 'client' }] }), fact(n, 'dossier-closed', { on: `201${n}-06-30`, result: 'geweigerd' }),
  ]),
];
const facts = fc.array(anyFact, { minLength: 1, maxLength: 40 });
const pages = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });

describe('a fold answers the same', () => {
  it('however the events come in pages', () => {
    fc.assert(fc.property(facts, pages, (recorded, sizes) => {
      const events = ledgerEvents(recorded);
      expect(dump(fold(ALL, events, sizes))).toBe(dump(fold(ALL, events)));
    }), { numRuns: 300 });
  });

  it('on memory and on SQLite', () => {
    fc.assert(fc.property(facts, (recorded) => {
      const folder = mkdtempSync(join(tmpdir(), 'laws-'));
      const sqlite = new SqliteViews(join(folder, 'views.db'));
      try {
        const events = ledgerEvents(recorded);
        expect(dump(fold(ALL, events, [7], sqlite))).toBe(dump(fold(ALL, events)));
      } finally {
        sqlite.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }), { numRuns: 30 });
  });

  it('the comparison can fail: an event left out is seen', () => {
    const events = ledgerEvents([fact(0, 'objection-received', { kind: 'avg-21', receivedOn: '2024-01-01' }), fact(0, 'consent-requested', { consentId: 'T1' })]);
    expect(dump(fold(ALL, events.slice(0, 1)))).not.toBe(dump(fold(ALL, events)));
  });

  it('facts about sharing and consent may arrive in any order: the cells are the same', () => {
    // One decision per id: of two, the one recorded last counts.
    const unique = fc.uniqueArray(decision, { selector: (one) => JSON.stringify([one.stream, (one.event.data as { decisionId: string }).decisionId]), maxLength: 6 });
    const mixed = fc.tuple(fc.array(sharingFact, { maxLength: 20 }), unique).map(([a, b]) => [...a, ...b]);
    fc.assert(fc.property(mixed.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([one, other]) => {
      const cells = (recorded: readonly Recorded[]): unknown => cellsOf(fold([yearlyFiguresProjection], ledgerEvents(recorded)).reader(yearlyFiguresProjection));
      expect(cells(other)).toEqual(cells(one));
    }), { numRuns: 500 });
  });

  it('a destruction called off leaves the cells as if it had never begun', () => {
    fc.assert(fc.property(facts, facts, fc.integer({ min: 0, max: 3 }), (before, after, n) => {
      const own = (recorded: readonly Recorded[]): Recorded[] => recorded.filter((one) => one.stream !== dossierStream(n));
      const with_ = ledgerEvents([...before, destructionBegun(n, '2025-01-01'), ...own(after), calledOff(n)]);
      const without = ledgerEvents([...before, ...own(after)]);
      const cells = (events: typeof with_): unknown => cellsOf(fold([yearlyFiguresProjection], events).reader(yearlyFiguresProjection));
      expect(cells(with_)).toEqual(cells(without));
    }), { numRuns: 200 });
  });

  it('forgetting a dossier leaves no row that names it and moves no cell', () => {
    fc.assert(fc.property(facts, (recorded) => {
      const events = ledgerEvents(recorded);
      const views = fold(ALL, events);
      const before = cellsOf(views.reader(yearlyFiguresProjection));
      for (const projection of ALL) views.advance(projection, events.length, (rows) => { projection.forget(dossierStream(0), rows); });
      expect(dump(views)).not.toContain(dossierStream(0));
      expect(cellsOf(views.reader(yearlyFiguresProjection))).toEqual(before);
    }), { numRuns: 100 });
  });
});

describe('agenda, list and gate', () => {
  it('agree on what is due on any day', () => {
    const today = fc.constantFrom('2020-01-01', '2024-03-01', '2025-07-01', '2033-01-01', '2036-01-01', '2041-01-01').map((day) => Temporal.PlainDate.from(day));
    let due = 0;
    fc.assert(fc.property(facts, today, (recorded, day) => {
      const reader = fold([retentionAgendaProjection], ledgerEvents([...FINISHED, ...recorded])).reader(retentionAgendaProjection);
      const gate = agendaPage(reader, day, { category: null, after: null, limit: 1_000 }).filter(({ stream }) => isDue(retentionStateOf(reader, stream)!, scheduleInForce(reader), day, classHoldsInForce(reader)).due).map(({ stream }) => stream);
      const all = agendaPage(reader, day, { category: null, after: null, limit: 1_000 });
      for (const [category, count] of Object.entries(agendaCounts(reader, day))) {
        const own = agendaPage(reader, day, { category: category as AgendaCategory, after: null, limit: 1_000 });
        expect([category, own.map(({ stream }) => stream), count]).toEqual([category, all.filter((item) => item.category === category).map(({ stream }) => stream), own.length]);
      }
      expect([...dueItems(() => reader, day)].map(({ stream }) => stream)).toEqual(gate);
      due += gate.length;
    }), { numRuns: 400 });
    expect(due).toBeGreaterThan(0);
  });
});

describe('one long stream', () => {
  it('costs each event the same number of row operations', () => {
    const operations = (size: number): number => {
      const events = ledgerEvents(Array.from({ length: size }, (_, i): Recorded => {
        const id = Math.floor(i / 4);
        switch (i % 4) {
          case 0: return fact(0, 'consent-given', { consentId: `T${id}`, purposes: ['hulp'], recipients: [{ kind: 'ggd' }], categories: ['gezondheid'], givenBy: [{ relation: 'zelf' }], form: 'mondeling' });
          case 1: return fact(0, 'sharing-decided', { decisionId: `D${id}`, outcome: 'delen', purpose: 'hulp', legalBasis: { article: 'wmo2015-5.1.1-4-hergebruik-client' }, consentId: `T${id}` });
          case 2: return fact(0, 'data-shared', { recipient: { organisation: 'GGD', kind: 'ggd' }, categories: ['gezondheid'], decisionId: `D${id}` });
          default: return fact(0, 'consent-withdrawn', { consentId: `T${id}` });
        }
      }));
      const views = fold([yearlyFiguresProjection], []);
      let touched = 0;
      views.advance(yearlyFiguresProjection, size, (rows) => {
        const counting: Rows = {
          get: (table, key) => { touched += 1; return rows.get(table, key); },
          select: (table, where) => { const found: readonly Row[] = rows.select(table, where); touched += 1 + found.length; return found; },
          atMost: (table, where, column, value) => { touched += 1; return rows.atMost(table, where, column, value); },
          atLeast: (table, where, column, value) => { touched += 1; return rows.atLeast(table, where, column, value); },
          page: (table, query) => { const found = rows.page(table, query); touched += 1 + found.length; return found; },
          put: (table, row) => { touched += 1; rows.put(table, row); },
          removeAll: (table, where) => { touched += 1; rows.removeAll(table, where); },
          remove: (table, key) => { touched += 1; rows.remove(table, key); },
        };
        for (const event of events) yearlyFiguresProjection.apply(event, counting, { counting: true });
      });
      return touched;
    };
    expect(operations(8_000) / operations(2_000)).toBeLessThan(4.2);
  });
});
