import type { Position, StreamName } from '#domain/ledger/ids';
import type { Halt } from '#src/projecting/fold';

export interface ViewStatus {
  readonly name: string;
  readonly version: number;
  /** Last position applied, -1 when none. */
  readonly position: Position;
  readonly halted: Halt | null;
  /** How far a build is that will take its place; null when none is under way. */
  readonly building: Position | null;
  /** Its figures count surviving dossiers only: something was destroyed before figures of this version were fixed. */
  readonly survivorsOnly: boolean;
}

export interface RunnerStatus {
  readonly views: readonly ViewStatus[];
  /** Held at this position for a destruction run; null when following. */
  readonly heldAt: Position | null;
}

/** Keeps every view at the head of the ledger; where it does so is its own business. */
export interface Projector {
  /**
   * True once every view (or the named one) has applied `position`: "at least position N". False after `timeoutMs`,
   * or at once when a view has halted before it.
   */
  waitFor(position: Position, timeoutMs: number, name?: string): Promise<boolean>;
  /**
   * For a destruction run: brings every view to one position, `atLeast` or the furthest view's when that is beyond it,
   * holds them all exactly there and answers it; builds under way are finished first. Rejects when a view has halted;
   * `resume` lets them go on.
   */
  pauseAt(atLeast: Position): Promise<Position>;
  resume(): Promise<void>;
  /**
   * Folds these views again from the start, beside what answers, which they then replace; also lifts their halts. Those
   * of one call go side by side: every event is read and opened once for all of them.
   */
  rebuild(...names: readonly string[]): Promise<void>;
  /** True once no build is under way; false after `timeoutMs`. */
  untilBuilt(timeoutMs: number): Promise<boolean>;
  /** Step 7 of a destruction: every row that names one of these streams goes, from every view. Idempotent. */
  forget(streams: readonly StreamName[]): Promise<void>;
  /** After this no page of a view's file and no frame of a log holds a byte that was removed. */
  purgeFreedPages(): Promise<void>;
  /** As it was a moment ago. */
  status(): RunnerStatus;
  stop(): Promise<void>;
}
