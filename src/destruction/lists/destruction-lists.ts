import type { Advice, ExceptionKind, ListItem, Procedure, ReplaceablePart } from '#domain/destruction/events';
import type { DrawUp, ListCommand } from '#domain/destruction/list';
import type { Heard, TellingMeans } from '#domain/destruction/list-people';
import { DEFAULT_LIST_POLICY, type ListPolicy } from '#domain/destruction/list-policy';
import type { ListState } from '#domain/destruction/list-state';
import type { StandingAuthorisation } from '#domain/destruction/standing';
import type { GovernanceState } from '#domain/governance/state';
import type { ActingPerson } from '#domain/ledger/event';
import type { Revision, StreamName } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import type { Clock } from '#infra/clock/port';
import type { EventStore } from '#infra/event-store/port';
import type { DueDossier, DueDossiers } from '#src/destruction/lists/due-dossiers';
import type { ErasureRequests, ErasureWish } from '#src/destruction/lists/erasure-requests';
import type { ExceptedDossiers } from '#src/destruction/lists/excepted-dossiers';
import { executeCommand, gateOf } from '#src/destruction/lists/execution';
import type { ListBook, LoadedList, Words } from '#src/destruction/lists/list-book';
import { ItemsDestroyed } from '#src/destruction/lists/list-items';
import type { RecipientsToTell } from '#src/destruction/lists/recipients-to-tell';
import { listView, type CertificateView, type ListPage, type ListView } from '#src/destruction/lists/list-view';
import { pageOf } from '#src/destruction/lists/list-page';
import { RunCertificates } from '#src/destruction/run-certificates';
import { newRunId, type RunExecutor } from '#src/destruction/run/run-executor';
import type { LocationRequests } from '#src/destruction/requests/location-requests';
import type { RequestHolds } from '#src/rights/request-holds';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome } from '#src/recording/outcome';

export interface ListDependencies {
  readonly book: ListBook;
  readonly due: DueDossiers;
  readonly erasures: ErasureRequests;
  readonly excepted: ExceptedDossiers;
  readonly toTell: RecipientsToTell;
  /** Holds of requests of persons; false: it is not known whether they all stand. */
  readonly requestHolds: Pick<RequestHolds, 'settle'>;
  readonly runs: RunExecutor;
  readonly writer: LedgerWriter;
  readonly store: Pick<EventStore, 'readAnnouncements'>;
  readonly clock: Clock;
  readonly governance: { state(): Promise<GovernanceState> };
  /** A clock that is not believed destroys nothing. */
  readonly clockWatch: { refusal(): Promise<Refusal | null> };
  /** Where the organisation decided nothing else. */
  readonly policy: Pick<ListPolicy, 'waitingDays' | 'smallRunsWait'>;
  /** Other places that hold copies; absent: nobody is asked. */
  readonly requests?: Pick<LocationRequests, 'before'>;
  /** Told when a run that was started could not be carried to its end; it goes on at the next start or request. */
  readonly onInterrupted: (error: unknown) => void;
}

/** What a person wants with a list that is there; who and today are added here. */
export type ListWish =
  | { readonly kind: 'submit'; readonly answer?: string }
  | { readonly kind: 'review' }
  | { readonly kind: 'request-changes' | 'cancel'; readonly reason: string }
  | { readonly kind: 'advise'; readonly advice: Advice; readonly reason: string }
  | { readonly kind: 'replace'; readonly part: ReplaceablePart; readonly reason: string }
  | { readonly kind: 'except'; readonly n: number; readonly exception: ExceptionKind | null; readonly until?: string; readonly rule?: string; readonly reason: string }
  | { readonly kind: 'hear'; readonly whom: Heard; readonly on: string; readonly reason: string }
  /** `n`: number of the recipient; null: all that were not told yet. */
  | { readonly kind: 'tell'; readonly n: number | null; readonly on: string; readonly means: TellingMeans }
  | { readonly kind: 'approve'; readonly typedName: string; readonly localToken: boolean };

type SimpleWish = Exclude<ListWish, { kind: 'except' | 'tell' }>;

export interface DrawUpWish {
  /** Left out: what has reached the end of its term. */
  readonly kind?: 'follow';
  /** `full`, or left out: everything that is due. `short`: only what may go by the short procedure. `standing`: the nightly run's. */
  readonly procedure?: Procedure;
  readonly authorisation?: StandingAuthorisation;
  /** Further narrowing, such as what stands on no other list. */
  readonly only?: (due: DueDossier) => boolean;
}

const NOT_YET = refusal('position-not-reached', 'De agenda is nog niet bijgewerkt. Probeer het straks opnieuw.');

/** Destruction lists: drawn up from the agenda, decided on by the decider, executed by a run. */
export class DestructionLists {
  constructor(private readonly parts: ListDependencies) {}

  async drawUp(name: string, by: ActingPerson, { procedure = 'full', authorisation, only, kind }: DrawUpWish = {}): Promise<Outcome<ListView>> {
    const today = this.#today();
    const dossiers = kind === 'follow' ? await this.parts.due.goneAtSource(today) : await this.parts.due.dueOn(today);
    if (dossiers === null) return refused(NOT_YET);
    const wanted = chosen(dossiers, (one) => fits(one, procedure) && (only?.(one) ?? true));
    return this.#drawUp({
      name, by, today, procedure, ...(authorisation === undefined ? {} : { authorisation }), ...(kind === undefined ? {} : { listKind: kind, policy: await this.#policy() }),
    }, wanted);
  }

  /** By a granted request: whose term is over is not asked, whether the decision stands is. */
  async drawUpErasure(name: string, by: ActingPerson, wish: ErasureWish): Promise<Outcome<ListView>> {
    const found = await this.parts.erasures.erasureBy(wish);
    if (found.kind === 'refused') return found;
    const { erasure, items } = found.value;
    return this.#drawUp({ name, by, today: this.#today(), listKind: 'erasure', erasure }, items);
  }

  async #drawUp(command: Omit<ListCommand & DrawUp, 'kind' | 'scheduleVersion' | 'items' | 'itemsStream' | 'chunkStarts'>, items: Iterable<Omit<ListItem, 'n'>>): Promise<Outcome<ListView>> {
    const { schedule } = await this.parts.governance.state();
    if (schedule === null) return refused(refusal('wrong-state', 'Er is nog geen selectielijst vastgesteld. Dan wordt er niets vernietigd.'));
    const drawn = await this.parts.book.drawUp({ ...command, kind: 'draw-up', scheduleVersion: schedule.version }, items);
    return drawn.kind === 'refused' ? drawn : done(listView(drawn.value));
  }

  async act(listId: string, ifMatch: Revision, wish: ListWish, by: ActingPerson): Promise<Outcome<ListView>> {
    const { book, excepted } = this.parts;
    const found = await this.#at(listId, ifMatch);
    if (found.kind === 'refused') return found;
    if (wish.kind === 'except') {
      if (!await this.#isRule(wish.rule)) return refused(refusal('field-invalid', 'Deze regel is niet vastgesteld.', '/rule'));
      const off = await book.except(found.value, wish, by, this.#today());
      return off.kind === 'refused' ? off : done(listView(off.value));
    }
    if (wish.kind === 'tell') {
      const told = await book.tell(found.value, wish, by, this.#today());
      return told.kind === 'refused' ? told : done(listView(told.value));
    }
    const acted = await book.act(found.value, await this.#command(wish, by), wordsOf(wish, found.value.state));
    if (acted.kind === 'refused') return acted;
    // What could not be recorded now is made up before the list is executed.
    if (wish.kind === 'approve') await excepted.settle(acted.value);
    return done(listView(acted.value));
  }

  /** Answers when the run is journalled and the list says so; the run itself goes on behind it. */
  async execute(listId: string, ifMatch: Revision, by: ActingPerson): Promise<Outcome<ListView>> {
    const begun = await this.begin(listId, ifMatch, by);
    if (begun.kind === 'done') this.parts.runs.finish().catch(this.parts.onInterrupted);
    return begun;
  }

  /** The first half of an execution: decided and journalled, the list executing. `RunExecutor.finish` is the rest. */
  async begin(listId: string, ifMatch: Revision, by: ActingPerson): Promise<Outcome<ListView>> {
    const { book, runs, clockWatch, requestHolds, excepted, toTell } = this.parts;
    const suspect = await clockWatch.refusal();
    if (suspect !== null) return refused(suspect);
    // A request that came in at the last moment holds its dossiers before any gate is asked.
    if (!await requestHolds.settle({ undecided: true })) return refused(NOT_YET);
    const found = await this.#at(listId, ifMatch);
    if (found.kind === 'refused') return found;
    const list = found.value;
    const open = await runs.open();
    if (list.state.phase === 'executing' && open?.listId === listId) return done(listView(list));
    const dossiers = await this.#remaining(list);
    if (dossiers === null) return refused(refusal('wrong-state', 'De regels van deze lijst zijn al vernietigd.'));
    const runId = newRunId();
    const command = await executeCommand(this.parts, list.state, dossiers, { by, today: this.#today(), runId, policy: await this.#policy() });
    if (command === null) return refused(NOT_YET);
    const decided = book.decide(list, command);
    if (decided.kind === 'refused') return decided;
    if (!await excepted.settle(list)) return refused(refusal('store-unavailable', 'Er is niets vastgelegd. Probeer het straks opnieuw.'));
    const asked = await this.parts.requests?.before(list, dossiers, by) ?? done({ waiting: false, revision: list.revision });
    if (asked.kind === 'refused') return asked;
    // The places first: the list stays approved, and its run begins when they have answered or their days are over.
    if (asked.value.waiting) return done(listView(await book.load(listId) ?? list));
    const revision = await toTell.record(list, asked.value.revision, dossiers, by, this.#today());
    if (revision === null) return refused(refusal('store-unavailable', 'Er is niets vastgelegd. Probeer het straks opnieuw.'));
    const started = await runs.start({
      runId, list: { id: listId, stream: list.stream, revision }, person: by, streams: dossiers,
      ...await gateOf(this.parts, list.state),
    });
    if (started.kind === 'refused') return started;
    const now = await book.load(listId);
    return done(listView(now ?? list));
  }

  async view(listId: string, after: number): Promise<Outcome<ListPage>> {
    const list = await this.parts.book.load(listId);
    return list === null ? refused(unknownList()) : done(await pageOf(this.parts.book, list, after));
  }

  /** A list that is known to be there, without its items. */
  async summary(listId: string): Promise<ListView> {
    const list = await this.parts.book.load(listId);
    if (list === null) throw new Error('the register names a list that is not there');
    return listView(list);
  }

  /** Everything on a list but what was taken off it; nothing when its items are gone. */
  async *streamsOf(listId: string): AsyncGenerator<StreamName> {
    const list = await this.parts.book.load(listId);
    if (list !== null) yield* await this.#remaining(list) ?? [];
  }

  async certificate(listId: string): Promise<Outcome<CertificateView>> {
    const list = await this.parts.book.load(listId);
    if (list === null) return refused(unknownList());
    const none = refusal('not-found', 'Voor deze lijst is er nog geen verklaring van vernietiging.');
    if (list.state.runId === null) return refused(none);
    const found = await new RunCertificates(this.parts.writer, this.parts.store).find(list.state.runId);
    return found === null ? refused(none) : done(found);
  }

  /** Without what was taken off; null when the items have been destroyed. */
  async #remaining(list: LoadedList): Promise<readonly StreamName[] | null> {
    const { book } = this.parts;
    const noted = await book.noted(list);
    if (noted === null) return null;
    const streams: StreamName[] = [];
    try {
      for await (const { n, stream } of book.items.from(list.state, 1)) if (!noted.exceptions.has(n)) streams.push(stream);
    } catch (error) {
      if (error instanceof ItemsDestroyed) return null;
      throw error;
    }
    return streams;
  }

  async #command(wish: SimpleWish, by: ActingPerson): Promise<ListCommand> {
    const base = { by, today: this.#today() };
    switch (wish.kind) {
      case 'approve': return { ...base, kind: 'approve', typedName: wish.typedName, localToken: wish.localToken, policy: await this.#policy() };
      case 'submit': return { ...base, kind: 'submit', answered: wish.answer !== undefined };
      case 'advise': return { ...base, kind: 'advise', advice: wish.advice };
      case 'replace': return { ...base, kind: 'replace', part: wish.part };
      case 'hear': return { ...base, kind: 'hear', whom: wish.whom, on: wish.on };
      default: return { ...base, kind: wish.kind };
    }
  }

  async #isRule(rule: string | undefined): Promise<boolean> {
    return rule === undefined || ((await this.parts.governance.state()).schedule?.rules.some(({ id }) => id === rule) ?? false);
  }

  async #at(listId: string, ifMatch: Revision): Promise<Outcome<LoadedList>> {
    const list = await this.parts.book.load(listId);
    if (list === null) return refused(unknownList());
    return list.revision === ifMatch ? done(list) : refused(refusal('stale-version', 'De lijst is intussen veranderd. Bekijk haar opnieuw.'));
  }

  /** The organisation's own decision goes before what the service was started with. */
  async #policy(): Promise<ListPolicy> {
    return { ...DEFAULT_LIST_POLICY, ...this.parts.policy, ...(await this.parts.governance.state()).listPolicy };
  }

  #today(): string {
    return dayOfInstant(this.parts.clock.now()).toString();
  }
}

/** A lighter procedure takes only what allows it; the full one takes everything. */
function fits(due: DueDossier, procedure: Procedure): boolean {
  return procedure === 'full' || (procedure === 'short' ? due.procedure !== 'full' : due.procedure === 'standing');
}

function* chosen<Item>(items: Iterable<Item>, wanted: (item: Item) => boolean): Generator<Item> {
  for (const item of items) if (wanted(item)) yield item;
}

const ABOUT = { 'request-changes': 'changes-requested', 'cancel': 'cancelled', 'advise': 'advised', 'replace': 'person-replaced', 'hear': 'heard' } as const;

function wordsOf(wish: SimpleWish, { phase }: ListState): Words | undefined {
  switch (wish.kind) {
    case 'submit': return wish.answer === undefined || phase !== 'changes-requested' ? undefined : { about: 'answered', text: wish.answer };
    case 'review':
    case 'approve': return undefined;
    default: return { about: ABOUT[wish.kind], text: wish.reason };
  }
}

function unknownList(): ReturnType<typeof refusal> {
  return refusal('not-found', 'Deze vernietigingslijst bestaat niet.');
}
