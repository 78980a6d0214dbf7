import type { SubjectId } from '#domain/ledger/ids';
import type { SubjectIdentifier } from '#infra/vault/port';
import { isPlainObject } from '#src/events/dto/fields';
import { personsAt } from '#src/events/together';
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

interface WirePerson {
  readonly bsn?: string;
  readonly system?: string;
  readonly reference?: string;
  readonly role?: string;
  readonly dateOfBirth?: string;
}

function identifierOf(person: WirePerson): SubjectIdentifier {
  if (person.bsn !== undefined) return { bsn: person.bsn };
  const { system, reference } = person;
  if (system === undefined || reference === undefined) throw new Error('a person without identifier passed validation');
  return { system, reference };
}

/** The replacement of a correction is data of an event in its own right. */
function parts(data: WireData): readonly [WireData, string][] {
  const replacement = data['replacement'];
  return isPlainObject(replacement) ? [[data, ''], [replacement, '/replacement']] : [[data, '']];
}

/** Every person that validated data name, in their order; the same person may come twice. */
export function findPersons(_type: string, data: WireData): readonly PersonFound[] {
  const found: PersonFound[] = [];
  for (const [part, parent] of parts(data)) {
    for (const [person, path] of personsAt(part, '')) {
      const { role, dateOfBirth } = person as WirePerson;
      found.push({
        path: `${parent}${path}`,
        identifier: identifierOf(person),
        ...(role === undefined ? {} : { role }),
        ...(dateOfBirth === undefined ? {} : { dateOfBirth }),
      });
    }
  }
  return found;
}

/** What is recorded beside a person's id. Whatever is not named here does not get through. */
const BESIDE_ID = ['role', 'dateOfBirth', 'ownDossier', 'relation'] as const;

/**
 * The data as they are recorded: each person has become the id that the vault gave, everything else is as sent.
 * Identifiers are dropped by building anew, never by deleting: a field nobody thought of cannot slip through.
 */
export function withSubjectIds(
  _type: string, data: WireData, idOf: (identifier: SubjectIdentifier) => SubjectId,
): Readonly<Record<string, unknown>> {
  const mapped = mapPersons(data, '', idOf);
  const replacement = mapped['replacement'];
  return isPlainObject(replacement) ? { ...mapped, replacement: mapPersons(replacement, '', idOf) } : mapped;
}

function mapPersons(data: WireData, parent: '' | 'item', idOf: (identifier: SubjectIdentifier) => SubjectId): WireData {
  const recorded = (person: unknown): unknown => {
    const wire = person as WirePerson & Readonly<Record<string, unknown>>;
    return {
      subjectId: idOf(identifierOf(wire)),
      ...Object.fromEntries(BESIDE_ID.flatMap((name) => (wire[name] === undefined ? [] : [[name, wire[name]]]))),
    };
  };
  const mapped: Record<string, unknown> = {};
  for (const name of Object.keys(data)) {
    const value = data[name];
    if (name === 'subject' || name === 'heldBy') mapped[name] = recorded(value);
    else if (name === 'subjects' || name === 'aboutOthers') mapped[name] = (value as readonly unknown[]).map(recorded);
    else if (name === 'items' && parent === '' && Array.isArray(value)) mapped[name] = value.map((item) => (isPlainObject(item) ? mapPersons(item, 'item', idOf) : item));
    else mapped[name] = value;
  }
  return mapped;
}
