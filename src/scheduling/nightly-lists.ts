import { SCHEDULER, SMALL_RUN } from '#domain/destruction/list-policy';
import type { ListPhase } from '#domain/destruction/list-state';
import { capExceeded, worksOn, type StandingAuthorisation } from '#domain/destruction/standing';
import type { NightlyRunRecorded } from '#domain/governance/events';
import type { GovernanceState } from '#domain/governance/state';
import type { ActingPerson } from '#domain/ledger/event';
import { openLists, untoldLists, type RegisteredList } from '#projections/destruction-register/queries';
import { destructionRegisterProjection } from '#projections/destruction-register/projection';
import { agendaCounts } from '#projections/retention-agenda/queries';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import type { Ledger } from '#src/composition/ledger';
import type { CertificateSupplements } from '#src/destruction/certificate-supplements';
import type { DestructionLists } from '#src/destruction/lists/destruction-lists';
import type { DueDossier, DueDossiers } from '#src/destruction/lists/due-dossiers';
import type { OwnTerms } from '#src/destruction/own-terms/own-terms';
import type { RunExecutor } from '#src/destruction/run/run-executor';
import { FollowingLists, type FollowedAtNight } from '#src/scheduling/following-lists';
import { localIssuerName } from '#src/identity/issuers';

/** What the night did with lists; recorded when there was anything. */
export type ListsOfNight = Pick<NightlyRunRecorded['data'], 'proposedFor' | 'proposed' | 'withdrawn' | 'reminded' | 'untold' | 'executed' | 'stopped' | 'refused' | 'completed' | 'rewriteBlocked'>
  & FollowedAtNight;

export interface NightlyListsParts {
  readonly ledger: Pick<Ledger, 'config' | 'store' | 'runner' | 'views' | 'governance' | 'requestHolds'>;
  readonly lists: DestructionLists;
  readonly due: DueDossiers;
  readonly runs: RunExecutor;
  /** Frames, searches, requests and lists' items: they go without a list. */
  readonly ownTerms?: Pick<OwnTerms, 'run'>;
  /** Absent: no other place is asked, so none answers late. */
  readonly supplements?: Pick<CertificateSupplements, 'run'>;
}

const WAIT_MS = 60_000;
/** Nobody acted on a list for so long: somebody is told, and again after as long. */
const REMIND_DAYS = 7;
/** And for so long: it is said with force. */
const URGENT_DAYS = 28;

/**
 * The night's part in destruction (retention-and-destruction.md): what stands under an authorisation of the archivist
 * goes, within its caps; once a month a proposal is drawn up of what may go; who waits for whom is said. A person takes
 * a proposal over before it goes on: the scheduler submits, reviews and approves nothing.
 */
export class NightlyLists {
  readonly #parts: NightlyListsParts;
  readonly #by: ActingPerson;
  readonly #following: FollowingLists;
  #destroying = false;

  constructor(parts: NightlyListsParts) {
    this.#parts = parts;
    this.#by = { iss: localIssuerName(parts.ledger.config.oin), sub: 'nachtelijke-run', role: SCHEDULER };
    this.#following = new FollowingLists({ ...parts, by: this.#by, finish: () => this.#finish() });
  }

  /** A run is under way: it goes on at the next start, so that closing need not wait for it. */
  get destroying(): boolean {
    return this.#destroying;
  }

  /** Null when the views do not get there. `stopped`: asked between the parts. */
  async run(today: Temporal.PlainDate, stopped: () => boolean): Promise<ListsOfNight | null> {
    const { governance, requestHolds } = this.#parts.ledger;
    // First what is to stay: requests of persons that came in, or were decided, since.
    if (!await requestHolds.settle({ undecided: false })) return null;
    const rewritten = await this.#ownTerms();
    if ((await governance.state()).schedule === null) return rewritten;
    if (!await this.#caughtUp()) return null;
    await this.#parts.supplements?.run(today);
    const standing = await this.#standing(today, stopped);
    if (standing === null || stopped() || !await this.#caughtUp()) return null;
    const followed = await this.#following.run(today, stopped);
    // Since those lists were drawn up and executed the register moved on.
    if (followed === null || stopped() || !await this.#caughtUp()) return null;
    const open = [...openLists(this.#parts.ledger.views.reader(destructionRegisterProjection))];
    const state = await governance.state();
    return { ...rewritten, ...standing, ...followed, ...remindersOf(open, state, today), ...untoldOf([...untoldLists(this.#parts.ledger.views.reader(destructionRegisterProjection))], state, today), ...await this.#monthly(open, state, today) };
  }

  /**
   * First what waited at a start for the clock to be confirmed. Their logs say what they did; refused while another
   * run is open, and then the next night does it.
   */
  async #ownTerms(): Promise<ListsOfNight> {
    this.#destroying = true;
    try {
      await this.#parts.runs.finish();
      await this.#parts.ownTerms?.run();
      return await this.#rewrite();
    } finally {
      this.#destroying = false;
    }
  }

  /** Of runs that ended and have their day. Who still reads puts it off to the next night, and that is told. */
  async #rewrite(): Promise<ListsOfNight> {
    try {
      const completed = await this.#parts.runs.rewriteDue();
      return completed === 0 ? {} : { completed };
    } catch (error) {
      if ((error as { readonly code?: unknown } | null)?.code !== 'purge-blocked') throw error;
      return { rewriteBlocked: true };
    }
  }

  async #standing(today: Temporal.PlainDate, stopped: () => boolean): Promise<ListsOfNight | null> {
    const executed: NonNullable<ListsOfNight['executed']>[number][] = [];
    const ended: NonNullable<ListsOfNight['stopped']>[number][] = [];
    const refused: string[] = [];
    const waiting = await this.#withdrawUnfinished();
    const { authorisations } = await this.#parts.ledger.governance.state();
    for (const authorisation of authorisations.filter((one) => worksOn(one, today.toString()))) {
      if (stopped()) return null;
      const goes = (one: DueDossier): boolean => under(authorisation)(one) && !waiting.has(one.stream);
      const due = await this.#count(goes, today);
      if (due === null) return null;
      const reason = capExceeded(authorisation, due, this.#living(today));
      if (reason !== null) {
        const { governance } = this.#parts.ledger;
        const recorded = await governance.append({ type: 'standing-authorisation-ended', schema: 1, data: { id: authorisation.id, on: today.toString(), reason } }, null);
        if (recorded.kind === 'refused') return null;
        ended.push({ authorisationId: authorisation.id, reason, due });
      } else if (due > 0 && !this.#waits(due, today)) {
        const outcome = await this.#execute(authorisation, goes, today);
        if (typeof outcome === 'string') refused.push(outcome);
        else if (outcome !== null) executed.push({ ...outcome, authorisationId: authorisation.id });
      }
    }
    return {
      ...(executed.length === 0 ? {} : { executed }), ...(ended.length === 0 ? {} : { stopped: ended }), ...(refused.length === 0 ? {} : { refused }),
    };
  }

  /** Fewer than ten wait for the month's end, as they do on any list. */
  #waits(due: number, today: Temporal.PlainDate): boolean {
    return this.#parts.ledger.config.smallRunsWait && due < SMALL_RUN && today.day < today.daysInMonth;
  }

  async #execute(authorisation: StandingAuthorisation, only: (due: DueDossier) => boolean, today: Temporal.PlainDate): Promise<{ readonly listId: string; readonly destroyed: number } | string | null> {
    const { lists } = this.#parts;
    const drawn = await lists.drawUp(`Doorlopende machtiging ${today.toString()}`, this.#by, { procedure: 'standing', authorisation, only });
    if (drawn.kind === 'refused') return drawn.refusal.code;
    const { id: listId, version } = drawn.value;
    const begun = await lists.begin(listId, version, this.#by);
    if (begun.kind === 'refused') return begun.refusal.code;
    // Its places are asked first.
    if (begun.value.status !== 'executing') return null;
    return { listId, destroyed: (await this.#finish())?.destroyed ?? 0 };
  }

  async #finish(): Promise<{ readonly destroyed: number } | null> {
    this.#destroying = true;
    try {
      return await this.#parts.runs.finish();
    } finally {
      this.#destroying = false;
    }
  }

  /**
   * Drawn up in a night that was cut off before it began; what is on it is counted anew. A list whose places have not
   * answered yet goes on by itself: answers its dossiers, which are on no other list meanwhile.
   */
  async #withdrawUnfinished(): Promise<ReadonlySet<string>> {
    const { ledger, lists } = this.#parts;
    const waiting = new Set<string>();
    for (const { listId, procedure } of openLists(ledger.views.reader(destructionRegisterProjection))) {
      if (procedure !== 'standing') continue;
      const seen = await lists.view(listId, 0);
      if (seen.kind === 'done' && seen.value.requests.length > 0) for await (const stream of lists.streamsOf(listId)) waiting.add(stream);
      else await this.#withdraw(lists, listId, 'De run van die nacht is niet begonnen.');
    }
    return waiting;
  }

  async #withdraw(lists: DestructionLists, listId: string, reason: string): Promise<boolean> {
    const seen = await lists.view(listId, 0);
    if (seen.kind === 'refused') return false;
    return (await lists.act(listId, seen.value.version, { kind: 'cancel', reason }, this.#by)).kind === 'done';
  }

  async #count(goes: (due: DueDossier) => boolean, today: Temporal.PlainDate): Promise<number | null> {
    const due = await this.#parts.due.dueOn(today.toString());
    if (due === null) return null;
    let count = 0;
    for (const one of due) if (one.procedure === 'standing' && goes(one)) count += 1;
    return count;
  }

  #living(today: Temporal.PlainDate): number {
    const counts = agendaCounts(this.#parts.ledger.views.reader(retentionAgendaProjection), today);
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** At the first run of a month, whatever its day; what stands on another list is not proposed twice. */
  async #monthly(open: readonly RegisteredList[], { nights, authorisations }: GovernanceState, today: Temporal.PlainDate): Promise<ListsOfNight> {
    const { lists } = this.#parts;
    const month = today.toString().slice(0, 7);
    if (nights.proposedIn === month) return {};
    const withdrawn: string[] = [];
    for (const { listId } of open.filter(({ proposal, phase }) => proposal && phase === 'draft')) {
      if (await this.#withdraw(lists, listId, 'Vervangen door het voorstel van deze maand.')) withdrawn.push(listId);
    }
    const taken = new Set<string>();
    for (const { listId } of open) if (!withdrawn.includes(listId)) for await (const stream of lists.streamsOf(listId)) taken.add(stream);
    const working = authorisations.filter((one) => worksOn(one, today.toString())).map(under);
    const only = (one: DueDossier): boolean => !taken.has(one.stream) && !(one.procedure === 'standing' && working.some((covers) => covers(one)));
    const drawn = await lists.drawUp(`Voorstel ${month}`, this.#by, { only });
    return {
      proposedFor: month,
      ...(drawn.kind === 'done' ? { proposed: { listId: drawn.value.id, items: drawn.value.items } } : {}),
      ...(withdrawn.length === 0 ? {} : { withdrawn }),
    };
  }

  async #caughtUp(): Promise<boolean> {
    const { store, runner } = this.#parts.ledger;
    const head = store.head().size - 1;
    for (const { name } of [retentionAgendaProjection, destructionRegisterProjection]) {
      if (!await runner.waitFor(head, WAIT_MS, name)) return false;
    }
    return true;
  }
}

function under({ rules }: StandingAuthorisation): (due: DueDossier) => boolean {
  return ({ rule }) => rules.includes(rule);
}

/** Whom a list waits for since when; an approved one since the first day on which it may be executed. */
function remindersOf(open: readonly RegisteredList[], { nights }: GovernanceState, today: Temporal.PlainDate): ListsOfNight {
  const reminded = open.flatMap(({ listId, phase, actedOn, executableFrom, kind, procedure, deadline }) => {
    // The ledger's own: they wait for nobody here.
    if (kind === 'follow' || procedure === 'standing') return [];
    const since = phase === 'approved' && executableFrom !== null && executableFrom > actedOn ? executableFrom : actedOn;
    const days = daysBetween(since, today);
    const last = nights.reminded[listId];
    if (days < REMIND_DAYS || (last !== undefined && daysBetween(last, today) < REMIND_DAYS)) return [];
    return [{ listId, phase, days, urgent: days >= URGENT_DAYS || (deadline !== null && deadline < today.toString()) }];
  });
  return reminded.length === 0 ? {} : { reminded };
}

/** The names of who must be told go with the items, a month after the run: by then it is said with force. */
const TELL_URGENT_DAYS = 14;

function untoldOf(lists: readonly (RegisteredList & { readonly toTell: number })[], { nights }: GovernanceState, today: Temporal.PlainDate): ListsOfNight {
  const untold = lists.flatMap(({ listId, toTell, actedOn }) => {
    const days = daysBetween(actedOn, today);
    const last = nights.reminded[listId];
    if (last !== undefined && daysBetween(last, today) < REMIND_DAYS) return [];
    return [{ listId, recipients: toTell, days, urgent: days >= TELL_URGENT_DAYS }];
  });
  return untold.length === 0 ? {} : { untold };
}

function daysBetween(from: string, until: Temporal.PlainDate): number {
  return Temporal.PlainDate.from(from).until(until, { largestUnit: 'day' }).days;
}

/** Dutch: who is waited for. */
export const WAITS_FOR: Readonly<Partial<Record<ListPhase, string>>> = {
  'draft': 'de recordmanager moet haar indienen', 'changes-requested': 'de recordmanager moet antwoord geven', 'submitted': 'de proceseigenaar moet haar beoordelen',
  'reviewed': 'zij wacht op goedkeuring', 'approved': 'applicatiebeheer kan haar uitvoeren',
};
