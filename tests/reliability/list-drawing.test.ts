import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LedgerEvent } from '#domain/ledger/event';
import type { EventId, StreamName } from '#domain/ledger/ids';
import { SqliteViews } from '#infra/views/sqlite-views';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { dueItems } from '#projections/retention-agenda/queries';
import { ListBook } from '#src/destruction/lists/list-book';
import { pageOf } from '#src/destruction/lists/list-page';
import { KEEPER, LedgerHouse, must } from '../destruction/house.js';

const LONG = process.env['REKENSCHAP_RELIABILITY'] === 'long';
const DOSSIERS = LONG ? 100_000 : 10_000;
/** Issue 6 for 100,000: ten seconds of the processor. The short form has as much for each dossier, and half a second to start with. */
const CPU_SECONDS = LONG ? 10 : 1.5;
/** However many dossiers: the list is never in memory as a whole. */
const HEAP_MIB = 96;
const TODAY = '2030-06-01';

let house: LedgerHouse;
let views: SqliteViews;

beforeAll(async () => {
  house = await LedgerHouse.open();
  views = new SqliteViews(join(house.folder, 'agenda.db'));
  views.open(retentionAgendaProjection);
  const build = views.build(retentionAgendaProjection);
  let page: LedgerEvent[] = [];
  for (const event of closedDossiers(DOSSIERS)) {
    page.push(event);
    if (page.length < 1_000 && event.position < 2 * DOSSIERS) continue;
    const events = page;
    build.advance(event.position, (rows) => { for (const one of events) retentionAgendaProjection.apply(one, rows, { counting: true }); });
    page = [];
  }
  build.swap();
}, 600_000);
afterAll(async () => {
  views.close();
  await house.remove();
});

function* closedDossiers(count: number): Generator<LedgerEvent> {
  let position = 0;
  const event = (stream: string, type: string, data: unknown): LedgerEvent => ({
    id: `019a0000-0000-7000-8000-${String(position).padStart(12, '0')}` as EventId, stream: stream as StreamName, revision: 0, position: position++, type, schema: 1,
    recordedAt: '2020-01-01T00:00:00.000Z', data,
  });
  const rule = {
    id: 'wmo', version: '1', law: 'wmo2015', result: null, name: 'Wmo', period: 'P1Y', trigger: 'process-completed', waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: null,
  };
  yield event('governance-00000000-0000-4000-8000-000000000001', 'schedule-adopted', { version: '1', rules: [rule], adoptedBy: 'c', mandate: 'm', archivistAdvice: 'a', on: '2020-01-01' });
  for (let n = 0; n < count; n += 1) {
    const stream = `dossier-00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const on = Temporal.PlainDate.from('2005-01-01').add({ days: (n * 7_919) % 7_300 }).toString();
    yield event(stream, 'dossier-opened', { occurredOn: on, law: 'wmo2015', subjects: [] });
    yield event(stream, 'dossier-closed', { occurredOn: on, on, result: 'verleend' });
  }
}

test(`a list of ${DOSSIERS} dossiers is drawn up in ${CPU_SECONDS} s of the processor, and never in memory as a whole`, { timeout: 600_000 }, async () => {
  const { writer, vault, store } = house.ledger;
  const book = new ListBook(writer, vault, store);
  const base = process.memoryUsage().heapUsed;
  let most = base;
  let read = 0;
  function* watched() {
    for (const { stream, rule, firstDestructionDay } of dueItems(() => views.reader(retentionAgendaProjection), Temporal.PlainDate.from(TODAY))) {
      read += 1;
      if (read % 1_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
      yield { stream, rule: rule!.id, firstDestructionDay: firstDestructionDay! };
    }
  }
  const before = process.cpuUsage();
  const list = must(await book.drawUp({ kind: 'draw-up', by: KEEPER, today: TODAY, name: 'Lang', scheduleVersion: '1' }, watched()));
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6;
  const heap = (most - base) / 2 ** 20;
  if (LONG) console.log(`${DOSSIERS} dossiers: ${cpu.toFixed(2)} s of the processor, ${heap.toFixed(0)} MiB more at most`);
  expect([read, list.state.items]).toEqual([DOSSIERS, DOSSIERS]);
  expect(cpu).toBeLessThan(CPU_SECONDS);
  expect(heap).toBeLessThan(HEAP_MIB);

  // Its last page is read without the others: a few milliseconds instead of the whole list.
  const last = await pageOf(book, list, DOSSIERS - 3);
  expect(last.page?.map(({ n }) => n)).toEqual([DOSSIERS - 2, DOSSIERS - 1, DOSSIERS]);
  let all = 0;
  for await (const { n } of book.items.from(list.state, 1)) {
    all += 1;
    if (n !== all) throw new Error('the items are out of order');
  }
  expect(all).toBe(DOSSIERS);
});
