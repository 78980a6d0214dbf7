import { dutchDay } from '#domain/account/dutch';
import type { Advice, ListEvent, Procedure, ReplaceablePart } from '#domain/destruction/events';
import type { ErasureOfList, ListKind } from '#domain/destruction/list-kind';
import type { ExceptionWish, ItemException } from '#domain/destruction/exceptions';
import { asPart, byDrawer, byReviewer, inPhase, inRole, isSame, notEmpty, ofRun, one, wrongState, type Check } from '#domain/destruction/list-checks';
import { hear, tell, type Hear, type Tell } from '#domain/destruction/list-people';
import { SCHEDULER, SMALL_RUN, type ArchivistStep, type ListPolicy } from '#domain/destruction/list-policy';
import { evolveList, initialList, type ListPhase, type ListState } from '#domain/destruction/list-state';
import { worksOn, type StandingAuthorisation } from '#domain/destruction/standing';
import { refuse, type Decision } from '#domain/ledger/decider';
import type { ActingPerson } from '#domain/ledger/event';
import type { StreamName } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';

/** Who does it now: a person of the token, in the role that the command asks for, or the ledger's own nightly run. */
interface By {
  readonly by: ActingPerson;
  /** Calendar date in Amsterdam. */
  readonly today: string;
}

export interface DrawUp {
  readonly kind: 'draw-up';
  readonly name: string;
  readonly items: number;
  readonly itemsStream: StreamName;
  readonly scheduleVersion: string;
  /** Absent: full. */
  readonly procedure?: Procedure;
  /** Of a standing list, and only then. */
  readonly authorisation?: StandingAuthorisation;
  readonly chunkStarts?: readonly number[];
  /** Absent: what has reached the end of its term. */
  readonly listKind?: Exclude<ListKind, 'term'>;
  /** Of an erasure list: the granted request; null when there is no such decision. */
  readonly erasure?: ErasureOfList | null;
  /** Of a follow list. */
  readonly policy?: ListPolicy;
}

export interface Execute {
  readonly kind: 'execute';
  readonly runId: string;
  /** How many of its items would go today, so that a run does not become a small one by what fell out. */
  readonly dueNow: number;
  readonly policy: ListPolicy;
  /** Of a standing list: its authorisation as it is now; null when it has ended. */
  readonly authorisation?: StandingAuthorisation | null;
  /** Of an erasure list: does the decision still stand? */
  readonly decisionStands?: boolean;
}

export type ListCommand = By & (
  | DrawUp
  | { readonly kind: 'submit'; readonly answered?: boolean }
  | { readonly kind: 'except'; readonly wish: ExceptionWish; readonly standing: ItemException | null }
  | { readonly kind: 'advise'; readonly advice: Advice }
  | { readonly kind: 'replace'; readonly part: ReplaceablePart }
  | { readonly kind: 'review' }
  | { readonly kind: 'request-changes' }
  | { readonly kind: 'approve'; readonly typedName: string; readonly localToken: boolean; readonly policy: ListPolicy }
  | { readonly kind: 'cancel' }
  | Execute
  | Hear
  | Tell
  /** The run's own: no choice of a person, so only state is asked. */
  | { readonly kind: 'close'; readonly runId: string; readonly destroyed: number; readonly skipped: Readonly<Record<string, number>> }
  | { readonly kind: 'purge'; readonly runId: string }
);

export const listDecider = { initial: initialList, evolve: evolveList, decide };

const KEEPERS = ['record-manager', 'applicatiebeheer'];
const BEFORE_EXECUTION: readonly ListPhase[] = ['draft', 'submitted', 'reviewed', 'changes-requested', 'approved'];

/** Who may do what, in which state, by which person: retention-and-destruction.md, "The list" and "May". */
function decide(command: ListCommand, state: ListState): Decision<ListEvent> {
  switch (command.kind) {
    case 'draw-up': return drawUp(command, state);
    case 'submit': return submit(command, state);
    case 'except': return except(command, state);
    case 'advise':
      return inPhase(state, ['submitted', 'reviewed']) ?? inRole(command, ['process-owner', 'archivist']) ?? asPart(command, state, 'advice')
        ?? one({ type: 'destruction-list-advised', schema: 1, data: { on: command.today, advice: command.advice } });
    case 'replace': return replace(command, state);
    case 'review':
      return inPhase(state, ['submitted']) ?? inRole(command, ['process-owner']) ?? asPart(command, state, 'review') ?? byReviewer(command, state) ?? notEmpty(state)
        ?? one({ type: 'destruction-list-reviewed', schema: 1, data: { on: command.today } });
    case 'request-changes': return requestChanges(command, state);
    case 'approve': return approve(command, state);
    case 'cancel':
      return inPhase(state, BEFORE_EXECUTION) ?? byDrawer(command, state)
        ?? one({ type: 'destruction-list-cancelled', schema: 1, data: { on: command.today } });
    case 'execute': return execute(command, state);
    case 'hear': return hear(command, state);
    case 'tell': return tell(command, state);
    case 'close':
      return inPhase(state, ['executing']) ?? ofRun(command.runId, state)
        ?? one({ type: 'destruction-list-executed', schema: 1, data: { runId: command.runId, destroyed: command.destroyed, skipped: command.skipped, on: command.today } });
    case 'purge':
      return inPhase(state, ['executed']) ?? ofRun(command.runId, state)
        ?? one({ type: 'destruction-list-purged', schema: 1, data: { runId: command.runId, on: command.today } });
  }
}

function drawUp(command: By & DrawUp, state: ListState): Decision<ListEvent> {
  const { name, items, itemsStream, scheduleVersion, today, procedure = 'full', authorisation, chunkStarts, listKind: kind, erasure, policy } = command;
  if (kind === 'erasure' && erasure == null) return wrongState('Er is geen besluit waarmee dit verzoek om wissing is toegewezen.');
  if (items === 0) return wrongState(NOTHING[kind ?? 'term']);
  const refused = inPhase(state, ['none']) ?? inRole(command, drawers(kind ?? 'term', procedure))
    ?? (procedure === 'standing' ? underAuthorisation(authorisation ?? null, today, items) : null)
    ?? (kind !== undefined && procedure !== 'full' ? wrongState('Deze lijst kent geen kortere procedure.') : null);
  return refused ?? one({
    type: 'destruction-list-drawn-up', schema: 1,
    data: {
      name, items, itemsStream, scheduleVersion, on: today,
      ...(procedure === 'full' ? {} : { procedure }),
      ...(procedure === 'standing' ? { authorisation: { id: authorisation!.id, on: authorisation!.on } } : {}),
      ...(chunkStarts === undefined ? {} : { chunkStarts }),
      ...(kind === undefined ? {} : { kind }),
      ...(kind === 'erasure' ? { erasure: erasure! } : {}),
      // Nobody reviews it: the days in which a mistake of the source can still be taken back are its waiting period.
      ...(kind === 'follow' ? { executableFrom: Temporal.PlainDate.from(today).add({ days: policy!.waitingDays }).toString() } : {}),
    },
  });
}

const NOTHING: Readonly<Record<ListKind, string>> = {
  term: 'Er is vandaag niets dat vernietigd mag worden.',
  erasure: 'Van deze persoon is er geen dossier dat op grond van dit besluit gewist kan worden.',
  follow: 'Er is niets dat het bronsysteem heeft vernietigd.',
};

/** An erasure is a decision of people; what follows a source is the ledger's own. */
function drawers(kind: ListKind, procedure: Procedure): readonly string[] {
  if (kind === 'follow' || procedure === 'standing') return [SCHEDULER];
  return kind === 'erasure' ? KEEPERS : [...KEEPERS, SCHEDULER];
}

function underAuthorisation(authorisation: StandingAuthorisation | null, today: string, items: number): Check {
  if (authorisation === null || !worksOn(authorisation, today)) return wrongState('Er is geen machtiging van de archivaris die vandaag werkt.');
  return items <= authorisation.maxNumber ? null : wrongState('Het zijn er meer dan de machtiging op één nacht toelaat.');
}

function submit(command: By & { kind: 'submit'; answered?: boolean }, state: ListState): Decision<ListEvent> {
  const refused = inPhase(state, ['draft', 'changes-requested']) ?? notStanding(state) ?? byDrawer(command, state) ?? inRole(command, KEEPERS) ?? notEmpty(state);
  if (refused !== null) return refused;
  if (state.phase === 'changes-requested' && command.answered !== true) {
    return refuse(refusal('field-invalid', 'Er is om wijziging gevraagd. Geef daar antwoord op.', '/answer'));
  }
  return one({ type: 'destruction-list-submitted', schema: 1, data: { on: command.today } });
}

/** By the reviewer while reviewing; by who drew it up before submitting, who leaves the reviewer's exceptions alone. */
function except(command: By & { kind: 'except'; wish: ExceptionWish; standing: ItemException | null }, state: ListState): Decision<ListEvent> {
  const { wish, standing, today } = command;
  const refused = inPhase(state, ['draft', 'changes-requested', 'submitted']) ?? notStanding(state) ?? (state.phase === 'submitted'
    ? inRole(command, ['process-owner']) ?? asPart(command, state, 'review') ?? byReviewer(command, state)
    : byDrawer(command, state));
  if (refused !== null) return refused;
  if (!Number.isSafeInteger(wish.n) || wish.n < 1 || wish.n > state.items) return refuse(refusal('not-found', 'Deze regel staat niet op de lijst.'));
  if (state.phase !== 'submitted' && standing?.part === 'review') {
    return refuse(refusal('forbidden', 'Deze regel is er door de beoordelaar afgehaald. Alleen die kan dat veranderen.'));
  }
  if (wish.exception === null && standing === null) return wrongState('Deze regel staat gewoon op de lijst.');
  if (state.kind === 'erasure' && wish.exception !== null && wish.exception !== 'keep') {
    return refuse(refusal('field-invalid', 'Van een lijst voor wissing kunt u een dossier alleen afhalen om het te laten blijven (keep).', '/exception'));
  }
  if (wish.exception === 'extend' && (wish.until === undefined || wish.until <= today)) {
    return refuse(refusal('field-invalid', 'Noem de laatste dag tot wanneer het dossier blijft. Die ligt na vandaag.', '/until'));
  }
  if (wish.exception === 'other-rule' && wish.rule === undefined) return refuse(refusal('field-invalid', 'Noem de regel die moet gelden.', '/rule'));
  const excepted = state.excepted + (wish.exception === null ? -1 : standing === null ? 1 : 0);
  return one({ type: 'destruction-list-exceptions-changed', schema: 1, data: { on: today, excepted } });
}

/** Somebody else takes a step over while it is open; who had it keeps the part, and takes no other on this list. */
function replace(command: By & { kind: 'replace'; part: ReplaceablePart }, state: ListState): Decision<ListEvent> {
  const { part, by, today } = command;
  const refused = part === 'review'
    ? inPhase(state, ['submitted']) ?? inRole(command, ['process-owner']) ?? asPart(command, state, 'review')
    : inPhase(state, BEFORE_EXECUTION) ?? notStanding(state) ?? inRole(command, KEEPERS) ?? asPart(command, state, 'drawing-up');
  if (refused !== null) return refused;
  const holder = part === 'review' ? state.reviewer : state.drawer;
  if (holder === null) return wrongState('Niemand is met deze stap bezig. U kunt hem zo doen.');
  if (isSame(holder, by)) return wrongState('U heeft deze stap al.');
  return one({ type: 'destruction-list-person-replaced', schema: 1, data: { on: today, part } });
}

function requestChanges(command: By & { kind: 'request-changes' }, state: ListState): Decision<ListEvent> {
  const wrong = inPhase(state, ['submitted', 'reviewed']);
  if (wrong !== null) return wrong;
  const refused = state.phase === 'submitted'
    ? inRole(command, ['process-owner']) ?? asPart(command, state, 'review') ?? byReviewer(command, state)
    : inRole(command, ['archivist', 'process-owner']) ?? asPart(command, state, 'approval');
  return refused ?? one({ type: 'destruction-list-changes-requested', schema: 1, data: { on: command.today } });
}

function approve(command: By & { kind: 'approve'; typedName: string; localToken: boolean; policy: ListPolicy }, state: ListState): Decision<ListEvent> {
  const { policy, today, localToken, typedName, by } = command;
  const step = archivistStepOf(state, policy);
  const refused = inPhase(state, ['reviewed'])
    ?? inRole(command, step === 'machtiging' ? ['archivist'] : ['archivist', 'process-owner'])
    ?? asPart(command, state, 'approval') ?? notEmpty(state);
  if (refused !== null) return refused;
  if (step === 'advies' && by.role !== 'archivist' && !state.advices.some(({ person }) => person.role === 'archivist')) {
    return wrongState('De archivaris heeft over deze lijst nog geen advies gegeven.');
  }
  if (typedName !== state.name) {
    return refuse(refusal('field-invalid', 'De naam is niet die van de lijst. Typ de naam precies over.', '/name'));
  }
  const executableFrom = Temporal.PlainDate.from(today).add({ days: policy.waitingDays }).toString();
  return one({ type: 'destruction-list-approved', schema: 1, data: { on: today, executableFrom, ...(localToken ? { localToken } : {}) } });
}

/** The short procedure has no step of the archivist, whatever the organisation's rules are. */
function archivistStepOf({ procedure }: ListState, { archivistStep }: ListPolicy): ArchivistStep {
  return procedure === 'short' ? 'geen' : archivistStep;
}

function execute(command: By & Execute, state: ListState): Decision<ListEvent> {
  const { today, dueNow, policy } = command;
  const standing = state.procedure === 'standing';
  const refused = standing || state.kind === 'follow'
    ? inPhase(state, ['draft']) ?? inRole(command, [SCHEDULER]) ?? (standing ? ofAuthorisation(command, state) : null)
    : inPhase(state, ['approved']) ?? inRole(command, ['applicatiebeheer', SCHEDULER]) ?? asPart(command, state, 'execution') ?? notEmpty(state);
  if (refused !== null) return refused;
  if (state.kind === 'erasure' && command.decisionStands !== true) return wrongState('Het besluit op dit verzoek geldt niet meer. Trek de lijst in.');
  const from = Temporal.PlainDate.from(standing ? state.drawnUp!.on : state.executableFrom!);
  const day = Temporal.PlainDate.from(today);
  if (Temporal.PlainDate.compare(day, from) < 0) {
    return wrongState(`De wachttijd loopt nog. Uitvoeren kan vanaf ${dutchDay(from)}.`);
  }
  // What follows a source has waited for the month's end before it was drawn up.
  const counted = state.kind === 'follow' ? Temporal.PlainDate.from(state.drawnUp!.on) : from;
  const monthEnd = counted.with({ day: counted.daysInMonth });
  // Who asked to be forgotten is not made to wait for others.
  if (state.kind !== 'erasure' && policy.smallRunsWait && dueNow < SMALL_RUN && Temporal.PlainDate.compare(day, monthEnd) < 0) {
    return wrongState(`Minder dan ${SMALL_RUN} dossiers wachten tot het einde van de maand. Uitvoeren kan vanaf ${dutchDay(monthEnd)}.`);
  }
  return one({ type: 'destruction-list-started', schema: 1, data: { runId: command.runId, on: today } });
}

function ofAuthorisation({ authorisation = null, today }: By & Execute, state: ListState): Check {
  return underAuthorisation(authorisation?.id === state.authorisation?.id ? authorisation : null, today, state.items);
}

/** The ledger's own list, under an authorisation or after a source: no person has a step on it. */
function notStanding({ procedure, kind }: ListState): Check {
  return procedure === 'standing' || kind === 'follow' ? wrongState('Deze lijst is van de nachtelijke run.') : null;
}
