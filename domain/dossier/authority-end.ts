import { startOfDay } from '#domain/ledger/day-start';
import type { NewEvent } from '#domain/ledger/event';
import type { SubjectId } from '#domain/ledger/ids';
import { dayOf, type Occurred } from '#domain/ledger/moments';

/**
 * `reached-16`: others consent for this person no longer (Jeugdwet 7.3.4, Wgbo 7:447 BW). `reached-18`: gezag ends
 * (1:233 BW). `deceased`: who represented this person does so no longer.
 */
export type AuthorityEndReason = 'reached-16' | 'reached-18' | 'deceased';

/** The ledger's own, on the day itself: 00:00 Amsterdam on a birthday; of a death only the day is known. */
export type AuthorityEnded = NewEvent<'authority-ended', Occurred & {
  readonly subjectId: SubjectId;
  readonly reason: AuthorityEndReason;
}>;

/** What of a dossier's events authority depends on. Dates are calendar dates. */
export type AuthorityFact =
  | { readonly type: 'opened'; readonly on: string }
  | { readonly type: 'closed' | 'reopened'; readonly on: string }
  | { readonly type: 'person'; readonly subjectId: SubjectId; readonly role: string; readonly dateOfBirth: string }
  | { readonly type: 'died'; readonly subjectId: SubjectId; readonly on: string }
  | { readonly type: 'ended'; readonly subjectId: SubjectId; readonly reason: AuthorityEndReason };

/** Types that give a fact; a correction of another type changes nothing. */
export const AUTHORITY_TYPES: ReadonlySet<string> = new Set([
  'dossier-opened', 'dossier-closed', 'dossier-reopened', 'subject-joined', 'subject-status', 'authority-ended',
]);

interface Person { readonly subjectId: SubjectId; readonly role?: string; readonly dateOfBirth?: string }

export function authorityFacts(type: string, data: unknown): readonly AuthorityFact[] {
  switch (type) {
    case 'dossier-opened': {
      const opening = data as Occurred & { readonly subjects: readonly Person[] };
      return [{ type: 'opened', on: dayOf(opening).toString() }, ...opening.subjects.flatMap(born)];
    }
    case 'subject-joined':
      return born((data as { readonly subject: Person }).subject);
    case 'subject-status': {
      const { subject, status, on, ...rest } = data as Occurred & { readonly subject: Person; readonly status: string; readonly on?: string };
      return status === 'deceased' ? [{ type: 'died', subjectId: subject.subjectId, on: on ?? dayOf(rest as Occurred).toString() }] : [];
    }
    case 'dossier-closed':
    case 'dossier-reopened':
      return [{ type: type === 'dossier-closed' ? 'closed' : 'reopened', on: (data as { readonly on: string }).on }];
    case 'authority-ended': {
      const { subjectId, reason } = data as AuthorityEnded['data'];
      return [{ type: 'ended', subjectId, reason }];
    }
    default:
      return [];
  }
}

function born({ subjectId, role, dateOfBirth }: Person): readonly AuthorityFact[] {
  return dateOfBirth === undefined ? [] : [{ type: 'person', subjectId, role: role ?? '', dateOfBirth }];
}

export interface AuthorityEnd {
  readonly subjectId: SubjectId;
  readonly reason: AuthorityEndReason;
  /** Calendar date. */
  readonly on: string;
}

/**
 * Ends still to be recorded, out of a dossier's facts in the order of the ledger: for clients and youth who were
 * under that age when it was opened, as long as it is not closed by that day.
 */
export function authorityEndsToCome(facts: readonly AuthorityFact[]): readonly AuthorityEnd[] {
  const opened = facts.flatMap((fact) => (fact.type === 'opened' ? [fact.on] : [])).sort()[0];
  if (opened === undefined) return [];
  const closed = closedOn(facts);
  const deaths = new Map(facts.flatMap((fact) => (fact.type === 'died' ? [[fact.subjectId, fact.on] as const] : [])));
  const births = new Map(facts.flatMap((fact) =>
    (fact.type === 'person' && (fact.role === 'client' || fact.role === 'youth') ? [[fact.subjectId, fact.dateOfBirth] as const] : [])));
  const known = new Set(facts.flatMap((fact) => (fact.type === 'ended' ? [`${fact.subjectId} ${fact.reason}`] : [])));
  const ages = [...births].flatMap(([subjectId, birth]) => ([16, 18] as const).map((age): AuthorityEnd => ({ subjectId, reason: `reached-${age}`, on: birthday(birth, age) })))
    .filter(({ subjectId, on }) => on > opened && (closed === null || on < closed) && on < (deaths.get(subjectId) ?? '9999-12-31'));
  const ends = [...ages, ...[...deaths].map(([subjectId, on]): AuthorityEnd => ({ subjectId, reason: 'deceased', on }))];
  return ends.filter(({ subjectId, reason }) => !known.has(`${subjectId} ${reason}`)).sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

/** Day of the last closing that no reopening followed; null while the dossier is open. */
function closedOn(facts: readonly AuthorityFact[]): string | null {
  const last = facts.findLast((fact) => fact.type === 'closed' || fact.type === 'reopened');
  return last?.type === 'closed' ? last.on : null;
}

/** Who was born on 29 February is a year older on 1 March of a common year: then the whole year has passed. */
function birthday(dateOfBirth: string, age: number): string {
  const birth = Temporal.PlainDate.from(dateOfBirth);
  const day = birth.add({ years: age });
  return (day.day === birth.day ? day : day.add({ days: 1 })).toString();
}

export function authorityEnded({ subjectId, reason, on }: AuthorityEnd): AuthorityEnded {
  const occurred: Occurred = reason === 'deceased' ? { occurredOn: on } : { occurredAt: startOfDay(on) };
  return { type: 'authority-ended', schema: 1, data: { ...occurred, subjectId, reason } };
}
