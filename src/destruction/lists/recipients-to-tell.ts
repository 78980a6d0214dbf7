import { inChunks } from '#domain/destruction/chunks';
import type { ListEvent, ListItemsEvent, RecipientToTell } from '#domain/destruction/events';
import type { DossierLocated, DossierTransferred } from '#domain/dossier/events';
import { standing } from '#domain/ledger/corrections';
import type { ActingPerson, LedgerEvent } from '#domain/ledger/event';
import type { Revision, StreamName } from '#domain/ledger/ids';
import type { DataShared } from '#domain/sharing/events';
import type { ListBook, LoadedList } from '#src/destruction/lists/list-book';
import type { LedgerWriter } from '#src/recording/ledger-writer';

interface Parts {
  readonly book: Pick<ListBook, 'noted' | 'items'>;
  readonly writer: Pick<LedgerWriter, 'read' | 'append'>;
}

/**
 * Who got data of dossiers that are erased, and must be told (AVG 19): read before they go, since afterwards nobody
 * knows. Kept with the list's items, under their key and their term. Another controller is told by people, who record it on the list.
 */
export class RecipientsToTell {
  constructor(private readonly parts: Parts) {}

  /**
   * What is there already is not recorded twice. Answers the list's revision afterwards, its last known being `revision`;
   * null: it could not be recorded now, and nothing may go.
   */
  async record(list: LoadedList, revision: Revision, streams: readonly StreamName[], person: ActingPerson, today: string): Promise<Revision | null> {
    if (list.state.kind !== 'erasure') return revision;
    const { book, writer } = this.parts;
    const noted = await book.noted(list);
    if (noted === null) return null;
    const known = new Set(noted.toTell.map(keyOf));
    const found = new Map<string, RecipientToTell>();
    for (const stream of streams) {
      const read = await writer.read(stream);
      if (typeof read === 'string') continue;
      for (const one of standing<LedgerEvent>(read.events).flatMap(recipientsIn)) if (!known.has(keyOf(one))) found.set(keyOf(one), one);
    }
    if (!await this.#recordBeside(list, [...found.values()], person)) return null;
    const recipients = known.size + found.size;
    if (recipients === list.state.toTell) return revision;
    const counted: ListEvent = { type: 'destruction-list-recipients-counted', schema: 1, data: { on: today, recipients } };
    const appended = await writer.append({ stream: list.stream, expectedRevision: revision, events: [counted], person });
    return appended.kind === 'appended' ? appended.lastRevision : null;
  }

  async #recordBeside(list: LoadedList, found: readonly RecipientToTell[], person: ActingPerson): Promise<boolean> {
    if (found.length === 0) return true;
    const { book, writer } = this.parts;
    const itemsStream = list.state.itemsStream!;
    const last = await book.items.lastRevision(itemsStream);
    if (last === null) return false;
    const events = inChunks(found).map((recipients): ListItemsEvent => ({ type: 'destruction-list-recipients-recorded', schema: 1, data: { listId: list.listId, recipients } }));
    for (const [index, event] of events.entries()) {
      if ((await writer.append({ stream: itemsStream, expectedRevision: last + index, events: [event], person })).kind !== 'appended') return false;
    }
    return true;
  }
}

/** What came in from another is no disclosure to it. */
const RECEIVED: ReadonlySet<string> = new Set(['request', 'internal-reuse', 'own-task']);

function recipientsIn(event: LedgerEvent): readonly RecipientToTell[] {
  switch (event.type) {
    case 'data-shared': {
      const { recipient, direction } = (event as LedgerEvent & DataShared).data;
      return direction !== undefined && RECEIVED.has(direction) ? [] : [{ name: recipient.organisation }];
    }
    case 'dossier-transferred': return [{ name: (event as LedgerEvent & DossierTransferred).data.to.organisation }];
    case 'dossier-located': {
      const { system, reference, controller } = (event as LedgerEvent & DossierLocated).data.location;
      return controller === 'other' ? [{ name: system, ...(reference === undefined ? {} : { reference }) }] : [];
    }
    default: return [];
  }
}

function keyOf({ name, reference }: RecipientToTell): string {
  return JSON.stringify([name, reference ?? null]);
}
