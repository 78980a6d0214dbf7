import type { Position } from '#domain/ledger/ids';

/** A view and the file of its build, closed by whoever lent it. */
export interface LentView {
  readonly name: string;
  readonly file: string;
}

/**
 * Brings the builds of some views further elsewhere, meanwhile. Whatever it leaves, the view's own fold goes on with:
 * a place that nothing explains, a figure that differs, is met there again and halts as ever.
 */
export interface BuildAhead {
  /** Names of the views it takes, when others are built beside them. */
  readonly apart: ReadonlySet<string>;
  /** `size`: how much of the ledger it folds. */
  start(lent: readonly LentView[], size: number, onMoved: (position: Position) => void): Ahead;
}

export interface Ahead {
  /** False when it broke off: what is in the files is of no use then. Never rejects. */
  readonly ended: Promise<boolean>;
  stop(): Promise<void>;
}
