import { join } from 'node:path';
import type { LedgerEvent } from '#domain/ledger/event';
import type { EventId, StreamName } from '#domain/ledger/ids';
import { proposedSchedule } from '#domain/retention/proposed-schedule';
import { SqliteViews } from '#infra/views/sqlite-views';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { agendaCounts, agendaPage } from '#projections/retention-agenda/queries';
import { inFreshFolder } from './measure.ts';

const ITEMS = 100;
const PAGE = 1_000;
const ASKED = 21;

export interface AgendaFigures {
  readonly dossiers: number;
  /** How many stand in a category that has a date. */
  readonly dated: number;
  /** Milliseconds for the counts of every category and a page of what is overdue; median. */
  readonly askMillis: number;
}

/** The agenda of a municipality: counts of all, and the first hundred that are overdue. */
export function agenda(dossiers: number): Promise<AgendaFigures> {
  return inFreshFolder((folder) => {
    const views = new SqliteViews(join(folder, 'views.db'));
    try {
      views.open(retentionAgendaProjection);
      const build = views.build(retentionAgendaProjection);
      let page: LedgerEvent[] = [];
      const flush = (): void => {
        if (page.length === 0) return;
        build.advance(page.at(-1)!.position, (rows) => { for (const event of page) retentionAgendaProjection.apply(event, rows, { counting: true }); });
        page = [];
      };
      for (const event of closedDossiers(dossiers)) {
        page.push(event);
        if (page.length === PAGE) flush();
      }
      flush();
      build.swap();
      const today = Temporal.Now.plainDateISO('Europe/Amsterdam');
      let dated = 0;
      const times = Array.from({ length: ASKED }, () => {
        const start = performance.now();
        views.read(retentionAgendaProjection, (rows) => {
          const counts = agendaCounts(rows, today);
          dated = counts.overdue + counts.due + counts.soon + counts.later;
          for (const category of [null, 'overdue', 'later'] as const) agendaPage(rows, today, { category, after: null, limit: ITEMS });
        });
        return performance.now() - start;
      }).sort((a, b) => a - b);
      return Promise.resolve({ dossiers, dated, askMillis: times[Math.floor(ASKED / 2)]! });
    } finally {
      views.close();
    }
  });
}

/** Opened, closed over twenty years, most with the brondatum that their rule waits for. */
function* closedDossiers(count: number): Generator<LedgerEvent> {
  let position = 0;
  const event = (stream: string, revision: number, type: string, data: LedgerEvent['data']): LedgerEvent => ({
    id: `019a0000-0000-7000-8000-${String(position).padStart(12, '0')}` as EventId, stream: stream as StreamName, revision, position: position++, type, schema: 1,
    recordedAt: '2026-01-01T00:00:00.000Z', data,
  });
  yield event('governance-00000000-0000-4000-8000-000000000001', 0, 'schedule-adopted', { on: '2020-01-01', ...proposedSchedule() } as unknown as LedgerEvent['data']);
  for (let n = 0; n < count; n += 1) {
    const stream = `dossier-00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const dossier = { system: 's', reference: `r${n}` };
    const on = Temporal.PlainDate.from('2005-01-01').add({ days: (n * 7_919) % 7_300 }).toString();
    yield event(stream, 0, 'dossier-opened', { occurredOn: on, dossier, law: 'wmo2015', subjects: [] });
    yield event(stream, 1, 'dossier-closed', { occurredOn: on, dossier, on, result: 'verleend' });
    if (n % 8 !== 0) yield event(stream, 2, 'retention-trigger', { occurredOn: on, dossier, trigger: 'end-of-provision', on });
  }
}
