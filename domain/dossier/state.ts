import type { DossierEvent, DossierOpened, DossierSubject } from '#domain/dossier/events';
import type { FactOrigin } from '#domain/ledger/fact-origin';

/** What is known of the dossier itself. */
export interface DossierState {
  /** False for a provisional dossier: facts came in before its opening. */
  readonly opened: boolean;
  /** codes: laws; of the first opening, since persons are identified under it. Null until opened. */
  readonly law: string | null;
  readonly subjects: readonly DossierSubject[];
  /** CloudEvents source that opened it first; null until opened. */
  readonly leadingSource: string | null;
  /** Calendar day on which the case was closed, as the last closing says; null while open. */
  readonly closedOn: string | null;
}

export const initialDossier: DossierState = {
  opened: false, law: null, subjects: [], leadingSource: null, closedOn: null,
};

export function evolveDossier(state: DossierState, event: DossierEvent & FactOrigin): DossierState {
  switch (event.type) {
    case 'dossier-opened':
      return opened(state, event);
    case 'dossier-closed':
      return { ...state, closedOn: event.data.on };
    default:
      throw new Error(`not a dossier event: ${String((event satisfies never as { type: string }).type)}`);
  }
}

/** A second opening is a fact too: it adds persons and changes neither law nor leading source. */
function opened(state: DossierState, event: DossierOpened & FactOrigin): DossierState {
  const subjects = new Map(state.subjects.map((subject) => [subject.subjectId, subject]));
  for (const subject of event.data.subjects) {
    subjects.set(subject.subjectId, { ...subjects.get(subject.subjectId), ...subject });
  }
  return {
    ...state,
    opened: true,
    law: state.law ?? event.data.law,
    leadingSource: state.leadingSource ?? event.origin?.source ?? null,
    subjects: [...subjects.values()],
  };
}

/** Whom an event without `subjects` is about: all of the dossier's with role client or youth (event-catalogue.md). */
export function subjectsMeant(subjects: readonly DossierSubject[]): readonly DossierSubject[] {
  return subjects.filter((subject) => subject.role === 'client' || subject.role === 'youth');
}
