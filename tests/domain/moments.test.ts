import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOccurred, dayOf, dayTextOf } from '#domain/ledger/moments';

const two = (n: number): string => String(n).padStart(2, '0');
/** Any moment of a century, written in many offsets, the leap second and both nights of change among them. */
const moment = fc.record({
  year: fc.integer({ min: 1950, max: 2050 }), month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 28 }),
  late: fc.boolean(), hour: fc.constantFrom(0, 1, 2, 3, 12, 20, 21, 22, 23), minute: fc.constantFrom(0, 30, 59), second: fc.constantFrom(0, 59, 60),
  fraction: fc.constantFrom('', '', '.5', '.000000001'), offset: fc.constantFrom('+01:00', '+02:00', '+01:00', '+02:00', 'Z', '-05:00', '+14:00'),
}).map(({ year, month, day, late, hour, minute, second, fraction, offset }) =>
  `${year}-${two(month)}-${two(late ? Math.min(day + 3, month === 2 ? 28 : 30) : day)}T${two(hour)}:${two(minute)}:${two(second)}${fraction}${offset}`);

describe('moments', () => {
  it('have the calendar day that a clock in Amsterdam shows', () => {
    fc.assert(fc.property(moment, (occurredAt) => {
      const clock = Temporal.Instant.from(occurredAt).toZonedDateTimeISO('Europe/Amsterdam').toPlainDate().toString();
      expect(dayOf({ occurredAt }).toString()).toBe(clock);
      expect(dayTextOf({ occurredAt })).toBe(clock);
    }), { numRuns: 5_000 });
  });

  it('a day without a moment stays that day', () => {
    for (const occurredOn of ['2024-02-29', '2024-02-28', '1996-12-31']) expect(dayTextOf({ occurredOn })).toBe(dayOf({ occurredOn }).toString());
    expect(() => dayTextOf({ occurredOn: '2024-02-30' })).toThrow(RangeError);
  });

  it('are ordered as moments, whatever offset they are written in', () => {
    fc.assert(fc.property(moment, moment, (a, b) => {
      expect(compareOccurred({ occurredAt: a }, { occurredAt: b })).toBe(Temporal.Instant.compare(Temporal.Instant.from(a), Temporal.Instant.from(b)));
    }), { numRuns: 5_000 });
  });

  it('a day before another is before it; the same day is no order', () => {
    expect(compareOccurred({ occurredOn: '2024-02-29' }, { occurredOn: '2024-03-01' })).toBe(-1);
    expect(compareOccurred({ occurredOn: '2024-03-01' }, { occurredAt: '2024-03-01T23:30:00+01:00' })).toBe(0);
    expect(compareOccurred({ occurredOn: '2024-03-01' }, { occurredAt: '2024-02-29T23:30:00Z' })).toBe(0);
  });
});
