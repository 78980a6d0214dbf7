import type { ListItemsEvent } from '#domain/destruction/events';
import type { ListState } from '#domain/destruction/list-state';

/** What somebody wrote at a step of a list: why it was withdrawn, what has to change, the answer, an advice. */
export interface ListNote {
  readonly about: (ListItemsEvent & { readonly type: 'destruction-list-reason-recorded' })['data']['about'];
  readonly text: string;
}

/** In the order of the steps; what was written for a step that was not taken is left out. */
export function notesOf(events: readonly ListItemsEvent[], { decisions }: Pick<ListState, 'decisions'>): readonly ListNote[] {
  const decided = new Set(decisions);
  return events.flatMap((event): ListNote[] => {
    if (event.type !== 'destruction-list-reason-recorded') return [];
    const { about, reason, decisionId, listRevision } = event.data;
    const taken = decisionId === undefined ? listRevision < decisions.length : decided.has(decisionId);
    return taken ? [{ about, text: reason }] : [];
  });
}
