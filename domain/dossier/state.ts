import type { DossierEvent, DossierSubject } from '#domain/dossier/events';
import { isCorrection, revised, type Correction } from '#domain/ledger/corrections';
import type { FactSubject } from '#domain/ledger/fact';
import type { FactOrigin } from '#domain/ledger/fact-origin';

/** What is known of the dossier itself. */
export interface DossierState {
  /** False for a provisional dossier: facts came in before its opening. */
  readonly opened: boolean;
  /** codes: laws; of the first opening, since persons are identified under it. Null until opened. */
  readonly law: string | null;
  readonly subjects: readonly DossierSubject[];
  /** CloudEvents source that opened it first, or that the mapping table names; null until opened. */
  readonly leadingSource: string | null;
  /** Calendar day on which the case was closed, as the last closing says; null while open. */
  readonly closedOn: string | null;
  /** What this was folded from: a correction folds anew. */
  readonly facts: readonly DossierFactKept[];
}

/** Persons, opening and closing; `id`: event id, null when unknown. */
export type DossierFactKept = { readonly id: string | null } & (
  | { readonly type: 'dossier-opened'; readonly law: string; readonly source: string | null; readonly subjects: readonly DossierSubject[] }
  | { readonly type: 'subject-joined'; readonly subject: DossierSubject }
  | { readonly type: 'subject-left'; readonly subjectId: string }
  | { readonly type: 'dossier-closed'; readonly on: string }
  | { readonly type: 'dossier-reopened' }
);

export const initialDossier: DossierState = {
  opened: false, law: null, subjects: [], leadingSource: null, closedOn: null, facts: [],
};

const KEPT: ReadonlySet<string> = new Set<DossierFactKept['type']>(['dossier-opened', 'subject-joined', 'subject-left', 'dossier-closed', 'dossier-reopened']);

export function evolveDossier(state: DossierState, event: (DossierEvent | Correction) & FactOrigin): DossierState {
  if (isCorrection(event)) {
    if (!KEPT.has(event.data.ofType)) return state;
    const facts = revised(state.facts, event, (replacement, original) =>
      // Who corrects an opening does not become the source that leads the dossier.
      kept({ ...replacement, origin: { source: original.type === 'dossier-opened' ? original.source : null } } as KeptEvent)!);
    return facts.reduce(apply, { ...initialDossier, facts });
  }
  const fact = kept(event as KeptEvent);
  return fact === null ? state : apply({ ...state, facts: [...state.facts, fact] }, fact);
}

type KeptEvent = DossierEvent & { readonly id?: string; readonly origin?: { readonly source: string | null } };

function kept(event: KeptEvent): DossierFactKept | null {
  const id = event.id ?? null;
  switch (event.type) {
    case 'dossier-opened':
      return { id, type: event.type, law: event.data.law, source: event.data.leadingSource ?? event.origin?.source ?? null, subjects: event.data.subjects };
    case 'subject-joined':
      return { id, type: event.type, subject: withRole(event.data.subject) };
    case 'subject-left':
      return { id, type: event.type, subjectId: event.data.subject.subjectId };
    case 'dossier-closed':
      return { id, type: event.type, on: event.data.on };
    case 'dossier-reopened':
      return { id, type: event.type };
    case 'subject-status':
    case 'authority-recorded':
    case 'capacity-assessed':
    case 'dossier-located':
    case 'dossier-transferred':
    case 'investigation-closed':
    case 'authority-ended':
      return null;
    default:
      throw new Error(`not a dossier event: ${String((event satisfies never as { type: string }).type)}`);
  }
}

/** Without a role nobody is a client or youth: such a person is never meant by default. */
function withRole(subject: FactSubject): DossierSubject {
  return { ...subject, role: subject.role ?? 'onbekend' };
}

function apply(state: DossierState, fact: DossierFactKept): DossierState {
  switch (fact.type) {
    // A second opening is a fact too: it adds persons and changes neither law nor leading source.
    case 'dossier-opened':
      return {
        ...state, opened: true, law: state.law ?? fact.law, leadingSource: state.leadingSource ?? fact.source,
        subjects: fact.subjects.reduce(joined, state.subjects),
      };
    case 'subject-joined':
      return { ...state, subjects: joined(state.subjects, fact.subject) };
    case 'subject-left':
      return { ...state, subjects: state.subjects.filter((subject) => subject.subjectId !== fact.subjectId) };
    case 'dossier-closed':
      return { ...state, closedOn: fact.on };
    case 'dossier-reopened':
      return { ...state, closedOn: null };
  }
}

function joined(subjects: readonly DossierSubject[], subject: DossierSubject): readonly DossierSubject[] {
  return subjects.some((known) => known.subjectId === subject.subjectId)
    ? subjects.map((known) => (known.subjectId === subject.subjectId ? { ...known, ...subject } : known))
    : [...subjects, subject];
}

/** Whom an event without `subjects` is about: all of the dossier's with role client or youth (event-catalogue.md). */
export function subjectsMeant(subjects: readonly DossierSubject[]): readonly DossierSubject[] {
  return subjects.filter((subject) => subject.role === 'client' || subject.role === 'youth');
}
