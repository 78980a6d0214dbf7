import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lapsesToRecord } from '#domain/dossier/lapses';
import type { EventId } from '#domain/ledger/ids';
import { expiryCalendarProjection } from '#projections/expiry-calendar/projection';
import { momentsToRecord } from '#projections/expiry-calendar/queries';
import { dossierStream, fact, fold, ledgerEvents, type Recorded } from '../fold-harness.js';

const TODAY = Temporal.PlainDate.from('2031-01-01');
const days = fc.constantFrom('2004-02-29', '2008-05-01', '2012-02-29', '2020-02-29', '2024-03-01', '2024-12-31', '2026-07-01');
const consentId = fc.constantFrom('T1', 'T2');
const validUntil = fc.constantFrom({}, { validUntil: '2024-12-31' }, { validUntil: '2025-06-30' });
const subject = fc.tuple(fc.constantFrom('s1', 's2'), fc.constantFrom('client', 'youth', 'parent'), days).map(([subjectId, role, dateOfBirth]) => ({ subjectId, role, dateOfBirth }));
const given = { purposes: ['hulp'], recipients: [{ kind: 'ggd' }], categories: ['gezondheid'], givenBy: [{ relation: 'self' }], form: 'written' };

const one = fc.oneof(
  fc.tuple(days, fc.array(subject, { minLength: 1, maxLength: 2 })).map(([occurredOn, subjects]) => fact(0, 'dossier-opened', { occurredOn, law: 'jeugdwet', subjects })),
  fc.tuple(days, consentId, validUntil).map(([occurredOn, id, more]) => fact(0, 'consent-given', { occurredOn, consentId: id, ...given, ...more })),
  fc.tuple(days, consentId, validUntil, fc.constantFrom({}, { renews: 'T1' })).map(([occurredOn, id, more, renews]) => fact(0, 'consent-renewed', { occurredOn, consentId: id, ...given, ...more, ...renews })),
  fc.tuple(days, consentId, fc.constantFrom('consent-withdrawn', 'consent-refused'), fc.constantFrom({}, { purposes: ['hulp'] })).map(([occurredOn, id, type, part]) => fact(0, type, { occurredOn, consentId: id, ...part })),
  fc.tuple(days, fc.constantFrom('dossier-closed', 'dossier-reopened')).map(([on, type]) => fact(0, type, { on, reason: 'r' })),
  subject.map((joined) => fact(0, 'subject-joined', { subject: joined })),
  fc.tuple(days, fc.constantFrom('s1', 's2')).map(([on, subjectId]) => fact(0, 'subject-status', { subject: { subjectId }, status: 'deceased', on })),
  fc.tuple(fc.nat(5), fc.constantFrom('event-annulled', 'event-corrected'), validUntil).map(([n, type, more]) => fact(0, type, { eventId: n, more })),
);

/** Corrections of an event that is there and earlier, as the recorder lets them through. */
function corrected(list: readonly Recorded[]): readonly Recorded[] {
  return list.flatMap((recorded, at) => {
    const { type, data } = recorded.event as { type: string; data: Record<string, unknown> };
    if (type !== 'event-annulled' && type !== 'event-corrected') return [recorded];
    const original = list[data['eventId'] as number];
    if (original === undefined || (data['eventId'] as number) >= at || original.event.type.startsWith('event-')) return [fact(0, 'objection-received', { kind: 'klacht', receivedOn: '2024-01-01' })];
    const eventId = ledgerEvents(list)[data['eventId'] as number]!.id;
    const replacement = { ...original.event.data as object, ...data['more'] as object };
    return [fact(0, type, { eventId, ofType: original.event.type, ...(type === 'event-annulled' ? {} : { ofSchema: 1, replacement }) })];
  });
}

/** What the calendar expects and what the stream itself says are the same, before and after it was recorded. */
function check(list: readonly Recorded[]): number {
  const events = ledgerEvents(corrected(list));
  const expected = (all: typeof events): readonly string[] => lapsesToRecord(all, null, [], TODAY)
    .map(({ type, data }) => JSON.stringify([type, 'consentId' in data ? data.consentId : 'reason' in data ? `${data.subjectId} ${data.reason}` : '']));
  const shown = (all: typeof events): readonly string[] => momentsToRecord(fold([expiryCalendarProjection], all).reader(expiryCalendarProjection), TODAY, null, 1_000)
    .map(({ kind, name }) => JSON.stringify([kind === 'consent' ? 'consent-expired' : 'authority-ended', name]));
  const before = expected(events);
  expect([...shown(events)].sort()).toEqual([...before].sort());
  const recorded = lapsesToRecord(events, null, [], TODAY).map((event, n) => ({
    ...event, id: `019a0000-0000-7000-9000-${String(n).padStart(12, '0')}` as EventId, stream: dossierStream(0), revision: events.length + n, position: events.length + n, recordedAt: '2031-01-01T00:00:00.000Z',
  }));
  expect(expected([...events, ...recorded])).toEqual([]);
  expect(shown([...events, ...recorded])).toEqual([]);
  return before.length;
}

describe('the calendar of what time does', () => {
  it('says what the stream itself says, and nothing once it was recorded', () => {
    let found = 0;
    fc.assert(fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (list) => { found += check(list); }), { numRuns: 2_000 });
    expect(found).toBeGreaterThan(1_000);
  });

  it('a consent ends on the day after its last day, in Amsterdam also in winter and summer', () => {
    const at = (validity: string): string => {
      const [lapse] = lapsesToRecord(ledgerEvents([fact(0, 'consent-given', { occurredOn: '2020-01-01', consentId: 'T', ...given, validUntil: validity })]), null, [], TODAY);
      return (lapse!.data as { occurredAt: string }).occurredAt;
    };
    expect(at('2024-06-30')).toBe('2024-07-01T00:00:00+02:00');
    expect(at('2024-12-31')).toBe('2025-01-01T00:00:00+01:00');
    expect(at('2025-03-29')).toBe('2025-03-30T00:00:00+01:00');
    expect(at('2025-10-25')).toBe('2025-10-26T00:00:00+02:00');
  });

  it('authority ends at 16 and 18 and at death, for who was younger when the dossier was opened and while it is open', () => {
    const opened = fact(0, 'dossier-opened', { occurredOn: '2015-01-01', law: 'jeugdwet', subjects: [{ subjectId: 'child', role: 'youth', dateOfBirth: '2004-02-29' }, { subjectId: 'mother', role: 'parent', dateOfBirth: '1980-01-01' }, { subjectId: 'older', role: 'client', dateOfBirth: '1998-06-01' }] });
    const ends = (...more: Recorded[]): unknown => lapsesToRecord(ledgerEvents([opened, ...more]), null, [], TODAY)
      .map(({ data }) => ('reason' in data ? [data.subjectId, data.reason, data.occurredAt ?? data.occurredOn] : []));
    expect(ends()).toEqual([
      ['older', 'reached-18', '2016-06-01T00:00:00+02:00'], ['child', 'reached-16', '2020-02-29T00:00:00+01:00'], ['child', 'reached-18', '2022-03-01T00:00:00+01:00'],
    ]);
    expect(ends(fact(0, 'dossier-closed', { on: '2019-12-31' }))).toEqual([['older', 'reached-18', '2016-06-01T00:00:00+02:00']]);
    expect(ends(fact(0, 'subject-status', { subject: { subjectId: 'child' }, status: 'deceased', on: '2019-05-05' }))).toEqual([
      ['older', 'reached-18', '2016-06-01T00:00:00+02:00'], ['child', 'deceased', '2019-05-05'],
    ]);
  });
});
