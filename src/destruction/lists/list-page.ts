import { parseStreamName } from '#domain/ledger/ids';
import type { ListBook, LoadedList } from '#src/destruction/lists/list-book';
import { ItemsDestroyed } from '#src/destruction/lists/list-items';
import { listView, type ListItemView, type ListPage } from '#src/destruction/lists/list-view';

const PAGE = 500;

/** A page of a list's items from the number after `after`, with what was written about them. */
export async function pageOf(book: Pick<ListBook, 'items' | 'noted'>, list: LoadedList, after: number): Promise<ListPage> {
  const view = listView(list);
  const noted = await book.noted(list);
  if (noted === null) return { ...view, page: null, notes: [], toTell: [], next: null };
  const page: ListItemView[] = [];
  try {
    for await (const { n, stream, rule, firstDestructionDay } of book.items.from(list.state, after + 1)) {
      if (page.length === PAGE) return { ...view, page, notes: noted.notes, toTell: noted.toTell, next: page.at(-1)!.n };
      page.push({ n, dossier: parseStreamName(stream).uuid, rule, firstDestructionDay, exception: noted.exceptions.get(n) ?? null });
    }
  } catch (error) {
    if (error instanceof ItemsDestroyed) return { ...view, page: null, notes: [], toTell: [], next: null };
    throw error;
  }
  return { ...view, page, notes: noted.notes, toTell: noted.toTell, next: null };
}
