import type { ExceptionKind, ListItemsEvent, ReplaceablePart } from '#domain/destruction/events';
import type { ListState } from '#domain/destruction/list-state';

/** An item that was taken off a list, and why. */
export interface ItemException {
  readonly n: number;
  readonly kind: ExceptionKind;
  readonly part: ReplaceablePart;
  readonly until?: string;
  readonly rule?: string;
  readonly reason: string;
}

/** What somebody wants with one item; a null exception puts it back on the list. */
export interface ExceptionWish {
  readonly n: number;
  readonly exception: ExceptionKind | null;
  readonly until?: string;
  readonly rule?: string;
}

export type Exceptions = ReadonlyMap<number, ItemException>;

/**
 * What stands now, by item. Items are written before the list's own event: what names no decision of the list was
 * never decided. What was decided stands in the order of the decisions, since each read the list of the one before.
 */
export function exceptionsOf(events: readonly ListItemsEvent[], { decisions }: Pick<ListState, 'decisions'>): Exceptions {
  const decided = new Set(decisions);
  const standing = new Map<number, ItemException>();
  for (const event of events) {
    if (event.type !== 'destruction-list-item-excepted' || !decided.has(event.data.decisionId)) continue;
    const { n, exception, part, until, rule, reason } = event.data;
    if (exception === null) standing.delete(n);
    else standing.set(n, { n, kind: exception, part, reason, ...(until === undefined ? {} : { until }), ...(rule === undefined ? {} : { rule }) });
  }
  return standing;
}
