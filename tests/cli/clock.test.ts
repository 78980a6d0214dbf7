import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { SystemClock } from '#infra/clock/system-clock';

const START = Temporal.Instant.from('2015-01-01T08:00:00Z');

describe('the simulated clock', () => {
  test('stands still until it is moved', async () => {
    const clock = new SimulatedClock(START);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(clock.now().toString()).toBe(START.toString());
    clock.advanceBy({ hours: 24 });
    expect(clock.now().toString()).toBe('2015-01-02T08:00:00Z');
  });

  test('never goes back', () => {
    const clock = new SimulatedClock(START);
    clock.advanceTo(START.subtract({ hours: 1 }));
    expect(clock.now().toString()).toBe(START.toString());
    expect(() => clock.advanceBy({ hours: -1 })).toThrow(RangeError);
    expect(clock.now().toString()).toBe(START.toString());
  });

  test('flows at real speed once it is let go, also after a jump', async () => {
    const clock = new SimulatedClock(START);
    clock.letTimePass();
    clock.advanceTo(START.add({ hours: 5 }));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const passed = clock.now().since(START.add({ hours: 5 })).total('milliseconds');
    expect(passed).toBeGreaterThanOrEqual(25);
    expect(passed).toBeLessThan(5_000);
  });
});

test('the system clock tells the time of the machine', () => {
  expect(Math.abs(new SystemClock().now().epochMilliseconds - Date.now())).toBeLessThan(1_000);
});
