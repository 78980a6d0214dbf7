import { refusal } from '#domain/ledger/refusals';
import type { LedgerAppendResult } from '#src/recording/ledger-writer';
import { refused, type Outcome } from '#src/recording/outcome';
import type { LoadedState } from '#src/recording/stream-states';

const ATTEMPTS = 8;
const IN_FLIGHT_MAX = 2_048;
export const NOT_NOW = refusal('store-unavailable', 'Er is niets vastgelegd. Stuur het bericht straks opnieuw; dubbel sturen kan geen kwaad.');
export const UNAVAILABLE = refused(NOT_NOW);

/** What one look at the stream comes to: an answer, a world that changed meanwhile, or an append to send. */
export type Plan<State, Value> =
  | { readonly kind: 'answer'; readonly outcome: Outcome<Value> }
  | { readonly kind: 'again' }
  | {
    readonly kind: 'append';
    /** The stream as it is once this append and all before it are in. */
    readonly after: LoadedState<State>;
    /** Nothing may be decided on it before it is acknowledged: what it follows is not certain. */
    readonly alone: boolean;
    /** Called at once, in the order of arrival. */
    readonly send: () => Promise<LedgerAppendResult>;
    /** The append is durable. */
    readonly appended: (result: LedgerAppendResult & { readonly kind: 'appended' }) => Outcome<Value>;
    readonly destroyed: () => Outcome<Value>;
  };

/** Looks at the stream as earlier appends will leave it; null: as the store has it. Called again after a conflict. */
export type Attempt<State, Value> = (head: LoadedState<State> | null) => Promise<Plan<State, Value>>;

interface Job<State> {
  readonly order: number;
  readonly attempt: Attempt<State, unknown>;
  readonly settle: (outcome: Outcome<unknown>) => void;
  readonly fail: (error: unknown) => void;
  attempts: number;
}

/**
 * The appends to one stream, in the order asked, many under way at once: each is decided on the state that those
 * before it will leave, and answered only when it is durable itself. When one of the chain does not get in, nothing
 * new is sent until all of the chain have their answer; those behind it are then decided again, in their order.
 * Every append says which event it follows (LedgerWriter), so nothing gets in that was decided on a wrong guess.
 */
export class StreamLane<State> {
  readonly #onBroken: () => void;
  readonly #onIdle: () => void;
  #waiting: Job<State>[] = [];
  #redo: Job<State>[] = [];
  #held: { readonly job: Job<State>; readonly outcome: Outcome<unknown>; readonly until: number }[] = [];
  #head: LoadedState<State> | null = null;
  #orders = 0;
  #sent = 0;
  #inFlight = 0;
  /** One after a failure, so that what failed once is not decided on a guess again; it doubles with every success. */
  #window = IN_FLIGHT_MAX;
  #broken = false;
  #running = false;

  /** `onBroken`: what is kept about the stream may be wrong. `onIdle`: nothing waits and nothing is under way. */
  constructor(hooks: { readonly onBroken: () => void; readonly onIdle: () => void }) {
    this.#onBroken = hooks.onBroken;
    this.#onIdle = hooks.onIdle;
  }

  run<Value>(attempt: Attempt<State, Value>): Promise<Outcome<Value>> {
    return new Promise((resolve, reject) => {
      const settle = resolve as (outcome: Outcome<unknown>) => void;
      this.#waiting.push({ order: this.#orders++, attempt, settle, fail: reject, attempts: 0 });
      this.#advance();
    });
  }

  #advance(): void {
    if (this.#running) return;
    if (!this.#mayDecide()) return this.#restIfIdle();
    this.#running = true;
    void this.#decideAll().finally(() => {
      this.#running = false;
      this.#advance();
    });
  }

  #restIfIdle(): void {
    if (this.#inFlight === 0 && this.#waiting.length === 0 && this.#redo.length === 0) this.#onIdle();
  }

  #mayDecide(): boolean {
    if (this.#broken) return this.#inFlight === 0;
    return this.#waiting.length > 0 && this.#inFlight < this.#window;
  }

  async #decideAll(): Promise<void> {
    while (this.#mayDecide()) {
      if (this.#broken) this.#startAgain();
      const job = this.#waiting.shift();
      if (job !== undefined) await this.#decide(job);
    }
  }

  #startAgain(): void {
    this.#broken = false;
    this.#head = null;
    this.#window = 1;
    this.#onBroken();
    this.#waiting = [...this.#redo.sort((a, b) => a.order - b.order), ...this.#waiting];
    this.#redo = [];
  }

  async #decide(job: Job<State>): Promise<void> {
    if (job.attempts === ATTEMPTS) return job.settle(UNAVAILABLE);
    job.attempts += 1;
    let plan: Plan<State, unknown>;
    try {
      plan = await job.attempt(this.#head);
    } catch (error) {
      return job.fail(error);
    }
    if (plan.kind === 'again' || this.#broken) {
      this.#redo.push(job);
      this.#broken = true;
    } else if (plan.kind === 'append') {
      this.#head = plan.after;
      this.#inFlight += 1;
      this.#sent += 1;
      if (plan.alone) this.#window = 1;
      this.#follow(job, plan);
    } else if (plan.outcome.kind === 'refused' && this.#inFlight > 0) {
      this.#held.push({ job, outcome: plan.outcome, until: this.#sent });
    } else {
      job.settle(plan.outcome);
    }
  }

  #follow(job: Job<State>, plan: Plan<State, unknown> & { readonly kind: 'append' }): void {
    plan.send().then((result) => {
      this.#inFlight -= 1;
      this.#settle(job, plan, result);
      this.#release();
      this.#advance();
    }, (error: unknown) => {
      this.#inFlight -= 1;
      this.#broken = true;
      job.fail(error);
      this.#release();
      this.#advance();
    });
  }

  /** A refusal that rests on appends under way is told when they are in; when one is not, it is looked at again. */
  #release(): void {
    if (this.#held.length === 0) return;
    const told = this.#sent - this.#inFlight;
    const rest = this.#held.filter(({ until }) => until > told);
    for (const { job, outcome, until } of this.#held) {
      if (this.#broken) this.#redo.push(job);
      else if (until <= told) job.settle(outcome);
    }
    this.#held = this.#broken ? [] : rest;
  }

  #settle(job: Job<State>, plan: Plan<State, unknown> & { readonly kind: 'append' }, result: LedgerAppendResult): void {
    if (result.kind === 'appended') {
      this.#window = Math.min(IN_FLIGHT_MAX, this.#window * 2);
      return job.settle(plan.appended(result));
    }
    this.#broken = true;
    switch (result.kind) {
      case 'conflict':
      case 'source-known':
        this.#redo.push(job);
        return;
      case 'destroyed': return job.settle(plan.destroyed());
      case 'unavailable': return job.settle(UNAVAILABLE);
    }
  }
}

/** A lane per key for as long as something waits or is under way in it. */
export class StreamLanes {
  readonly #lanes = new Map<string, StreamLane<unknown>>();

  /** One key always means streams with one kind of state. */
  run<State, Value>(key: string, attempt: Attempt<State, Value>, onBroken: () => void): Promise<Outcome<Value>> {
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      const fresh = new StreamLane<unknown>({ onBroken, onIdle: () => this.#rest(key, fresh) });
      lane = fresh;
      this.#lanes.set(key, fresh);
    }
    return lane.run(attempt as Attempt<unknown, Value>);
  }

  #rest(key: string, lane: StreamLane<unknown>): void {
    if (this.#lanes.get(key) === lane) this.#lanes.delete(key);
  }
}
