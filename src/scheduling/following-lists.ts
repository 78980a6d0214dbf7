import { SMALL_RUN } from '#domain/destruction/list-policy';
import type { NightlyRunRecorded } from '#domain/governance/events';
import type { ActingPerson } from '#domain/ledger/event';
import { destructionRegisterProjection } from '#projections/destruction-register/projection';
import { openLists, type RegisteredList } from '#projections/destruction-register/queries';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { heldAtSource, permanentAtSource } from '#projections/retention-agenda/queries';
import type { Ledger } from '#src/composition/ledger';
import type { DestructionLists } from '#src/destruction/lists/destruction-lists';
import type { DueDossiers } from '#src/destruction/lists/due-dossiers';

/** What the night did after sources that lead their own destruction. */
export type FollowedAtNight = Pick<NightlyRunRecorded['data'], 'followDrawn' | 'followed' | 'heldAtSource' | 'permanentAtSource'>;

interface Parts {
  readonly ledger: Pick<Ledger, 'config' | 'views' | 'governance'>;
  readonly lists: DestructionLists;
  readonly due: Pick<DueDossiers, 'goneAtSource'>;
  /** Carries the run that was begun to its end. */
  readonly finish: () => Promise<{ readonly destroyed: number } | null>;
  readonly by: ActingPerson;
}

/**
 * What the source that leads it has destroyed goes here too, on a list that no person reviews: that was done there.
 * Its waiting period is the time in which a mistake of the source can be taken back. What is held stays, and is said.
 */
export class FollowingLists {
  constructor(private readonly parts: Parts) {}

  /** Null: stopped in between, or the agenda is behind. */
  async run(today: Temporal.PlainDate, stopped: () => boolean): Promise<FollowedAtNight | null> {
    const followed: NonNullable<FollowedAtNight['followed']>[number][] = [];
    const taken = new Set<string>();
    for (const list of this.#open()) {
      if (stopped()) return null;
      const destroyed = await this.#execute(list, today);
      if (destroyed !== null) followed.push({ listId: list.listId, destroyed });
      else for await (const stream of this.parts.lists.streamsOf(list.listId)) taken.add(stream);
    }
    const drawn = await this.#drawUp(taken, today);
    if (drawn === 'behind') return null;
    return { ...(followed.length === 0 ? {} : { followed }), ...(drawn === null ? {} : { followDrawn: drawn }), ...await this.#alarm() };
  }

  #open(): readonly RegisteredList[] {
    return [...openLists(this.parts.ledger.views.reader(destructionRegisterProjection))].filter(({ kind }) => kind === 'follow');
  }

  /** Null: it waits, for its day, for the end of the month, or for another place. */
  async #execute({ listId, executableFrom }: RegisteredList, today: Temporal.PlainDate): Promise<number | null> {
    const { lists, by, finish } = this.parts;
    if (executableFrom !== null && executableFrom > today.toString()) return null;
    const seen = await lists.view(listId, 0);
    if (seen.kind === 'refused') return null;
    const begun = await lists.begin(listId, seen.value.version, by);
    return begun.kind === 'done' && begun.value.status === 'executing' ? (await finish())?.destroyed ?? 0 : null;
  }

  /** Fewer than ten wait for the month's end, as on any list. */
  async #drawUp(taken: ReadonlySet<string>, today: Temporal.PlainDate): Promise<{ readonly listId: string; readonly items: number } | 'behind' | null> {
    const { ledger, lists, due, by } = this.parts;
    const gone = await due.goneAtSource(today.toString());
    if (gone === null) return 'behind';
    const waits = ledger.config.smallRunsWait && today.day < today.daysInMonth;
    let count = 0;
    for (const { stream } of gone) {
      if (!taken.has(stream)) count += 1;
      if (count === SMALL_RUN) break;
    }
    if (count === 0 || (waits && count < SMALL_RUN)) return null;
    const drawn = await lists.drawUp(`Volgt bron ${today.toString()}`, by, { kind: 'follow', only: ({ stream }) => !taken.has(stream) });
    return drawn.kind === 'refused' ? null : { listId: drawn.value.id, items: drawn.value.items };
  }

  /** Said when it becomes more, not every night. */
  async #alarm(): Promise<Pick<FollowedAtNight, 'heldAtSource' | 'permanentAtSource'>> {
    const reader = this.parts.ledger.views.reader(retentionAgendaProjection);
    const held = heldAtSource(reader);
    const permanent = permanentAtSource(reader);
    const { nights } = await this.parts.ledger.governance.state();
    return {
      ...(held === nights.heldAtSource ? {} : { heldAtSource: held }),
      ...(permanent === nights.permanentAtSource ? {} : { permanentAtSource: permanent }),
    };
  }
}
