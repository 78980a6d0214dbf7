import type { ListItem, Procedure } from '#domain/destruction/events';

export interface DueDossier extends Omit<ListItem, 'n'> {
  /** The lightest procedure that its rules allow. */
  readonly procedure: Procedure;
}

/** What the retention agenda says may go today, oldest date first. */
export interface DueDossiers {
  /**
   * Waits until the agenda has seen every event up to the head as it is now; null when it does not get there. Read
   * some at a time while it is gone through, so that it may be as long as it likes.
   */
  dueOn(today: string): Promise<Iterable<DueDossier> | null>;
  /** As `dueOn`: what the source that leads it has destroyed, and may follow it. */
  goneAtSource(today: string): Promise<Iterable<DueDossier> | null>;
}
