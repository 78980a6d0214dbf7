import type { ListItem, ListItemsEvent } from '#domain/destruction/events';
import type { ListState } from '#domain/destruction/list-state';
import type { Revision, StreamName } from '#domain/ledger/ids';
import type { EventStore } from '#infra/event-store/port';
import type { LedgerWriter } from '#src/recording/ledger-writer';

/** Reads the stream of a list's items: chunks first, then what was written beside them. */
export class ListItems {
  constructor(private readonly writer: Pick<LedgerWriter, 'open'>, private readonly store: Pick<EventStore, 'readStream'>) {}

  /** Items from number `from` on, in list order, a chunk at a time; throws `ItemsDestroyed` when they are gone. */
  async *from(state: ListState, from: number): AsyncGenerator<ListItem> {
    const starts = state.chunkStarts;
    const first = starts === null ? 0 : Math.max(0, starts.findLastIndex((start) => start <= from));
    for await (const event of this.#events(state.itemsStream!, first, 1)) {
      if (event.type !== 'destruction-list-items-recorded') {
        if (starts !== null) return;
        continue;
      }
      for (const item of event.data.items) if (item.n >= from) yield item;
    }
  }

  /** Everything but the items; null when they have been destroyed (30 days after execution). */
  async notes(state: ListState): Promise<readonly ListItemsEvent[] | null> {
    const notes: ListItemsEvent[] = [];
    try {
      for await (const event of this.#events(state.itemsStream!, state.chunkStarts?.length ?? 0, NOTES_AT_ONCE)) {
        if (event.type !== 'destruction-list-items-recorded') notes.push(event);
      }
      return notes;
    } catch (error) {
      if (error instanceof ItemsDestroyed) return null;
      throw error;
    }
  }

  /** Null when the stream is gone. */
  async lastRevision(stream: StreamName): Promise<Revision | null> {
    const page = await this.store.readStream(stream, 0, 1);
    return page.kind === 'events' ? page.lastRevision : null;
  }

  async *#events(stream: StreamName, from: Revision, atOnce: number): AsyncGenerator<ListItemsEvent> {
    for (let next = from; ;) {
      const page = await this.store.readStream(stream, next, atOnce);
      if (page.kind === 'destroyed') throw new ItemsDestroyed();
      if (page.kind !== 'events') throw new Error('a list without its items');
      for (const stored of page.events) yield await this.writer.open(stored) as unknown as ListItemsEvent;
      next += page.events.length;
      if (page.events.length === 0 || next > page.lastRevision) return;
    }
  }
}

const NOTES_AT_ONCE = 500;

/** The items of this list have gone after their own term. */
export class ItemsDestroyed extends Error {
  constructor() {
    super('the items of this list are destroyed');
  }
}
