import type { ListItemsEvent, RecipientToTell } from '#domain/destruction/events';
import type { TellingMeans } from '#domain/destruction/list-people';
import type { ListState } from '#domain/destruction/list-state';

/** A recipient by its number on the list, from 1, with when and how it was told; null: nobody has yet. */
export interface NumberedRecipient extends RecipientToTell {
  readonly n: number;
  /** `on`: calendar date. */
  readonly told: { readonly on: string; readonly means: TellingMeans } | null;
}

/** In the order in which they were found; what was written for a telling that was not decided is left out. */
export function recipientsOf(events: readonly ListItemsEvent[], { decisions }: Pick<ListState, 'decisions'>): readonly NumberedRecipient[] {
  const decided = new Set(decisions);
  const recipients = events.flatMap((event) => (event.type === 'destruction-list-recipients-recorded' ? event.data.recipients : []));
  const told = new Map<number, NonNullable<NumberedRecipient['told']>>();
  for (const event of events) {
    if (event.type !== 'destruction-list-recipient-told' || !decided.has(event.data.decisionId)) continue;
    const { on, means, numbers } = event.data;
    for (const n of numbers) told.set(n, { on, means });
  }
  return recipients.map((recipient, index) => ({ ...recipient, n: index + 1, told: told.get(index + 1) ?? null }));
}
