import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { parseStreamName, streamKind, streamName, type StreamName } from '#domain/ledger/ids';
import type { NewEvent } from '#domain/ledger/event';
import { dayOfInstant } from '#domain/ledger/moments';
import { RunMemory } from '#src/destruction/run/run-memory';
import type { RunLedger } from '#src/destruction/run/run-ledger';
import { RunParts, type Begun } from '#src/destruction/run/run-parts';
import type { OwnEvent, RunState } from '#src/destruction/run/run-state';

/** Called at every point where a process can die with a different part done; a test throws or kills here. */
export type OnStep = (point: string) => void | Promise<void>;

/** The run cannot go on now; its journal stays and the next start goes on where it stood. */
export class RunInterrupted extends Error {
  constructor(readonly code: 'store-unavailable' | 'busy' | 'broken') {
    super(`destruction run interrupted: ${code}`);
  }
}

const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 50;

/** One run under way: its journal, and the few things every step does with it. */
export class Run {
  readonly memory = new RunMemory();
  readonly parts: RunParts;

  /** `resting`: it has ended, and something is left to do. */
  constructor(readonly ledger: RunLedger, readonly state: RunState, private readonly onStep: OnStep, private readonly resting = false) {
    this.parts = new RunParts(ledger.vault, state.runId);
  }

  async save(): Promise<void> {
    const journal = { runId: this.state.runId, state: JSON.stringify(this.state) };
    if (this.resting) await this.ledger.vault.saveRestingRun(journal);
    else await this.ledger.vault.saveRun(journal);
  }

  /** What this run has begun, a part of its journal at a time; what waits meanwhile has its turn in between. */
  async *begun(): AsyncGenerator<{ readonly part: number; readonly dossiers: readonly Begun[] }> {
    for (let part = 0; part < this.state.parts; part += 1) {
      const dossiers = (await this.parts.read(part)).filter(({ outcome }) => outcome?.kind === 'begun').map(({ n, stream }) => ({ n, stream }));
      if (dossiers.length > 0) yield { part, dossiers };
      await nextTurn();
    }
  }

  async point(name: string): Promise<void> {
    await this.onStep(name);
  }

  /** Calendar date in Amsterdam. */
  today(): string {
    return dayOfInstant(this.ledger.clock.now()).toString();
  }

  /**
   * Appends one of the run's own events exactly once: its id and revision are in the journal before it is sent, and
   * the store answers the same ids at the same revision as the first time. Its content is the caller's to keep equal.
   * Where it came is journalled with whatever is journalled next: until then it is asked again.
   */
  async record(name: string, stream: StreamName, event: NewEvent): Promise<'appended' | 'conflict'> {
    const own = this.state.own[name] ?? await this.#place(name, stream);
    if (own.position !== null) return 'appended';
    await this.point(`${name}: before append`);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const result = await this.ledger.writer.append({
        stream, expectedRevision: own.revision - 1, events: [event], ids: [own.id],
        ...(streamKind(stream) === 'log' || this.state.person === null ? {} : { person: this.state.person }),
      });
      switch (result.kind) {
        case 'appended':
          await this.point(`${name}: appended`);
          own.position = result.firstPosition;
          return 'appended';
        case 'conflict':
          return 'conflict';
        case 'unavailable':
          await this.backOff(attempt);
          break;
        default:
          throw new RunInterrupted('broken');
      }
    }
    throw new RunInterrupted('store-unavailable');
  }

  /** As `record`, for a stream that only this run writes: a conflict there is a broken invariant. */
  async recordAlone(name: string, stream: StreamName, event: NewEvent): Promise<void> {
    if (await this.record(name, stream, event) === 'conflict') throw new RunInterrupted('broken');
  }

  /**
   * In the list's stream others write too: a location confirms while the run is under way. Then the same event goes
   * to the next place. A run without a list has nothing to say there.
   */
  async recordOnList(name: string, event: NewEvent): Promise<void> {
    const { listStream } = this.state;
    if (listStream === null) return;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (await this.record(name, listStream, event) === 'appended') return;
      const own = this.state.own[name]!;
      const read = await this.ledger.writer.read(listStream);
      if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
      const there = read.events.find(({ id }) => id === own.id);
      if (there !== undefined) {
        this.state.own[name] = { ...own, revision: there.revision, position: there.position };
        return;
      }
      this.state.own[name] = { ...own, revision: read.revision + 1 };
      await this.save();
    }
    throw new RunInterrupted('busy');
  }

  /**
   * Events that belong together, named `<name> 1`, `<name> 2`, …: their places are in the journal before the first.
   * One in memory at a time.
   */
  async recordSeries(name: string, stream: StreamName, count: number, events: Iterable<NewEvent> | AsyncIterable<NewEvent>): Promise<void> {
    const names = Array.from({ length: count }, (_, index) => `${name} ${index + 1}`);
    if (names.some((each) => this.state.own[each] === undefined)) {
      for (const each of names) if (this.state.own[each] === undefined) this.#take(each, stream);
      await this.save();
    }
    let recorded = 0;
    for await (const event of events) {
      const each = names[recorded];
      if (each === undefined) throw new RunInterrupted('broken');
      await this.recordAlone(each, stream, event);
      recorded += 1;
    }
    if (recorded !== count) throw new RunInterrupted('broken');
  }

  async backOff(attempt: number): Promise<void> {
    await pause(FIRST_PAUSE_MS * 2 ** attempt);
  }

  async #place(name: string, stream: StreamName): Promise<OwnEvent> {
    const own = this.#take(name, stream);
    await this.save();
    return own;
  }

  /** Its id, and the next place in a stream that this run has to itself, or of which it knows the last. */
  #take(name: string, stream: StreamName): OwnEvent {
    const revisions = Object.values(this.state.own).filter((own) => own.stream === stream).map(({ revision }) => revision);
    const own: OwnEvent = { id: this.ledger.writer.newEventId(), stream, revision: Math.max(-1, ...revisions) + 1, position: null };
    this.state.own[name] = own;
    return own;
  }
}

/** Of these dossiers the streams that hold something, as far as this process knows; after a kill, all they may have. */
export function unitsThere(run: Run, dossiers: readonly Begun[]): readonly StreamName[] {
  return dossiers.flatMap(({ n, stream }) => unitStreams(stream).filter((unit) => unit === stream || run.memory.wasAccessed(n) !== false));
}

/** In batches, one after the other, with a turn for whatever waits in between. */
export async function inBatches<Item>(items: readonly Item[], size: number, each: (batch: readonly Item[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += size) {
    await each(items.slice(from, from + size));
    await nextTurn();
  }
}

/** What goes together: a dossier's own stream with the stream of who looked at it; any other stream by itself. */
export function unitStreams(stream: StreamName): readonly StreamName[] {
  const { kind, uuid } = parseStreamName(stream);
  return kind === 'dossier' ? [stream, streamName('access', uuid)] : [stream];
}
