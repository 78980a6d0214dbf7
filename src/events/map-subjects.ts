import type { SubjectId } from '#domain/ledger/ids';
import type { SubjectIdentifier } from '#infra/vault/port';
import type { WireData } from '#src/events/validation';

/** A person that the wire data of one event names. */
export interface PersonFound {
  /** JSON Pointer into the data. */
  readonly path: string;
  readonly identifier: SubjectIdentifier;
  readonly role?: string;
  /** Calendar date. */
  readonly dateOfBirth?: string;
}

interface WireSubject {
  readonly bsn?: string;
  readonly system?: string;
  readonly reference?: string;
  readonly role?: string;
  readonly dateOfBirth?: string;
}

/** Persons stand in `subjects` only; later types that name others elsewhere add their places here. */
function subjectsOf(data: WireData): readonly WireSubject[] {
  return (data['subjects'] as readonly WireSubject[] | undefined) ?? [];
}

function identifierOf(subject: WireSubject): SubjectIdentifier {
  if (subject.bsn !== undefined) return { bsn: subject.bsn };
  const { system, reference } = subject;
  if (system === undefined || reference === undefined) throw new Error('a subject without identifier passed validation');
  return { system, reference };
}

/** Every person that validated data name, in their order; the same person may come twice. */
export function findPersons(_type: string, data: WireData): readonly PersonFound[] {
  return subjectsOf(data).map((subject, index) => ({
    path: `/subjects/${index}`,
    identifier: identifierOf(subject),
    ...(subject.role === undefined ? {} : { role: subject.role }),
    ...(subject.dateOfBirth === undefined ? {} : { dateOfBirth: subject.dateOfBirth }),
  }));
}

/**
 * The data as they are recorded: each person has become the id that the vault gave, everything else is as sent.
 * Identifiers are dropped by building anew, never by deleting: a field nobody thought of cannot slip through.
 */
export function withSubjectIds(
  _type: string, data: WireData, idOf: (identifier: SubjectIdentifier) => SubjectId,
): Readonly<Record<string, unknown>> {
  if (data['subjects'] === undefined) return data;
  const subjects = subjectsOf(data).map((subject) => ({
    subjectId: idOf(identifierOf(subject)),
    ...(subject.role === undefined ? {} : { role: subject.role }),
    ...(subject.dateOfBirth === undefined ? {} : { dateOfBirth: subject.dateOfBirth }),
  }));
  return { ...data, subjects };
}
