import { setTimeout as pause } from 'node:timers/promises';
import { parseStreamName, streamKind, streamName, type StreamName } from '#domain/ledger/ids';
import type { NewEvent } from '#domain/ledger/event';
import { dayOfInstant } from '#domain/ledger/moments';
import type { RunLedger } from '#src/destruction/run/run-ledger';
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
  constructor(readonly ledger: RunLedger, readonly state: RunState, private readonly onStep: OnStep) {}

  async save(): Promise<void> {
    await this.ledger.vault.saveRun({ runId: this.state.runId, state: JSON.stringify(this.state) });
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
   */
  async record(name: string, stream: StreamName, event: NewEvent): Promise<'appended' | 'conflict'> {
    const own = this.state.own[name] ?? await this.#place(name, stream);
    if (own.position !== null) return 'appended';
    await this.point(`${name}: before append`);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const result = await this.ledger.writer.append({
        stream, expectedRevision: own.revision - 1, events: [event], ids: [own.id],
        ...(streamKind(stream) === 'log' ? {} : { person: this.state.person }),
      });
      switch (result.kind) {
        case 'appended':
          await this.point(`${name}: appended`);
          own.position = result.firstPosition;
          await this.save();
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

  async backOff(attempt: number): Promise<void> {
    await pause(FIRST_PAUSE_MS * 2 ** attempt);
  }

  async #place(name: string, stream: StreamName): Promise<OwnEvent> {
    const revisions = Object.values(this.state.own).filter((own) => own.stream === stream).map(({ revision }) => revision);
    const revision = Math.max(-1, ...revisions) + 1;
    const own: OwnEvent = { id: this.ledger.writer.newEventId(), stream, revision, position: null };
    this.state.own[name] = own;
    await this.save();
    return own;
  }
}

/** A dossier's unit: its own stream and the stream of who looked at it, destroyed by the same steps. */
export function unitStreams(dossier: StreamName): readonly StreamName[] {
  return [dossier, streamName('access', parseStreamName(dossier).uuid)];
}

