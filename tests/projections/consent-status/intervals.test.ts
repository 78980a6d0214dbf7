import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryViews } from '#infra/views/memory-views';
import { SqliteViews } from '#infra/views/sqlite-views';
import { consentStatusProjection } from '#projections/consent-status/projection';
import { dossierStream, dump, fact, fold, ledgerEvents, type Recorded } from '../fold-harness.js';
import { both, STREAM } from './both-answers.js';
import { randomQuestion, randomStream } from './random-acts.js';

const ONLY = [consentStatusProjection] as const;

describe('interval rows', () => {
  it('answer as the acts themselves do: any stream, any question, any moment, as known at any position', () => {
    const seen = new Map<string, number>();
    let doubtful = 0;
    let past = 0;
    fc.assert(fc.property(randomStream, fc.array(randomQuestion, { minLength: 4, maxLength: 8 }), (recorded, questions) => {
      const events = ledgerEvents(recorded);
      const reader = fold([consentStatusProjection], events).reader(consentStatusProjection);
      for (const question of questions) {
        const { oracle, rows } = both(events, reader, question);
        expect(rows).toEqual(oracle);
        seen.set(oracle.recorded, (seen.get(oracle.recorded) ?? 0) + 1);
        if (oracle.reason.includes('volgorde is niet bekend')) doubtful += 1;
        if (question.asKnownAt !== undefined && JSON.stringify(oracle) !== JSON.stringify(both(events, reader, { ...question, asKnownAt: undefined }).oracle)) past += 1;
      }
    }), { numRuns: 2_500 });
    // The streams reach every status, unknown orders, and questions whose answer has changed since.
    for (const status of ['not-requested', 'requested', 'given', 'renewed', 'refused', 'withdrawn', 'disputed', 'expired', 'invalidated', 'none-found']) {
      expect(seen.get(status) ?? 0, status).toBeGreaterThan(20);
    }
    expect(doubtful).toBeGreaterThan(20);
    expect(past).toBeGreaterThan(100);
  });

  it('are the same however the events come in pages, in memory and on disk', () => {
    const pages = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(randomStream, pages, (recorded, sizes) => {
      const events = ledgerEvents(recorded);
      expect(dump(fold(ONLY, events, sizes), ONLY)).toBe(dump(fold(ONLY, events), ONLY));
    }), { numRuns: 500 });
    fc.assert(fc.property(randomStream, pages, (recorded, sizes) => {
      const folder = mkdtempSync(join(tmpdir(), 'intervals-'));
      const disk = new SqliteViews(join(folder, 'views.db'));
      try {
        const events = ledgerEvents(recorded);
        expect(dump(fold(ONLY, events, sizes, disk), ONLY)).toBe(dump(fold(ONLY, events), ONLY));
      } finally {
        disk.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }), { numRuns: 30 });
  });

  it('are the same after a rebuild, and nothing of a destroyed dossier is left', () => {
    fc.assert(fc.property(randomStream, randomStream, (gone, staying) => {
      const other = staying.map((one): Recorded => ({ ...one, stream: dossierStream(1) }));
      const events = ledgerEvents([...gone, ...withIds(other, gone.length)]);
      const views = fold(ONLY, events);
      views.advance(consentStatusProjection, events.length, (rows) => { consentStatusProjection.forget(STREAM, rows); });
      const left = dump(views, ONLY);
      expect(left).not.toContain(STREAM);
      // What a rebuild makes of the events that are still there.
      const rebuilt = new MemoryViews();
      expect(dump(fold(ONLY, events.filter((event) => event.stream !== STREAM), [1_000], rebuilt), ONLY)).toBe(left);
    }), { numRuns: 500 });
  });

  it('the comparison of rows can fail: an annulment left out is seen', () => {
    const given = fact(0, 'consent-given', { consentId: 'T1', purposes: ['hulp'], recipients: [{ kind: 'ggd' }], categories: ['gezondheid'] });
    const events = ledgerEvents([given, fact(0, 'event-annulled', { eventId: ledgerEvents([given])[0]!.id, ofType: 'consent-given' })]);
    expect(dump(fold(ONLY, events), ONLY)).not.toBe(dump(fold(ONLY, events.slice(0, 1)), ONLY));
  });
});

/** Corrections in a stream that starts later name events that have moved along. */
function withIds(recorded: readonly Recorded[], offset: number): readonly Recorded[] {
  const before = ledgerEvents(recorded);
  const after = ledgerEvents([...Array.from({ length: offset }, () => fact(9, 'dossier-located', {})), ...recorded]).slice(offset);
  const moved = new Map(before.map((event, index) => [event.id as string, after[index]!.id]));
  return recorded.map((one) => {
    const { eventId } = one.event.data as { eventId?: string };
    return eventId === undefined ? one : { ...one, event: { ...one.event, data: { ...one.event.data as object, eventId: moved.get(eventId) } } };
  });
}
