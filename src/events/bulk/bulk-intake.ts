import type { CommandBus } from '@nestjs/cqrs';
import { REFUSALS, refusal, type Refusal } from '#domain/ledger/refusals';
import type { NdjsonLine } from '#src/events/bulk/ndjson-lines';
import { readFact } from '#src/events/read-fact';
import { EVENT_BODY_MAX } from '#src/http/limits';
import { problemOf, type Problem } from '#src/http/problem';
import { RefusalError } from '#src/http/refusal.error';
import { decodeUtf8, parseStrictText, tooLarge } from '#src/http/strict-json';
import type { SourceTables } from '#src/mapping/source-tables';
import { refused, type Outcome, type Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import { RecordFact } from '#src/recording/record-fact.command';

export type LineResult =
  | { readonly line: number; readonly status: number; readonly receipt: Receipt }
  | { readonly line: number; readonly status: number; readonly problem: Problem };

/** What became of the lines that were read. */
export interface BulkCounts {
  /** Lines that were not empty. */
  readonly lines: number;
  readonly recorded: number;
  /** Recorded before, with the same content. */
  readonly known: number;
  readonly failed: number;
  /** Highest position of what is recorded now; null when nothing is. */
  readonly lastPosition: number | null;
  readonly failures: readonly LineResult[];
  /** Failures that are counted and not listed. */
  readonly failuresLeftOut: number;
}

/** Lines and bytes under way: enough for several commits of the store, little enough to stay small. */
export const WINDOW = { lines: 4_000, bytes: 16 * 1024 * 1024 } as const;
export const FAILURES_LISTED = 1_000;

/**
 * Records the lines of one bulk message: bounded in lines and bytes under way, in the order they came, each with an
 * outcome of its own. Facts of one dossier keep their order; one bad line never stops its neighbours.
 */
export class BulkIntake {
  readonly #commands: CommandBus;
  readonly #sender: Principal;
  readonly #tables: SourceTables;
  readonly #onResult: ((result: LineResult) => void) | null;
  readonly #failures: LineResult[] = [];
  readonly #counts = { lines: 0, recorded: 0, known: 0, failed: 0 };
  #lastPosition: number | null = null;
  #underWay = 0;
  #bytesUnderWay = 0;
  #wake: (() => void) | null = null;
  #fault: { readonly error: unknown } | null = null;
  #stopped: Refusal | null = null;

  constructor(commands: CommandBus, sender: Principal, onResult: ((result: LineResult) => void) | null, tables: SourceTables) {
    this.#commands = commands;
    this.#sender = sender;
    this.#tables = tables;
    this.#onResult = onResult;
  }

  /** The ledger cannot write now: reading on would only refuse line after line. */
  get stopped(): Refusal | null {
    return this.#stopped;
  }

  counts(): BulkCounts {
    return {
      ...this.#counts, lastPosition: this.#lastPosition, failures: this.#failures,
      failuresLeftOut: this.#counts.failed - this.#failures.length,
    };
  }

  take(line: NdjsonLine): void {
    this.#counts.lines += 1;
    const read = readLine(line, this.#tables);
    if (read.kind === 'refused') {
      this.#settle(line.number, read);
      return;
    }
    const bytes = line.bytes!.length;
    this.#underWay += 1;
    this.#bytesUnderWay += bytes;
    const leave = (): void => {
      this.#underWay -= 1;
      this.#bytesUnderWay -= bytes;
      if (this.#wake !== null && this.#hasRoom()) this.#wake();
    };
    this.#commands.execute(new RecordFact(read.value, this.#sender)).then((outcome) => {
      this.#settle(line.number, outcome);
      leave();
    }, (error: unknown) => {
      this.#fault ??= { error };
      leave();
    });
  }

  get isFull(): boolean {
    return this.#underWay >= WINDOW.lines || this.#bytesUnderWay >= WINDOW.bytes;
  }

  /** Resolves when half of the window is free again. Rejects on a broken invariant. */
  async room(): Promise<void> {
    while (!this.#hasRoom()) await new Promise<void>((resolve) => { this.#wake = resolve; });
    this.#wake = null;
    if (this.#fault !== null) throw this.#fault.error;
  }

  /** Everything that was taken has its outcome. Rejects on a broken invariant. */
  async finished(): Promise<void> {
    while (this.#underWay > 0) await new Promise<void>((resolve) => { this.#wake = resolve; });
    this.#wake = null;
    if (this.#fault !== null) throw this.#fault.error;
  }

  #hasRoom(): boolean {
    return this.#underWay <= WINDOW.lines / 2 && this.#bytesUnderWay <= WINDOW.bytes / 2;
  }

  #settle(line: number, outcome: Outcome<Receipt>): void {
    if (outcome.kind === 'refused') {
      this.#counts.failed += 1;
      if (REFUSALS[outcome.refusal.code].status === 503) this.#stopped ??= outcome.refusal;
      if (this.#failures.length >= FAILURES_LISTED && this.#onResult === null) return;
      const problem = problemOf(outcome.refusal);
      const result = { line, status: problem.status, problem };
      if (this.#failures.length < FAILURES_LISTED) this.#failures.push(result);
      this.#onResult?.(result);
      return;
    }
    const { value } = outcome;
    const known = value.status === 'known';
    this.#counts[known ? 'known' : 'recorded'] += 1;
    this.#lastPosition = Math.max(this.#lastPosition ?? 0, value.position);
    this.#onResult?.({ line, status: known ? 200 : 201, receipt: value });
  }
}

function readLine({ bytes, ended }: NdjsonLine, tables: SourceTables): ReturnType<typeof readFact> {
  if (bytes === null) return refused(tooLarge(EVENT_BODY_MAX));
  try {
    return readFact(parseStrictText(decodeUtf8(bytes)), tables);
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    return refused(ended ? error.refusal : refusal('malformed', 'Deze regel is afgebroken: er kwam geen einde aan.'));
  }
}
