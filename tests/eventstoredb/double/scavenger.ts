import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Log } from './log.js';
import { TOMBSTONE_REVISION, type LogRecord } from './records.js';

interface State {
  /** Revision of the scavenge point of the last scavenge that ended; -1 when none did. */
  done: number;
  /** Revision of the point that a scavenge was stopped at; the next one resumes it. */
  unfinished: number | null;
  /** Names of tombstoned streams: the server keeps them in its own scavenge database. */
  names: string[];
}

export type Started = { readonly kind: 'started'; readonly id: string } | { readonly kind: 'running' };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Scavenging as measured: a point is added (its chunk is closed), or a newer one of the log is taken, or the one of a
 * scavenge that was stopped is resumed; what was tombstoned before that point loses everything but its tombstone.
 */
export class Scavenger {
  readonly #log: Log;
  readonly #node: string;
  readonly #file: string;
  readonly #state: State;
  #current: { readonly id: string; stop: boolean; readonly ended: Promise<void> } | null = null;
  #held: Promise<void> | null = null;
  #release: (() => void) | null = null;
  #closed = false;

  constructor(log: Log, folder: string, node: string) {
    this.#log = log;
    this.#node = node;
    this.#file = join(folder, 'index', 'scavenging', 'scavenging.db');
    this.#state = this.#load();
  }

  get current(): string | null {
    return this.#current?.id ?? null;
  }

  start(syncOnly: boolean): Started {
    if (this.#current !== null) return { kind: 'running' };
    const id = randomUUID();
    const run = { id, stop: false, ended: Promise.resolve() };
    this.#current = run;
    Object.assign(run, { ended: this.#run(run, syncOnly) });
    return { kind: 'started', id };
  }

  /** False when no such scavenge runs. Resolves when it has stopped. */
  async stop(id: string): Promise<string | null> {
    const run = this.#current;
    if (run === null || (id !== 'current' && id !== run.id)) return null;
    run.stop = true;
    this.release();
    await run.ended;
    return run.id;
  }

  /** The next scavenge waits between its point and its work, until it is stopped or released. */
  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#release?.();
    this.#held = null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.release();
    await this.#current?.ended;
  }

  async #run(run: { readonly id: string; stop: boolean }, syncOnly: boolean): Promise<void> {
    const stream = `$scavenges-${run.id}`;
    const said = { scavengeId: run.id, nodeEndpoint: this.#node };
    this.#link(this.#log.system(stream, '$scavengeStarted', said));
    const began = performance.now();
    const point = this.#point(syncOnly);
    await pause(5);
    if (this.#held !== null) await this.#held;
    if (this.#closed) return;
    const result = point === null ? 'Success' : this.#work(run, point);
    const timeTaken = `00:00:${((performance.now() - began) / 1000).toFixed(7).padStart(10, '0')}`;
    const completed = { ...said, result, error: null, timeTaken, spaceSaved: 0, maxChunkScavenged: this.#log.activeChunk - 1 };
    this.#link(this.#log.system(stream, '$scavengeCompleted', completed));
    this.#current = null;
  }

  #point(syncOnly: boolean): LogRecord | null {
    const points = this.#log.stream('$scavengePoints');
    if (this.#state.unfinished !== null) return points[this.#state.unfinished] ?? null;
    const last = points.at(-1);
    let point = last !== undefined && Number(last.revision) > this.#state.done ? last : null;
    if (point === null && syncOnly) return null;
    if (point === null) {
      point = this.#log.system('$scavengePoints', '$scavengePoint', {});
      this.#log.completeChunk();
    }
    this.#save({ unfinished: Number(point.revision) });
    return point;
  }

  #work(run: { readonly stop: boolean }, point: LogRecord): 'Success' | 'Stopped' {
    if (run.stop) return 'Stopped';
    const chunks = new Set(this.#log.records.filter(({ record }) => record.position <= point.position).map(({ chunk }) => chunk));
    const names = new Set<string>();
    for (const chunk of chunks) {
      if (chunk === this.#log.activeChunk) continue;
      this.#log.scavenge(chunk, (record) => {
        const gone = !this.#keeps(record, point.position);
        if (gone) names.add(record.stream);
        return !gone;
      });
    }
    this.#save({ done: Number(point.revision), unfinished: null, names: [...new Set([...this.#state.names, ...names])] });
    return 'Success';
  }

  #keeps(record: LogRecord, before: bigint): boolean {
    if (record.position >= before || record.revision === TOMBSTONE_REVISION) return true;
    const original = record.stream.startsWith('$$') ? record.stream.slice(2) : record.stream;
    if (this.#log.isTombstoned(original, before)) return false;
    // A soft-deleted stream keeps its last event, whole.
    return !this.#log.isSoftDeleted(record.stream) || this.#log.lastRevision(record.stream) === record.revision;
  }

  #link(target: LogRecord): void {
    this.#log.system('$scavenges', '$>', `${String(target.revision)}@${target.stream}`);
  }

  #load(): State {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as State;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return { done: -1, unfinished: null, names: [] };
    }
  }

  #save(change: Partial<State>): void {
    Object.assign(this.#state, change);
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(this.#state));
  }
}
