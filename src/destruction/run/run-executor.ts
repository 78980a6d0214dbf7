import { randomUUID } from 'node:crypto';
import type { LighterProcedure } from '#domain/destruction/gate';
import type { ActingPerson } from '#domain/ledger/event';
import { streamName, type Revision, type StreamName } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { dayOfInstant } from '#domain/ledger/moments';
import { inFileOrder } from '#src/destruction/run/file-order';
import { Run, type OnStep } from '#src/destruction/run/run';
import type { RunLedger } from '#src/destruction/run/run-ledger';
import { completeResting } from '#src/destruction/run/rest';
import { RunParts } from '#src/destruction/run/run-parts';
import { RUN_STEPS, type RunGround, type RunState, type RunStep } from '#src/destruction/run/run-state';
import { stepGate } from '#src/destruction/run/step-1-gate';
import { stepFigures } from '#src/destruction/run/step-2-figures';
import { stepAnnouncement } from '#src/destruction/run/step-3-announcement';
import { stepFence } from '#src/destruction/run/step-4-fence';
import { stepKeys } from '#src/destruction/run/step-5-keys';
import { stepEvents } from '#src/destruction/run/step-6-events';
import { stepViews } from '#src/destruction/run/step-7-views';
import { stepClose } from '#src/destruction/run/step-8-close';
import { done, refused, type Outcome } from '#src/recording/outcome';

const STEPS: Readonly<Record<RunStep, (run: Run) => Promise<void>>> = {
  gate: stepGate, figures: stepFigures, announcement: stepAnnouncement, fence: stepFence,
  keys: stepKeys, events: stepEvents, views: stepViews, close: stepClose,
};

export interface RunRequest {
  readonly runId: string;
  /** Null: streams with a term of their own, which no list names. */
  readonly list: {
    readonly id: string;
    readonly stream: StreamName;
    /** Revision of the list as the decision to execute saw it. */
    readonly revision: Revision;
  } | null;
  readonly person: ActingPerson | null;
  readonly streams: Iterable<StreamName>;
  /** Of a list that did not take the full procedure. */
  readonly lighter?: LighterProcedure;
  /** Of a list of another kind than by term. */
  readonly ground?: RunGround;
}

/** Takes a list's dossiers through the eight steps, one run at a time; goes on with an open run from its journal. */
export class RunExecutor {
  readonly #onStep: OnStep;
  #underWay: Promise<unknown> | null = null;

  constructor(private readonly ledger: RunLedger, options: { readonly onStep?: OnStep } = {}) {
    this.#onStep = options.onStep ?? ((): void => undefined);
  }

  /** Which run is open, if any: the list it belongs to and how far it is. */
  async open(): Promise<Pick<RunState, 'runId' | 'listId' | 'step'> | null> {
    return this.#journal();
  }

  /**
   * Writes the journal and says on the list that it has started; nothing else has happened when it answers.
   * `finish` does the rest.
   */
  start(request: RunRequest): Promise<Outcome<{ readonly runId: string }>> {
    return this.#exclusively(async () => {
      if (this.ledger.projections.isHalted()) return refused(refusal('wrong-state', 'Een overzicht staat stil. Er wordt niets vernietigd tot het weer loopt.'));
      if (await this.#journal() !== null) return refused(refusal('wrong-state', 'Er loopt al een vernietiging. Wacht tot die klaar is.'));
      // What a start that was cut off left behind, and then the parts first: only the journal itself makes the run exist.
      await this.ledger.vault.eraseRun();
      const parts = await new RunParts(this.ledger.vault, request.runId).write(await inFileOrder(this.ledger.store, request.streams), () => this.ledger.writer.newEventId());
      const run = new Run(this.ledger, this.#newState(request, parts), this.#onStep);
      await run.point('start: parts saved');
      await run.save();
      await run.point('start: journal saved');
      return await this.#announceStart(run) ? done({ runId: request.runId }) : refused(stale());
    });
  }

  /**
   * Carries the open run to its end, and what ended but was not completed; answers null when there is neither. At
   * start-up before anything else.
   */
  finish(): Promise<{ readonly runId: string; readonly destroyed: number } | null> {
    return this.#exclusively(async () => {
      const state = await this.#journal();
      const ended = state === null ? null : await this.#carryOut(new Run(this.ledger, state, this.#onStep));
      if (state === null) await this.ledger.vault.eraseRun();
      const completed = await completeResting(this.ledger, this.#onStep, { due: false });
      const last = ended ?? completed.at(-1);
      return last === undefined ? null : { runId: last.runId, destroyed: last.outcomes!.begun };
    });
  }

  /** By night: rewrites the ledger's file when a run that ended has its day. Answers how many runs were completed. */
  rewriteDue(): Promise<number> {
    return this.#exclusively(async () => (await completeResting(this.ledger, this.#onStep, { due: true })).length);
  }

  /** Null when the list changed in between. */
  async #carryOut(run: Run): Promise<RunState | null> {
    if (!await this.#announceStart(run)) return null;
    for (const step of RUN_STEPS.slice(RUN_STEPS.indexOf(run.state.step))) await this.#take(run, step);
    return run.state;
  }

  async #take(run: Run, step: RunStep): Promise<void> {
    const { state } = run;
    const nothing = step !== 'gate' && step !== 'close' && state.outcomes!.begun === 0;
    await run.point(`${step}: before`);
    if (!nothing) await STEPS[step](run);
    const next = RUN_STEPS[RUN_STEPS.indexOf(step) + 1];
    if (next === undefined) return;
    await run.point(`${step}: done`);
    state.step = next;
    await run.save();
  }

  /** False when the list changed in between: then nothing of the run remains. */
  async #announceStart(run: Run): Promise<boolean> {
    const { state } = run;
    if (state.listStream === null) return true;
    const event = { type: 'destruction-list-started', schema: 1, data: { runId: state.runId, on: state.begunOn } };
    const known = state.own['list-started']!.position !== null;
    if (await run.record('list-started', state.listStream, event) === 'appended') {
      if (!known) await run.save();
      return true;
    }
    await this.ledger.vault.eraseRun();
    return false;
  }

  #newState(request: RunRequest, parts: number): RunState {
    const { writer, clock, store } = this.ledger;
    return {
      version: 2, runId: request.runId, listId: request.list?.id ?? null, listStream: request.list?.stream ?? null,
      logStream: streamName('log', request.runId), person: request.person,
      ...(request.lighter === undefined ? {} : { lighter: request.lighter }), ...(request.ground === undefined ? {} : { ground: request.ground }),
      checkpointBefore: store.head().checkpoint, begunOn: dayOfInstant(clock.now()).toString(), step: 'gate',
      parts, outcomes: null,
      own: request.list === null ? {} : { 'list-started': { id: writer.newEventId(), stream: request.list.stream, revision: request.list.revision + 1, position: null } },
      figures: null, announced: null, keysDestroyedOn: null, eventsDestroyedOn: null,
    };
  }

  async #journal(): Promise<RunState | null> {
    const journal = await this.ledger.vault.openRun();
    return journal === null ? null : (JSON.parse(journal.state) as RunState);
  }

  /** One at a time: start and finish never interleave, and a second finish waits for the first. */
  async #exclusively<Value>(task: () => Promise<Value>): Promise<Value> {
    const before = this.#underWay;
    const mine = before === null ? task() : before.then(task, task);
    this.#underWay = mine;
    try {
      return await mine;
    } finally {
      if (this.#underWay === mine) this.#underWay = null;
    }
  }
}

export function newRunId(): string {
  return randomUUID();
}

function stale(): ReturnType<typeof refusal> {
  return refusal('stale-version', 'De lijst is intussen veranderd. Bekijk haar opnieuw.');
}
