import type fc from 'fast-check';
import { consentStatus, type ConsentAnswer, type ConsentQuestion } from '#domain/consent/status';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Occurred } from '#domain/ledger/moments';
import { consentIn, personsOf } from '#projections/consent-status/queries';
import type { RowReader } from '#projections/projection';
import { dossierStream } from '../fold-harness.js';
import { actsOf } from './acts-oracle.js';
import type { randomQuestion } from './random-acts.js';

export type Asked = typeof randomQuestion extends fc.Arbitrary<infer T> ? T : never;
export const STREAM = dossierStream(0);

/** The answer out of all acts, and the answer out of the interval rows. */
export function both(events: readonly LedgerEvent[], reader: RowReader, asked: Asked): { readonly oracle: ConsentAnswer; readonly rows: ConsentAnswer } {
  const question = defined(asked);
  const persons = personsOf(reader, STREAM, question.at, question.asKnownAt ?? null);
  const dossierSubjects = persons.length === 0 && question.subject === undefined ? {} : { dossierSubjects: persons };
  return { oracle: consentStatus(actsOf(events), { ...question, ...dossierSubjects }), rows: consentIn(reader, [{ stream: STREAM, onlyLaw: null }], question) };
}

function defined({ subject, asKnownAt, at, ...rest }: Asked): Omit<ConsentQuestion, 'dossierSubjects'> {
  return { ...rest, at: at as Occurred, ...(subject === undefined ? {} : { subject }), ...(asKnownAt === undefined ? {} : { asKnownAt }) };
}
