import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consentStatus, type ConsentQuestion } from '#domain/consent/status';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Occurred } from '#domain/ledger/moments';
import { consentStatusProjection } from '#projections/consent-status/projection';
import { consentIn, personsOf } from '#projections/consent-status/queries';
import type { RowReader } from '#projections/projection';
import { dossierStream, fold, ledgerEvents } from '../fold-harness.js';
import { actsOf } from './acts-oracle.js';
import { randomQuestion, randomStream } from './random-acts.js';

type Asked = typeof randomQuestion extends fc.Arbitrary<infer T> ? T : never;
const STREAM = dossierStream(0);

function defined({ subject, asKnownAt, at, ...rest }: Asked): Omit<ConsentQuestion, 'dossierSubjects'> {
  return { ...rest, at: at as Occurred, ...(subject === undefined ? {} : { subject }), ...(asKnownAt === undefined ? {} : { asKnownAt }) };
}

/** The answer out of all acts, and the answer out of the interval rows. */
function both(events: readonly LedgerEvent[], reader: RowReader, asked: Asked) {
  const question = defined(asked);
  const persons = personsOf(reader, STREAM, question.at, question.asKnownAt ?? null);
  const dossierSubjects = persons.length === 0 && question.subject === undefined ? {} : { dossierSubjects: persons };
  return { oracle: consentStatus(actsOf(events), { ...question, ...dossierSubjects }), rows: consentIn(reader, [{ stream: STREAM, onlyLaw: null }], question) };
}

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
    }), { numRuns: 3_000 });
    // The streams reach every status, unknown orders, and questions whose answer has changed since.
    for (const status of ['not-requested', 'requested', 'given', 'renewed', 'refused', 'withdrawn', 'disputed', 'expired', 'invalidated', 'none-found']) {
      expect(seen.get(status) ?? 0, status).toBeGreaterThan(20);
    }
    expect(doubtful).toBeGreaterThan(20);
    expect(past).toBeGreaterThan(100);
  });
});
