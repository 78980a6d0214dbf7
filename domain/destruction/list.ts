import { personKey } from '#domain/ledger/person-key';
import type { ListEvent } from '#domain/destruction/events';
import { evolveList, initialList, type DoneListEvent, type ListPart, type ListPhase, type ListState } from '#domain/destruction/list-state';
import { events, refuse, type Decision } from '#domain/ledger/decider';
import type { ActingPerson } from '#domain/ledger/event';
import type { StreamName } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';

/** What the organisation's own rules say about destruction lists. */
export interface ListPolicy {
  /** Calendar days between approval and the first day of execution. */
  readonly waitingDays: number;
  /** `machtiging`: the archivist approves. `advies` or `geen`: a second process-owner does. */
  readonly archivistStep: 'machtiging' | 'advies' | 'geen';
  /** A run of fewer than SMALL_RUN dossiers waits until the month's end: few at once point at one family. */
  readonly smallRunsWait: boolean;
}

export const DEFAULT_LIST_POLICY: ListPolicy = { waitingDays: 7, archivistStep: 'machtiging', smallRunsWait: true };

export const SMALL_RUN = 10;

/** Who does it now: a person of the token, in the role that the command asks for. */
interface By {
  readonly by: ActingPerson;
  /** Calendar date in Amsterdam. */
  readonly today: string;
}

export type ListCommand = By & (
  | { readonly kind: 'draw-up'; readonly name: string; readonly items: number; readonly itemsStream: StreamName; readonly scheduleVersion: string }
  | { readonly kind: 'submit' }
  | { readonly kind: 'review' }
  | { readonly kind: 'request-changes' }
  | { readonly kind: 'approve'; readonly typedName: string; readonly localToken: boolean; readonly policy: ListPolicy }
  | { readonly kind: 'cancel' }
  /** `dueNow`: how many of its items would go today, so that a run does not become a small one by what fell out. */
  | { readonly kind: 'execute'; readonly runId: string; readonly dueNow: number; readonly policy: ListPolicy }
  /** The run's own: no choice of a person, so only state is asked. */
  | { readonly kind: 'close'; readonly runId: string; readonly destroyed: number; readonly skipped: Readonly<Record<string, number>> }
  | { readonly kind: 'purge'; readonly runId: string }
);

export const listDecider = { initial: initialList, evolve: evolveList, decide };

/** Who may do what, in which state, by which person: retention-and-destruction.md, "The list" and "May". */
function decide(command: ListCommand, state: ListState): Decision<ListEvent> {
  switch (command.kind) {
    case 'draw-up': return drawUp(command, state);
    case 'submit':
      return inPhase(state, ['draft', 'changes-requested']) ?? byDrawer(command, state)
        ?? one({ type: 'destruction-list-submitted', schema: 1, data: { on: command.today } });
    case 'review':
      return inPhase(state, ['submitted']) ?? inRole(command, ['process-owner']) ?? asPart(command, state, 'review')
        ?? one({ type: 'destruction-list-reviewed', schema: 1, data: { on: command.today } });
    case 'request-changes': return requestChanges(command, state);
    case 'approve': return approve(command, state);
    case 'cancel':
      return inPhase(state, ['draft', 'submitted', 'reviewed', 'changes-requested', 'approved']) ?? byDrawer(command, state)
        ?? one({ type: 'destruction-list-cancelled', schema: 1, data: { on: command.today } });
    case 'execute': return execute(command, state);
    case 'close':
      return inPhase(state, ['executing']) ?? ofRun(command.runId, state)
        ?? one({ type: 'destruction-list-executed', schema: 1, data: { runId: command.runId, destroyed: command.destroyed, skipped: command.skipped, on: command.today } });
    case 'purge':
      return inPhase(state, ['executed']) ?? ofRun(command.runId, state)
        ?? one({ type: 'destruction-list-purged', schema: 1, data: { runId: command.runId, on: command.today } });
  }
}

function drawUp(command: ListCommand & { kind: 'draw-up' }, state: ListState): Decision<ListEvent> {
  const { name, items, itemsStream, scheduleVersion, today } = command;
  if (items === 0) return refuse(refusal('wrong-state', 'Er is vandaag niets dat vernietigd mag worden.'));
  return inPhase(state, ['none']) ?? inRole(command, ['record-manager', 'applicatiebeheer'])
    ?? one({ type: 'destruction-list-drawn-up', schema: 1, data: { name, items, itemsStream, scheduleVersion, on: today } });
}

function requestChanges(command: ListCommand & { kind: 'request-changes' }, state: ListState): Decision<ListEvent> {
  const wrong = inPhase(state, ['submitted', 'reviewed']);
  if (wrong !== null) return wrong;
  const refused = state.phase === 'submitted'
    ? inRole(command, ['process-owner']) ?? asPart(command, state, 'review')
    : inRole(command, ['archivist', 'process-owner']) ?? asPart(command, state, 'approval');
  return refused ?? one({ type: 'destruction-list-changes-requested', schema: 1, data: { on: command.today } });
}

function approve(command: ListCommand & { kind: 'approve' }, state: ListState): Decision<ListEvent> {
  const { policy, today, localToken, typedName } = command;
  const refused = inPhase(state, ['reviewed'])
    ?? inRole(command, policy.archivistStep === 'machtiging' ? ['archivist'] : ['archivist', 'process-owner'])
    ?? asPart(command, state, 'approval');
  if (refused !== null) return refused;
  if (typedName !== state.name) {
    return refuse(refusal('field-invalid', 'De naam is niet die van de lijst. Typ de naam precies over.', '/name'));
  }
  const executableFrom = Temporal.PlainDate.from(today).add({ days: policy.waitingDays }).toString();
  return one({ type: 'destruction-list-approved', schema: 1, data: { on: today, executableFrom, ...(localToken ? { localToken } : {}) } });
}

function execute(command: ListCommand & { kind: 'execute' }, state: ListState): Decision<ListEvent> {
  const { today, dueNow, policy } = command;
  const refused = inPhase(state, ['approved']) ?? inRole(command, ['applicatiebeheer']) ?? asPart(command, state, 'execution');
  if (refused !== null) return refused;
  const from = Temporal.PlainDate.from(state.executableFrom!);
  const day = Temporal.PlainDate.from(today);
  if (Temporal.PlainDate.compare(day, from) < 0) {
    return refuse(refusal('wrong-state', `De wachttijd loopt nog. Uitvoeren kan vanaf ${from.toString()}.`));
  }
  const monthEnd = from.with({ day: from.daysInMonth });
  if (policy.smallRunsWait && dueNow < SMALL_RUN && Temporal.PlainDate.compare(day, monthEnd) < 0) {
    return refuse(refusal('wrong-state', `Minder dan ${SMALL_RUN} dossiers wachten tot het einde van de maand. Uitvoeren kan vanaf ${monthEnd.toString()}.`));
  }
  return one({ type: 'destruction-list-started', schema: 1, data: { runId: command.runId, on: today } });
}

type Check = Decision<never> | null;

function one(event: ListEvent): Decision<ListEvent> {
  return events(event);
}

function inPhase(state: ListState, phases: readonly ListPhase[]): Check {
  if (phases.includes(state.phase)) return null;
  if (state.phase === 'none') return refuse(refusal('not-found', 'Deze vernietigingslijst bestaat niet.'));
  return refuse(refusal('wrong-state', `Dit kan niet: de lijst is ${PHASE_LABELS[state.phase]}.`));
}

function inRole(command: ListCommand, roles: readonly string[]): Check {
  return roles.includes(command.by.role) ? null : refuse(refusal('forbidden', 'Met deze rol mag u dit niet doen met een vernietigingslijst.'));
}

/** Submitting and cancelling belong to who drew the list up. */
function byDrawer(command: ListCommand, state: ListState): Check {
  return state.drawnUp !== null && personKey(state.drawnUp.person) === personKey(command.by)
    ? null : refuse(refusal('forbidden', 'Alleen wie de lijst heeft opgesteld, mag dit.'));
}

function asPart(command: ListCommand, state: ListState, part: ListPart): Check {
  const taken = state.parts[personKey(command.by)];
  return taken === undefined || taken === part
    ? null : refuse(refusal('conflict-of-roles', 'U heeft op deze lijst al een andere stap gedaan. Een ander moet dit doen.'));
}

function ofRun(runId: string, state: ListState): Check {
  return state.runId === runId ? null : refuse(refusal('wrong-state', 'Deze lijst hoort bij een andere uitvoering.'));
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

export type { DoneListEvent };
