import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doubtAbout } from '#domain/governance/clock-trust';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { openLedger, type Ledger } from '#src/composition/ledger';

const START = Temporal.Instant.from('2026-03-02T10:00:00Z');
const PERSON = { iss: 'test', sub: 'beheer', role: 'operations' };
let folder: string;
let ledger: Ledger;
let clock: SimulatedClock;

async function open(now: Temporal.Instant, watched = true): Promise<void> {
  clock = new SimulatedClock(now, { watched });
  ledger = await openLedger({
    oin: '00000001823288444000', dataDir: join(folder, 'data'), headDirs: [join(folder, 'head'), join(folder, 'head2')], masterKeyFile: join(folder, 'keys', 'master.key'),
    host: '127.0.0.1', port: 0, oidc: null, waitingPeriodDays: 7, smallRunsWait: false, allowTestSchedules: true,
  }, clock);
}
async function reopen(now: Temporal.Instant): Promise<void> {
  await ledger.close();
  await open(now);
}
const later = (hours: number): Temporal.Instant => clock.now().add({ hours });
const suspected = async (): Promise<unknown> => (await ledger.governance.state()).clockSuspected?.reason ?? null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rekenschap-clock-'));
  await open(START);
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a clock', () => {
  it.each([
    ['a day and no more while running', 24, true, null], ['more than a day while running', 24.1, true, 'ahead-while-running'],
    ['a holiday of 35 days', 35 * 24, false, null], ['longer than 35 days', 35 * 24 + 1, false, 'ahead-after-stop'],
    ['an hour back, as summer time would', -1, true, null], ['more than an hour back', -1.1, false, 'behind'],
  ] as const)('%s', (_name, hours, running, expected) => {
    expect(doubtAbout(START.add({ minutes: Math.round(hours * 60) }), START, running)).toBe(expected);
  });
});

describe('the watch over the clock', () => {
  it('lets a clock be that goes on as clocks do, also over a stop', async () => {
    for (let hour = 0; hour < 60; hour += 1) {
      expect(await ledger.clockWatch.check()).toBeNull();
      clock.advanceBy({ hours: 1 });
    }
    await ledger.clockWatch.check();
    await reopen(later(20 * 24));
    expect(await ledger.clockWatch.check()).toBeNull();
    expect(await suspected()).toBeNull();
  });

  it('stops what runs by the date when it jumps ahead; recording goes on; a restart does not make it believed', async () => {
    await ledger.clockWatch.check();
    clock.advanceBy({ hours: 25 });
    expect(await ledger.clockWatch.check()).toBe('ahead-while-running');
    expect(await ledger.nightly.run()).toMatchObject({ kind: 'refused', refusal: { code: 'clock-suspect' } });
    const recorded = await ledger.governance.append({ type: 'framework-ratified', schema: 1, data: { occurredOn: '2026-03-01', version: '1' } }, PERSON);
    expect(recorded.kind).toBe('done');
    await reopen(later(1));
    expect(await ledger.nightly.run()).toMatchObject({ refusal: { code: 'clock-suspect' } });
    // Also when the clock was put right: somebody must have looked.
    await reopen(START.add({ hours: 2 }));
    expect(await ledger.clockWatch.check()).toBe('ahead-while-running');
    expect(await ledger.clockWatch.confirm(PERSON)).toMatchObject({ kind: 'done' });
    expect(await ledger.nightly.run()).toMatchObject({ kind: 'done' });
    expect(await ledger.clockWatch.confirm(PERSON)).toMatchObject({ kind: 'refused', refusal: { code: 'wrong-state' } });
  });

  it('records once that it is suspect, however often it is asked', async () => {
    await ledger.clockWatch.check();
    const size = ledger.store.head().size;
    clock.jumpTo(START.subtract({ hours: 2 }));
    await Promise.all(Array.from({ length: 5 }, () => ledger.clockWatch.check()));
    expect(await suspected()).toBe('behind');
    expect(ledger.store.head().size - size).toBe(1);
  });

  it('confirmed, what the clock says now is where it goes on from', async () => {
    await ledger.clockWatch.check();
    clock.advanceBy({ hours: 24 * 400 });
    expect(await ledger.clockWatch.check()).toBe('ahead-while-running');
    await ledger.clockWatch.confirm(PERSON);
    clock.advanceBy({ hours: 1 });
    expect(await ledger.clockWatch.check()).toBeNull();
    await reopen(later(24));
    expect(await ledger.clockWatch.check()).toBeNull();
  });

  it('believes no start 36 days after the last tick, nor after the last event when the ticks are gone', async () => {
    await ledger.clockWatch.check();
    await reopen(later(36 * 24));
    expect(await ledger.clockWatch.check()).toBe('ahead-after-stop');
    await ledger.clockWatch.confirm(PERSON);
    for (const dir of ['head', 'head2']) rmSync(join(folder, dir, 'clock-ticks'));
    await reopen(later(36 * 24));
    expect(await ledger.clockWatch.check()).toBe('ahead-after-stop');
  });

  it('takes no tick that it did not sign, and the latest of several copies', async () => {
    await ledger.clockWatch.check();
    const file = join(folder, 'head', 'clock-ticks');
    const old = readFileSync(file, 'utf8');
    expect(existsSync(join(folder, 'head2', 'clock-ticks'))).toBe(true);
    for (let hour = 0; hour < 3; hour += 1) {
      clock.advanceBy({ hours: 12 });
      await ledger.clockWatch.check();
    }
    // An older copy put back says nothing as long as the other is there.
    writeFileSync(file, old);
    await reopen(later(1));
    expect(await ledger.clockWatch.check()).toBeNull();
    const moved = JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')) as object, at: '2027-03-02T10:00:00.000Z' });
    for (const dir of ['head', 'head2']) writeFileSync(join(folder, dir, 'clock-ticks'), moved);
    await reopen(later(1));
    expect(await ledger.clockWatch.check()).toBe('tick-damaged');
  });

  it('follows a clock that is moved by hand, as the demo does', async () => {
    await ledger.close();
    await open(START, false);
    for (const years of [1, 10]) {
      clock.advanceTo(START.add({ hours: 24 * 365 * years }));
      expect(await ledger.clockWatch.check()).toBeNull();
    }
    expect((await ledger.nightly.run()).kind).toBe('done');
  });
});
