import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import type { Clock } from '#infra/clock/port';
import { openLedger, type Ledger } from '#src/composition/ledger';
import { PROJECTIONS } from '#src/composition/projections';
import { destructionOf, resumeOpenRun } from '#src/destruction/destruction';
import { dueFromAgenda } from '#src/destruction/lists/due-from-agenda';
import type { ListView } from '#src/destruction/lists/list-view';
import { NightlyLists } from '#src/scheduling/nightly-lists';
import { configIn, houseWithApprovedList, must, type LedgerHouse } from '../destruction/house.js';

/** As the machine's own: nobody moves it on purpose. */
class MachineClock implements Clock {
  constructor(public at: Temporal.Instant) {}

  now(): Temporal.Instant {
    return this.at;
  }
}

const CONFIRMING = { iss: 'urn:test', sub: 'beheer', role: 'operations' };
let house: LedgerHouse;
let due: readonly StreamName[];
let list: ListView;
let ledger: Ledger | null;
beforeEach(async () => {
  ({ house, due, list } = await houseWithApprovedList());
  // Journalled and begun on the list; the process died before the first gate.
  await house.start(list, house.destruction());
  await house.close();
  ledger = null;
});
afterEach(async () => {
  await ledger?.close();
  await house.remove().catch(() => undefined);
});

const opened = async (days: number): Promise<Ledger> => (ledger = await openLedger(configIn(house.folder), new MachineClock(house.clock.now().add({ hours: 24 * days }))));
const gone = async (of: Ledger): Promise<number> => (await Promise.all(due.map((stream) => of.writer.read(stream)))).filter((read) => read === 'destroyed').length;

it('control: started again a day later, the run is carried to its end at once', async () => {
  const again = await opened(1);
  expect(await resumeOpenRun(again, PROJECTIONS)).toMatchObject({ destroyed: due.length });
  expect(await gone(again)).toBe(due.length);
});

it('a clock that jumped years keeps the run at its gates until operations confirms it; the next night goes on', async () => {
  const again = await opened(800);
  expect(await resumeOpenRun(again, PROJECTIONS)).toBeNull();
  expect(again.clockWatch.doubt).not.toBeNull();
  expect(await gone(again)).toBe(0);
  const { lists, runs } = destructionOf(again, { projections: PROJECTIONS });
  again.nightly.lookAfter(new NightlyLists({ ledger: again, lists, runs, due: dueFromAgenda(again) }));
  expect(await again.nightly.run()).toMatchObject({ kind: 'refused', refusal: { code: 'clock-suspect' } });
  expect(await gone(again)).toBe(0);
  must(await again.clockWatch.confirm(CONFIRMING));
  expect(await again.nightly.run()).toMatchObject({ kind: 'done' });
  expect(await gone(again)).toBe(due.length);
  expect(await runs.open()).toBeNull();
});
