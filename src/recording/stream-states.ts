import type { Decider } from '#domain/ledger/decider';
import type { NewEvent } from '#domain/ledger/event';
import { NO_STREAM, type EventId, type Revision, type StreamName } from '#domain/ledger/ids';
import type { LedgerWriter } from '#src/recording/ledger-writer';

export interface LoadedState<State> {
  readonly state: State;
  readonly revision: Revision;
  /** Id of the event at `revision`; absent without events. */
  readonly lastId?: EventId;
}

/**
 * Decider state per stream, folded once and kept while it is used. What is kept may be behind: the append's exact
 * revision finds out, and `forget` makes the next load read again.
 */
export class StreamStates<State, Command, Event extends NewEvent> {
  readonly #kept = new Map<StreamName, LoadedState<State>>();

  /** `onForget`: whatever else is kept about the stream goes with its state. */
  constructor(
    private readonly writer: LedgerWriter,
    private readonly decider: Decider<State, Command, Event>,
    private readonly keptMax: number,
    private readonly onForget: (stream: StreamName) => void = () => undefined,
  ) {}

  async load(stream: StreamName): Promise<LoadedState<State> | 'destroyed'> {
    const kept = this.#kept.get(stream);
    if (kept !== undefined) {
      this.#keep(stream, kept);
      return kept;
    }
    const read = await this.writer.read(stream);
    if (read === 'destroyed') return 'destroyed';
    if (read === 'none') return { state: this.decider.initial, revision: NO_STREAM };
    const state = read.events.reduce((folded, event) => this.decider.evolve(folded, event as NewEvent as Event), this.decider.initial);
    const loaded = { state, revision: read.revision, lastId: read.events.at(-1)!.id };
    this.#keep(stream, loaded);
    return loaded;
  }

  /** The stream as it is after these events, of which the last gets the id `lastId`. */
  after(before: LoadedState<State>, added: readonly Event[], lastId: EventId): LoadedState<State> {
    return {
      state: added.reduce((folded, event) => this.decider.evolve(folded, event), before.state),
      revision: before.revision + added.length,
      lastId,
    };
  }

  /** Only of what was acknowledged: others read it too. */
  keep(stream: StreamName, loaded: LoadedState<State>): void {
    this.#keep(stream, loaded);
  }

  forget(stream: StreamName): void {
    this.#kept.delete(stream);
    this.onForget(stream);
  }

  #keep(stream: StreamName, loaded: LoadedState<State>): void {
    this.#kept.delete(stream);
    this.#kept.set(stream, loaded);
    if (this.#kept.size > this.keptMax) {
      const oldest = this.#kept.keys().next();
      if (oldest.done !== true) this.#kept.delete(oldest.value);
    }
  }
}
