import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleSchedule, proposedSchedule } from '#domain/retention/proposed-schedule';
import { MemoryViews } from '#infra/views/memory-views';
import { SqliteViews } from '#infra/views/sqlite-views';
import { SqliteViewsReader } from '#infra/views/sqlite-views-reader';
import { consentStatusProjection } from '#projections/consent-status/projection';
import { wholly } from '#projections/projection';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { scheduleInForce } from '#projections/retention-agenda/queries';
import { ProjectionRunner } from '#src/projecting/projection-runner';
import { ALL, dump, fact, fold, GOVERNANCE, ledgerEvents, type Recorded } from './fold-harness.js';
import { anyFact } from './generated-ledger.js';
import { SmallLedger } from './small-ledger.js';

const DOSSIERS = 1_600;
const adoption = (schedule: object): Recorded =>
  ({ stream: GOVERNANCE, event: { type: 'schedule-adopted', schema: 1, data: { ...schedule, adoptedBy: 'c', mandate: 'm', archivistAdvice: 'a', on: '2024-01-01' } } });
const classHold: Recorded = {
  stream: GOVERNANCE, event: { type: 'hold-placed', schema: 1, data: { occurredOn: '2024-02-01', kind: 'vernietigingsstop', on: '2024-02-01', holdId: 'stop', scope: { laws: ['wmo2015'] } } },
};
const closed = Array.from({ length: DOSSIERS }, (_, n) => [
  fact(n, 'dossier-opened', { law: 'wmo2015', subjects: [] }), fact(n, 'dossier-closed', { on: `20${10 + n % 10}-06-30`, result: n % 2 === 0 ? 'geweigerd' : 'verleend' }),
]).flat();

describe('what moves every dossier', () => {
  let folder = '';
  let views: SqliteViews;
  let runner: ProjectionRunner | null = null;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'long-work-'));
    views = new SqliteViews(join(folder, 'views.db'));
  });
  afterEach(async () => {
    await runner?.stop();
    views.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('in parts it comes to the same rows, over any facts', () => {
    fc.assert(fc.property(fc.array(anyFact, { minLength: 1, maxLength: 30 }), (facts) => {
      const events = ledgerEvents(facts);
      const inParts = new MemoryViews();
      for (const projection of ALL) {
        inParts.open(projection);
        for (const event of events) {
          inParts.advance(projection, event.position, (rows) => {
            if (projection.longWork?.isLong(event) === true) wholly(projection.longWork.parts(event, rows, { counting: true }));
            else projection.apply(event, rows, { counting: true });
          });
        }
      }
      expect(dump(inParts)).toBe(dump(fold(ALL, events)));
    }), { numRuns: 100 });
  });

  it('leaves the other views and who waits for them to go on; rows and position stay of one moment', async () => {
    const ledger = new SmallLedger();
    await ledger.record(...closed, adoption(exampleSchedule()));
    const seen: { readonly agenda: number; readonly consent: number; readonly read: number; readonly version: string | undefined }[] = [];
    const elsewhere: { reader: SqliteViewsReader | null } = { reader: null };
    runner = new ProjectionRunner({
      store: ledger.store, open: ledger.open, views, projections: ALL,
      onMoved: () => {
        const at = (name: string): number => runner!.status().views.find((view) => view.name === name)!.position;
        if (elsewhere.reader === null) return;
        const { read, version } = elsewhere.reader.read(retentionAgendaProjection, (rows, position) => ({ read: position, version: scheduleInForce(rows)?.version }));
        seen.push({ agenda: at(retentionAgendaProjection.name), consent: at(consentStatusProjection.name), read, version });
      },
    });
    await runner.start();
    const size = closed.length + 1;
    expect(await runner.waitFor(size - 1, 60_000)).toBe(true);
    elsewhere.reader = new SqliteViewsReader(join(folder, 'views.db'));
    try {
      await ledger.record(adoption(proposedSchedule()), classHold, fact(1, 'dossier-reopened', { on: '2024-03-01', reason: 'r' }));
      expect(await runner.waitFor(size + 2, 60_000, consentStatusProjection.name)).toBe(true);
      // Whoever asked for consent has an answer; the agenda still stands where it was.
      expect(runner.status().views.find(({ name }) => name === retentionAgendaProjection.name)!.position).toBe(size - 1);
      expect(await runner.waitFor(size + 2, 60_000)).toBe(true);
    } finally {
      elsewhere.reader.close();
    }
    expect(seen.some(({ agenda, consent }) => consent === size + 2 && agenda === size - 1)).toBe(true);
    for (const { read, version } of seen) expect(version).toBe(read < size ? exampleSchedule().version : proposedSchedule().version);
    const { entries } = await ledger.store.readAll(0, ledger.store.head().size);
    const events = await Promise.all(entries.map((entry) => ledger.open((entry as Extract<typeof entry, { kind: 'event' }>).event)));
    expect(dump(views)).toBe(dump(fold(ALL, events)));
  }, 120_000);

  it('a run holds every view behind it, not in the middle of it', async () => {
    const ledger = new SmallLedger();
    await ledger.record(...closed);
    runner = new ProjectionRunner({ store: ledger.store, open: ledger.open, views, projections: ALL });
    await runner.start();
    const size = closed.length;
    expect(await runner.waitFor(size - 1, 60_000)).toBe(true);
    await ledger.record(adoption(proposedSchedule()));
    expect(await runner.waitFor(size, 60_000, consentStatusProjection.name)).toBe(true);
    expect(await runner.pauseAt(size - 1)).toBe(size);
    expect(new Set(runner.status().views.map(({ position }) => position))).toEqual(new Set([size]));
  }, 120_000);

  it('stopped in the middle it starts again', async () => {
    const ledger = new SmallLedger();
    await ledger.record(...closed);
    runner = new ProjectionRunner({ store: ledger.store, open: ledger.open, views, projections: ALL });
    await runner.start();
    const size = closed.length;
    expect(await runner.waitFor(size - 1, 60_000)).toBe(true);
    await ledger.record(adoption(proposedSchedule()));
    expect(await runner.waitFor(size, 60_000, consentStatusProjection.name)).toBe(true);
    await runner.stop();
    views.close();
    views = new SqliteViews(join(folder, 'views.db'));
    runner = new ProjectionRunner({ store: ledger.store, open: ledger.open, views, projections: ALL });
    await runner.start();
    expect(runner.status().views.find(({ name }) => name === retentionAgendaProjection.name)!.position).toBe(size - 1);
    expect(await runner.waitFor(size, 60_000)).toBe(true);
    expect(scheduleInForce(views.reader(retentionAgendaProjection))?.version).toBe(proposedSchedule().version);
  }, 120_000);
});
