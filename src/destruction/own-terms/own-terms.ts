import { passOwnGate } from '#domain/destruction/own-terms';
import type { StreamName } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import { ownTermsProjection } from '#projections/own-terms/projection';
import { ownTermsToLookAt } from '#projections/own-terms/queries';
import type { Ledger } from '#src/composition/ledger';
import { ownStreamView } from '#src/destruction/run/own-gate';
import { newRunId, type RunExecutor } from '#src/destruction/run/run-executor';
import { done, refused, type Outcome } from '#src/recording/outcome';

export interface OwnTermsRun {
  /** Null: nothing was over. */
  readonly runId: string | null;
  /** Streams destroyed. */
  readonly destroyed: number;
}

type Parts = Pick<Ledger, 'store' | 'views' | 'runner' | 'clock' | 'clockWatch' | 'writer' | 'governance'>;

const WAIT_MS = 60_000;
/** At most so many in one run: the next night takes the rest. */
const STREAMS_MAX = 10_000;

/**
 * What has a term of its own and is not a dossier's: frames of meetings, searches, rights requests, items of a list
 * that was executed. Goes without a list, by a run of its own kind with all the same steps.
 */
export class OwnTerms {
  readonly #ledger: Parts;
  readonly #runs: RunExecutor;

  constructor(ledger: Parts, runs: RunExecutor) {
    this.#ledger = ledger;
    this.#runs = runs;
  }

  /** Takes what is over today to its end; refused while a run is open or the clock is not believed. */
  async run(): Promise<Outcome<OwnTermsRun>> {
    const { clock, clockWatch, runner, store } = this.#ledger;
    const suspect = await clockWatch.refusal();
    if (suspect !== null) return refused(suspect);
    if (!await runner.waitFor(store.head().size - 1, WAIT_MS, ownTermsProjection.name)) {
      return refused(refusal('position-not-reached', 'De agenda is nog niet bijgewerkt. Probeer het straks opnieuw.'));
    }
    const streams = await this.#over(dayOfInstant(clock.now()));
    if (streams.length === 0) return done({ runId: null, destroyed: 0 });
    const started = await this.#runs.start({ runId: newRunId(), list: null, person: null, streams });
    if (started.kind === 'refused') return started;
    const finished = await this.#runs.finish();
    return done({ runId: started.value.runId, destroyed: finished?.destroyed ?? 0 });
  }

  /** Asked before a run begins, so that what is held, or has no date, does not make one every night. */
  async #over(today: Temporal.PlainDate): Promise<readonly StreamName[]> {
    const { views, writer, governance } = this.#ledger;
    const { schedule, classHolds } = await governance.state();
    const gate = { runId: '', schedule, classHolds, today: today.toString() };
    const streams: StreamName[] = [];
    for (const stream of ownTermsToLookAt(views.reader(ownTermsProjection), today)) {
      const view = await ownStreamView(writer, stream);
      if (view !== 'destroyed' && passOwnGate(gate, view).kind === 'through') streams.push(stream);
      if (streams.length === STREAMS_MAX) break;
    }
    return streams;
  }
}
