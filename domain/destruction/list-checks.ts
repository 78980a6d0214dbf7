import type { ListEvent } from '#domain/destruction/events';
import type { ListPart, ListPhase, ListState } from '#domain/destruction/list-state';
import { events, refuse, type Decision } from '#domain/ledger/decider';
import type { ActingPerson } from '#domain/ledger/event';
import { personKey } from '#domain/ledger/person-key';
import { refusal } from '#domain/ledger/refusals';

/** A refusal, or null when nothing is in the way. */
export type Check = Decision<never> | null;

interface Acting { readonly by: ActingPerson }

export function one(event: ListEvent): Decision<ListEvent> {
  return events(event);
}

export function wrongState(detail: string): Decision<never> {
  return refuse(refusal('wrong-state', detail));
}

export function inPhase(state: ListState, phases: readonly ListPhase[]): Check {
  if (phases.includes(state.phase)) return null;
  if (state.phase === 'none') return refuse(refusal('not-found', 'Deze vernietigingslijst bestaat niet.'));
  return wrongState(`Dit kan niet: de lijst is ${PHASE_LABELS[state.phase]}.`);
}

export function inRole({ by }: Acting, roles: readonly string[]): Check {
  return roles.includes(by.role) ? null : refuse(refusal('forbidden', 'Met deze rol mag u dit niet doen met een vernietigingslijst.'));
}

/** Submitting and cancelling belong to who drew the list up, or took that over. */
export function byDrawer({ by }: Acting, { drawer }: ListState): Check {
  return drawer !== null && isSame(drawer, by) ? null : refuse(refusal('forbidden', 'Alleen wie de lijst heeft opgesteld, mag dit.'));
}

/** A review that somebody began is theirs until another takes it over. */
export function byReviewer({ by }: Acting, { reviewer }: ListState): Check {
  return reviewer === null || isSame(reviewer, by)
    ? null : refuse(refusal('forbidden', 'Een ander is met de beoordeling bezig. Neem die stap eerst over.'));
}

export function asPart({ by }: Acting, state: ListState, part: ListPart): Check {
  const taken = state.parts[personKey(by)];
  return taken === undefined || taken === part
    ? null : refuse(refusal('conflict-of-roles', 'U heeft op deze lijst al een andere stap gedaan. Een ander moet dit doen.'));
}

export function ofRun(runId: string, state: ListState): Check {
  return state.runId === runId ? null : wrongState('Deze lijst hoort bij een andere uitvoering.');
}

/** Nothing is decided about a list of which every item was taken off. */
export function notEmpty({ items, excepted }: ListState): Check {
  return excepted < items ? null : wrongState('Alle regels zijn van de lijst gehaald. Trek de lijst in.');
}

export function isSame(a: ActingPerson, b: ActingPerson): boolean {
  return personKey(a) === personKey(b);
}

/** As a person reads it after "de lijst is". */
export const PHASE_LABELS: Readonly<Record<Exclude<ListPhase, 'none'>, string>> = {
  'draft': 'nog een concept',
  'submitted': 'ingediend',
  'reviewed': 'beoordeeld',
  'changes-requested': 'terug voor aanpassing',
  'approved': 'goedgekeurd',
  'executing': 'in uitvoering',
  'executed': 'uitgevoerd',
  'purged': 'uitgevoerd en opgeschoond',
  'cancelled': 'ingetrokken',
};
