import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { NightlyTimer } from '#src/scheduling/nightly-timer';

/** Looks every quarter of an hour from one moment to another; answers when it called. */
async function calls(from: string, until: string, at: string, answers: (n: number) => boolean = () => true): Promise<readonly string[]> {
  const clock = new SimulatedClock(Temporal.Instant.from(from));
  const seen: string[] = [];
  const timer = new NightlyTimer(clock, Temporal.PlainTime.from(at), () => {
    seen.push(clock.now().toZonedDateTimeISO('Europe/Amsterdam').toString({ timeZoneName: 'never', smallestUnit: 'minute' }));
    return Promise.resolve(answers(seen.length));
  });
  while (Temporal.Instant.compare(clock.now(), Temporal.Instant.from(until)) < 0) {
    await timer.look();
    clock.advanceBy({ minutes: 15 });
  }
  return seen;
}

describe('the nightly timer', () => {
  it('calls once a day at its local time, winter and summer', async () => {
    expect(await calls('2026-01-10T00:00:00Z', '2026-01-12T00:00:00Z', '02:30')).toEqual(['2026-01-10T02:30+01:00', '2026-01-11T02:30+01:00']);
    expect(await calls('2026-07-10T00:00:00Z', '2026-07-11T00:00:00Z', '02:30')).toEqual(['2026-07-10T02:30+02:00']);
  });

  it('calls once in the night that has its time twice, and once in the night that has it not', async () => {
    expect(await calls('2026-10-24T22:00:00Z', '2026-10-25T22:00:00Z', '02:30')).toEqual(['2026-10-25T02:30+02:00']);
    expect(await calls('2026-03-28T23:00:00Z', '2026-03-29T21:00:00Z', '02:30')).toEqual(['2026-03-29T03:00+02:00']);
  });

  it('calls at once when the service starts later on the day', async () => {
    expect(await calls('2026-01-10T15:00:00Z', '2026-01-10T18:00:00Z', '02:30')).toEqual(['2026-01-10T16:00+01:00']);
  });

  it('calls again at the next look until it is done', async () => {
    expect(await calls('2026-01-10T01:00:00Z', '2026-01-10T04:00:00Z', '02:30', (n) => n === 3)).toHaveLength(3);
  });

  it('does not call while a call is under way', async () => {
    const clock = new SimulatedClock(Temporal.Instant.from('2026-01-10T12:00:00Z'));
    let open = 0;
    let done = (): void => undefined;
    const timer = new NightlyTimer(clock, Temporal.PlainTime.from('02:30'), () => {
      open += 1;
      return new Promise((resolve) => { done = () => { resolve(true); }; });
    });
    const first = timer.look();
    await timer.look();
    expect(open).toBe(1);
    done();
    await first;
    await timer.look();
    expect(open).toBe(1);
  });
});
