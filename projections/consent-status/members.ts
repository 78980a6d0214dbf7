import type { Position, SubjectId } from '#domain/ledger/ids';
import { dayOf, type Occurred } from '#domain/ledger/moments';
import type { Came } from '#projections/consent-status/keeping';
import type { RowReader, Rows, TableDefinition } from '#projections/projection';

/**
 * `dossier`: its number, the position of the first of its events that is kept here, so that the rows of dossiers of
 * one time lie together; under which law and by which source it was first opened, null until then. `member`: who joined or left it, by which
 * event, and until which position that was known.
 */
export const MEMBER_TABLES: readonly TableDefinition[] = [
  { name: 'dossier', columns: { stream: 'text', no: 'integer', law: 'text', source: 'text' }, key: ['stream'], indexes: [['source', 'law']] },
  {
    name: 'member', key: ['stream', 'position', 'subject_id'], indexes: [['subject_id']],
    columns: { stream: 'text', position: 'integer', subject_id: 'text', event_id: 'text', joined: 'integer', on: 'text', known_until: 'integer' },
  },
];

/** Whom an act without subjects is about (event-catalogue.md, "Common to all data"). */
const CONCERNED: ReadonlySet<string> = new Set(['client', 'youth']);
const NEVER = Number.MAX_SAFE_INTEGER;

interface Person {
  readonly subjectId: SubjectId;
  readonly role?: string;
}

export type MemberData = Occurred & { readonly subjects?: readonly Person[]; readonly subject?: Person; readonly on?: string; readonly law?: string };

export const MEMBER_EVENTS: ReadonlySet<string> = new Set(['dossier-opened', 'subject-joined', 'subject-left']);

export function keepMembers(rows: Rows, came: Came, type: string, data: MemberData, eventId: string): void {
  const people = type === 'dossier-opened' ? data.subjects ?? [] : data.subject === undefined ? [] : [data.subject];
  const joined = type !== 'subject-left';
  for (const { subjectId, role } of people) {
    if (joined && !CONCERNED.has(role ?? '')) continue;
    rows.put('member', {
      stream: came.stream, position: came.position, subject_id: subjectId, event_id: eventId, joined: joined ? 1 : 0,
      on: data.on ?? dayOf(data).toString(), known_until: NEVER,
    });
  }
}

export function numberOf(rows: RowReader, stream: string): number | null {
  return rows.get('dossier', [stream])?.['no'] as number | undefined ?? null;
}

export function giveNumber(rows: Rows, stream: string, position: Position): number {
  const known = numberOf(rows, stream);
  if (known !== null) return known;
  rows.put('dossier', { stream, no: position, law: null, source: null });
  return position;
}

/** The first opening gives law and source; a later one changes neither. */
export function keepDossier(rows: Rows, stream: string, law: string, source: string): void {
  const known = rows.get('dossier', [stream])!;
  if (known['law'] === null) rows.put('dossier', { ...known, law, source });
}

export function dropMembers(rows: Rows, came: Came, eventId: string): void {
  for (const row of rows.select('member', { stream: came.stream })) {
    if (row['event_id'] === eventId && row['known_until'] === NEVER) rows.put('member', { ...row, known_until: came.position });
  }
}

/** The dossier's subjects with role client or youth on a day, as known at a position; who left is no longer one. */
export function membersOn(reader: RowReader, stream: string, on: string, knownAt: Position | null): readonly SubjectId[] {
  const known = reader.select('member', { stream }).filter((row) => (knownAt === null
    ? row['known_until'] === NEVER
    : Number(row['position']) <= knownAt && knownAt < Number(row['known_until'])));
  const left = new Map<string, string>();
  for (const row of known) {
    const day = String(row['on']);
    const subject = String(row['subject_id']);
    if (row['joined'] === 0 && day <= on && day > (left.get(subject) ?? '')) left.set(subject, day);
  }
  // Joining on the day of leaving or after it is coming back.
  const members = known.filter((row) => row['joined'] === 1 && isBack(row['on'] as string, left.get(String(row['subject_id'])), on));
  return [...new Set(members.map((row) => row['subject_id'] as SubjectId))].sort();
}

function isBack(joinedOn: string, leftOn: string | undefined, on: string): boolean {
  return leftOn === undefined || (joinedOn >= leftOn && joinedOn <= on);
}
