import type { ListItem } from '#domain/destruction/events';

/** What the retention agenda says may go today, oldest date first. */
export interface DueDossiers {
  /** Waits until the agenda has seen every event up to the head as it is now; null when it does not get there. */
  dueOn(today: string): Promise<readonly Omit<ListItem, 'n'>[] | null>;
}
