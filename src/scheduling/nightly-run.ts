import { lapsesToRecord, type Lapse } from '#domain/dossier/lapses';
import type { StreamName } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import { expiryCalendarProjection } from '#projections/expiry-calendar/projection';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import type { Ledger } from '#src/composition/ledger';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome } from '#src/recording/outcome';
import { daysToRecord } from '#src/scheduling/days-to-record';
import type { ListsOfNight, NightlyLists } from '#src/scheduling/nightly-lists';

export interface NightlyCounts {
  /** Calendar date in Amsterdam up to which was looked. */
  readonly today: string;
  readonly retentionExpired: number;
  readonly consentExpired: number;
  readonly authorityEnded: number;
  /** What it did with destruction lists; absent when nothing. */
  readonly lists?: ListsOfNight;
}

type Parts = Pick<Ledger, 'store' | 'views' | 'runner' | 'clock' | 'governance' | 'clockWatch'> & {
  readonly writer: Pick<LedgerWriter, 'read' | 'append'>;
};

/** Dossiers of one day at a time: their order on that day says nothing. */
const AT_ONCE = 32;
const ATTEMPTS = 8;
const WAIT_MS = 60_000;

const CUT_OFF = refusal('store-unavailable', 'De run is niet klaar. Wat al is vastgelegd, blijft; de volgende run gaat verder.');

const COUNTED: Readonly<Record<Lapse['type'], 'retentionExpired' | 'consentExpired' | 'authorityEnded'>> = {
  'retention-expired': 'retentionExpired', 'consent-expired': 'consentExpired', 'authority-ended': 'authorityEnded',
};

/**
 * Records what time alone has done, day after day from the oldest, so that after a week's downtime the account reads
 * as if there had been none. The views say where to look; the dossier's own stream says what is to be recorded, so
 * that nothing is recorded twice however often a run is cut off. One run at a time.
 */
export class NightlyRun {
  readonly #ledger: Parts;
  #underWay: Promise<unknown> | null = null;
  #stopped = false;
  #lists: NightlyLists | null = null;

  constructor(ledger: Parts) {
    this.#ledger = ledger;
  }

  /** Given once there are lists to look after: they need what the ledger alone has not. */
  lookAfter(lists: NightlyLists): void {
    this.#lists = lists;
  }

  async run(): Promise<Outcome<NightlyCounts>> {
    if (this.#underWay !== null) return refused(refusal('wrong-state', 'Er loopt al een nachtelijke run. Wacht tot die klaar is.'));
    const mine = this.#run().catch((error: unknown) => {
      // A destruction is not waited for when the ledger closes: what it meets there only says so.
      if (this.#stopped) return refused(CUT_OFF);
      throw error;
    });
    this.#underWay = mine;
    try {
      return await mine;
    } finally {
      this.#underWay = null;
    }
  }

  /** The ledger closes: a run under way stops after what it is recording. The next run goes on there. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#lists?.destroying !== true) await this.#underWay?.catch(() => undefined);
  }

  async #run(): Promise<Outcome<NightlyCounts>> {
    const { store, views, runner, clock, clockWatch } = this.#ledger;
    const suspect = await clockWatch.refusal();
    if (suspect !== null) return refused(suspect);
    const today = dayOfInstant(clock.now());
    for (const { name } of [retentionAgendaProjection, expiryCalendarProjection]) {
      if (!await runner.waitFor(store.head().size - 1, WAIT_MS, name)) {
        return refused(refusal('position-not-reached', 'De agenda is nog niet bijgewerkt. Probeer het straks opnieuw.'));
      }
    }
    const counts = { today: today.toString(), retentionExpired: 0, consentExpired: 0, authorityEnded: 0 };
    for (const { day, streams } of daysToRecord(views, today)) {
      for (let from = 0; from < streams.length; from += AT_ONCE) {
        if (this.#stopped) return refused(CUT_OFF);
        const recorded = await Promise.all(streams.slice(from, from + AT_ONCE).map((stream) => this.#record(stream, day)));
        if (recorded.includes(null)) return refused(CUT_OFF);
        for (const lapse of recorded.flatMap((list) => list ?? [])) counts[COUNTED[lapse.type]] += 1;
      }
    }
    return this.#withLists(counts, today);
  }

  async #withLists(counts: NightlyCounts, today: Temporal.PlainDate): Promise<Outcome<NightlyCounts>> {
    const { governance, clock } = this.#ledger;
    const lists = this.#lists === null ? {} : await this.#lists.run(today, () => this.#stopped);
    if (lists === null) return refused(CUT_OFF);
    if (Object.keys(lists).length === 0) return done(counts);
    const recorded = await governance.append({ type: 'nightly-run-recorded', schema: 1, data: { occurredAt: clock.now().toString(), ...counts, ...lists } }, null);
    return recorded.kind === 'refused' ? recorded : done({ ...counts, lists });
  }

  /** What came to this dossier up to and including that day; null when it could not be recorded. */
  async #record(stream: StreamName, day: string): Promise<readonly Lapse[] | null> {
    const { writer, governance } = this.#ledger;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const read = await writer.read(stream);
      if (read === 'none' || read === 'destroyed') return [];
      const { schedule, classHolds } = await governance.state();
      const lapses = lapsesToRecord(read.events, schedule, classHolds, Temporal.PlainDate.from(day));
      if (lapses.length === 0) return [];
      const result = await writer.append({ stream, expectedRevision: read.revision, events: lapses });
      if (result.kind === 'appended') return lapses;
      if (result.kind === 'destroyed') return [];
      if (result.kind !== 'conflict') return null;
    }
    return null;
  }
}

