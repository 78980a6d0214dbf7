import type { ListCommand, ListPolicy } from '#domain/destruction/list';
import { DEFAULT_LIST_POLICY } from '#domain/destruction/list';
import type { GovernanceState } from '#domain/governance/state';
import type { ActingPerson } from '#domain/ledger/event';
import { streamName, type Revision, type StreamName } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import type { Clock } from '#infra/clock/port';
import type { DueDossiers } from '#src/destruction/lists/due-dossiers';
import type { ListBook, LoadedList } from '#src/destruction/lists/list-book';
import { listPage, listView, type CertificateView, type ListPage, type ListView } from '#src/destruction/lists/list-view';
import { newRunId, type RunExecutor } from '#src/destruction/run/run-executor';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome } from '#src/recording/outcome';

export interface ListDependencies {
  readonly book: ListBook;
  readonly due: DueDossiers;
  readonly runs: RunExecutor;
  readonly writer: LedgerWriter;
  readonly clock: Clock;
  readonly governance: { state(): Promise<GovernanceState> };
  /** A clock that is not believed destroys nothing. */
  readonly clockWatch: { refusal(): Promise<Refusal | null> };
  readonly policy: Pick<ListPolicy, 'waitingDays' | 'smallRunsWait'>;
  /** Told when a run that was started could not be carried to its end; it goes on at the next start or request. */
  readonly onInterrupted: (error: unknown) => void;
}

/** What a person wants with a list that is there; who and today are added here. */
export type ListWish =
  | { readonly kind: 'submit' | 'review' }
  | { readonly kind: 'request-changes' | 'cancel'; readonly reason: string }
  | { readonly kind: 'approve'; readonly typedName: string; readonly localToken: boolean };

/** Destruction lists: drawn up from the agenda, decided on by the decider, executed by a run. */
export class DestructionLists {
  constructor(private readonly parts: ListDependencies) {}

  async drawUp(name: string, by: ActingPerson): Promise<Outcome<ListView>> {
    const { book, due, governance } = this.parts;
    const today = this.#today();
    const { schedule } = await governance.state();
    if (schedule === null) return refused(refusal('wrong-state', 'Er is nog geen selectielijst vastgesteld. Dan wordt er niets vernietigd.'));
    const dossiers = await due.dueOn(today);
    if (dossiers === null) return refused(refusal('position-not-reached', 'De agenda is nog niet bijgewerkt. Probeer het straks opnieuw.'));
    const drawn = await book.drawUp({ kind: 'draw-up', by, today, name, scheduleVersion: schedule.version }, dossiers);
    return drawn.kind === 'refused' ? drawn : done(listView(drawn.value));
  }

  async act(listId: string, ifMatch: Revision, wish: ListWish, by: ActingPerson): Promise<Outcome<ListView>> {
    const found = await this.#at(listId, ifMatch);
    if (found.kind === 'refused') return found;
    const acted = await this.parts.book.act(found.value, this.#command(wish, by), 'reason' in wish ? wish.reason : undefined);
    return acted.kind === 'refused' ? acted : done(listView(acted.value));
  }

  /** Answers when the run is journalled and the list says so; the run itself goes on behind it. */
  async execute(listId: string, ifMatch: Revision, by: ActingPerson): Promise<Outcome<ListView>> {
    const begun = await this.begin(listId, ifMatch, by);
    if (begun.kind === 'done') this.parts.runs.finish().catch(this.parts.onInterrupted);
    return begun;
  }

  /** The first half of an execution: decided and journalled, the list executing. `RunExecutor.finish` is the rest. */
  async begin(listId: string, ifMatch: Revision, by: ActingPerson): Promise<Outcome<ListView>> {
    const { book, runs, clockWatch } = this.parts;
    const suspect = await clockWatch.refusal();
    if (suspect !== null) return refused(suspect);
    const found = await this.#at(listId, ifMatch);
    if (found.kind === 'refused') return found;
    const list = found.value;
    const open = await runs.open();
    if (list.state.phase === 'executing' && open?.listId === listId) return done(listView(list));
    const items = await book.items(list);
    if (items === null) return refused(refusal('wrong-state', 'De regels van deze lijst zijn al vernietigd.'));
    const decided = await this.#decideExecution(list, items.map(({ stream }) => stream), by);
    if (decided.kind === 'refused') return decided;
    const started = await runs.start({
      runId: decided.value, list: { id: listId, stream: list.stream, revision: list.revision }, person: by,
      streams: items.map(({ stream }) => stream),
    });
    if (started.kind === 'refused') return started;
    const now = await book.load(listId);
    return done(listView(now ?? list));
  }

  async view(listId: string, after: number): Promise<Outcome<ListPage>> {
    const list = await this.parts.book.load(listId);
    if (list === null) return refused(unknownList());
    return done(listPage(list, await this.parts.book.items(list), after));
  }

  async certificate(listId: string): Promise<Outcome<CertificateView>> {
    const list = await this.parts.book.load(listId);
    if (list === null) return refused(unknownList());
    const none = refusal('not-found', 'Voor deze lijst is er nog geen verklaring van vernietiging.');
    if (list.state.runId === null) return refused(none);
    const read = await this.parts.writer.read(streamName('log', list.state.runId));
    if (read === 'none' || read === 'destroyed') return refused(none);
    const documentOf = (type: string): unknown =>
      (read.events.find((event) => event.type === type)?.data as { readonly certificate?: unknown } | undefined)?.certificate;
    const issued = documentOf('certificate-issued') as CertificateView['issued'] | undefined;
    if (issued === undefined) return refused(none);
    return done({ issued, completed: (documentOf('certificate-completed') as CertificateView['completed'] | undefined) ?? null });
  }

  async #decideExecution(list: LoadedList, streams: readonly StreamName[], by: ActingPerson): Promise<Outcome<string>> {
    const { due } = this.parts;
    const today = this.#today();
    const dueToday = await due.dueOn(today);
    if (dueToday === null) return refused(refusal('position-not-reached', 'De agenda is nog niet bijgewerkt. Probeer het straks opnieuw.'));
    const onList = new Set(streams);
    const dueNow = dueToday.filter(({ stream }) => onList.has(stream)).length;
    const runId = newRunId();
    const decided = this.parts.book.decide(list, { kind: 'execute', by, today, runId, dueNow, policy: this.#policy() });
    return decided.kind === 'refused' ? decided : done(runId);
  }

  #command(wish: ListWish, by: ActingPerson): ListCommand {
    const base = { by, today: this.#today() };
    return wish.kind === 'approve'
      ? { ...base, kind: 'approve', typedName: wish.typedName, localToken: wish.localToken, policy: this.#policy() }
      : { ...base, kind: wish.kind };
  }

  async #at(listId: string, ifMatch: Revision): Promise<Outcome<LoadedList>> {
    const list = await this.parts.book.load(listId);
    if (list === null) return refused(unknownList());
    return list.revision === ifMatch ? done(list) : refused(refusal('stale-version', 'De lijst is intussen veranderd. Bekijk haar opnieuw.'));
  }

  #policy(): ListPolicy {
    return { ...DEFAULT_LIST_POLICY, ...this.parts.policy };
  }

  #today(): string {
    return dayOfInstant(this.parts.clock.now()).toString();
  }
}

function unknownList(): ReturnType<typeof refusal> {
  return refusal('not-found', 'Deze vernietigingslijst bestaat niet.');
}
