import { randomUUID } from 'node:crypto';
import { chunksOf } from '#domain/destruction/chunks';
import type { ListItem, ListItemsEvent } from '#domain/destruction/events';
import { exceptionsOf, type Exceptions, type ExceptionWish } from '#domain/destruction/exceptions';
import { listDecider, type DrawUp, type ListCommand } from '#domain/destruction/list';
import { evolveList, initialList, type DoneListEvent, type ListState } from '#domain/destruction/list-state';
import { recipientsOf, type NumberedRecipient } from '#domain/destruction/recipients';
import { stillToTell, type Tell } from '#domain/destruction/list-people';
import { notesOf, type ListNote } from '#domain/destruction/notes';
import type { ActingPerson } from '#domain/ledger/event';
import { NO_STREAM, streamName, type EventId, type Revision, type StreamName } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { newDataKey } from '#infra/sealing/sealing';
import type { EventStore } from '#infra/event-store/port';
import type { Vault } from '#infra/vault/port';
import { ListItems } from '#src/destruction/lists/list-items';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome } from '#src/recording/outcome';

export interface LoadedList {
  readonly listId: string;
  readonly stream: StreamName;
  readonly state: ListState;
  readonly revision: Revision;
}

/** Free text of a step; it goes with the items. */
export interface Words {
  readonly about: ListNote['about'];
  readonly text: string;
}

export interface Noted {
  readonly exceptions: Exceptions;
  readonly notes: readonly ListNote[];
  readonly toTell: readonly NumberedRecipient[];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads and writes the two streams of a destruction list: its own, and the one of its items, exceptions and reasons. */
export class ListBook {
  readonly items: ListItems;

  constructor(private readonly writer: LedgerWriter, private readonly vault: Vault, store: Pick<EventStore, 'readStream'>) {
    this.items = new ListItems(writer, store);
  }

  /** Null when there is no list with this id. */
  async load(listId: string): Promise<LoadedList | null> {
    if (!UUID.test(listId)) return null;
    const stream = streamName('destruction-list', listId);
    const read = await this.writer.read(stream);
    if (read === 'none') return null;
    if (read === 'destroyed') throw new Error('a destruction list itself is never destroyed');
    const state = read.events.reduce((folded, event) => evolveList(folded, event as DoneListEvent), initialList);
    return { listId, stream, state, revision: read.revision };
  }

  /** Items first, the list last: only the list's own first event makes it exist. */
  async drawUp(command: Omit<ListCommand & DrawUp, 'items' | 'itemsStream' | 'chunkStarts'>, due: Iterable<Omit<ListItem, 'n'>>): Promise<Outcome<LoadedList>> {
    const listId = randomUUID();
    const stream = streamName('destruction-list', listId);
    const itemsStream = this.writer.newStreamName('destruction-list-items');
    const chunks = chunksOf(numbered(due));
    const first = chunks.next();
    // Before anything is written: may this person draw up a list, and is there anything on it?
    const allowed = listDecider.decide({ ...command, items: first.done === true ? 0 : first.value.length, itemsStream }, initialList);
    if (allowed.kind === 'refused') return refused(allowed.refusal);

    await this.#key(itemsStream);
    const chunkStarts: number[] = [];
    let items = 0;
    for (let next = first; next.done !== true; next = chunks.next()) {
      const event: ListItemsEvent = { type: 'destruction-list-items-recorded', schema: 1, data: { listId, items: next.value, chunk: chunkStarts.length + 1 } };
      const appended = await this.writer.append({ stream: itemsStream, expectedRevision: chunkStarts.length - 1, events: [event], person: command.by });
      if (appended.kind !== 'appended') return refused(notRecorded());
      chunkStarts.push(items + 1);
      items += next.value.length;
    }
    const decision = listDecider.decide({ ...command, items, itemsStream, chunkStarts }, initialList);
    if (decision.kind === 'refused') return refused(decision.refusal);
    await this.#key(stream);
    const appended = await this.writer.append({ stream, expectedRevision: NO_STREAM, events: decision.events, person: command.by });
    if (appended.kind !== 'appended') return refused(notRecorded());
    const loaded = await this.load(listId);
    if (loaded === null) throw new Error('a list that was recorded is not there');
    return done(loaded);
  }

  /** The decision alone, for an execution: the run appends it together with its journal. */
  decide(list: LoadedList, command: ListCommand): Outcome<null> {
    const decision = listDecider.decide(command, list.state);
    return decision.kind === 'refused' ? refused(decision.refusal) : done(null);
  }

  /** Decides and appends at exactly the revision the caller has seen. */
  act(list: LoadedList, command: ListCommand, words?: Words): Promise<Outcome<LoadedList>> {
    return this.#act(list, command, words === undefined ? null : (decisionId) => ({
      type: 'destruction-list-reason-recorded', schema: 1,
      data: { listId: list.listId, about: words.about, listRevision: list.revision + 1, decisionId, reason: words.text },
    }));
  }

  /** Takes one item off the list, or puts it back. */
  async except(list: LoadedList, wish: ExceptionWish & { readonly reason: string }, by: ActingPerson, today: string): Promise<Outcome<LoadedList>> {
    const noted = await this.noted(list);
    if (noted === null) return refused(refusal('wrong-state', 'De regels van deze lijst zijn al vernietigd.'));
    const { n, exception, until, rule, reason } = wish;
    const command = { kind: 'except', by, today, wish, standing: noted.exceptions.get(n) ?? null } as const;
    return this.#act(list, command, (decisionId) => ({
      type: 'destruction-list-item-excepted', schema: 1,
      data: {
        listId: list.listId, n, exception, part: list.state.phase === 'submitted' ? 'review' : 'drawing-up', decisionId, reason,
        ...(until === undefined ? {} : { until }), ...(rule === undefined ? {} : { rule }),
      },
    }));
  }

  /** `n`: one recipient; null: all that were not told yet, also when the names have gone with the items. */
  async tell(list: LoadedList, { n, on, means }: Pick<Tell, 'on' | 'means'> & { readonly n: number | null }, by: ActingPerson, today: string): Promise<Outcome<LoadedList>> {
    const open = (await this.noted(list))?.toTell.filter(({ told }) => told === null) ?? null;
    if (n !== null && open === null) return refused(refusal('wrong-state', 'De namen op deze lijst zijn al vernietigd. Meld alle ontvangers samen.'));
    if (n !== null && !open!.some((one) => one.n === n)) return refused(refusal('not-found', 'Deze ontvanger staat niet op de lijst, of weet het al.'));
    const numbers = n === null ? open?.map((one) => one.n) ?? null : [n];
    const command = { kind: 'tell', by, today, on, means, recipients: numbers?.length ?? stillToTell(list.state) } as const;
    return this.#act(list, command, numbers === null ? null : (decisionId) => ({
      type: 'destruction-list-recipient-told', schema: 1, data: { listId: list.listId, numbers, on, means, decisionId },
    }));
  }

  /** What was written beside the items; null when they have been destroyed. */
  async noted(list: LoadedList): Promise<Noted | null> {
    const events = await this.items.notes(list.state);
    return events === null ? null : { exceptions: exceptionsOf(events, list.state), notes: notesOf(events, list.state), toTell: recipientsOf(events, list.state) };
  }

  async #act(list: LoadedList, command: ListCommand, beside: ((decisionId: EventId) => ListItemsEvent) | null): Promise<Outcome<LoadedList>> {
    const decision = listDecider.decide(command, list.state);
    if (decision.kind === 'refused') return refused(decision.refusal);
    const id = this.writer.newEventId();
    if (beside !== null) {
      const recorded = await this.#recordBeside(list.state.itemsStream!, beside(id), command.by);
      if (recorded.kind === 'refused') return recorded;
    }
    const result = await this.writer.append({ stream: list.stream, expectedRevision: list.revision, events: decision.events, ids: [id], person: command.by });
    switch (result.kind) {
      case 'appended': {
        const state = decision.events.reduce((folded, event) => evolveList(folded, { ...event, id, person: command.by }), list.state);
        return done({ ...list, state, revision: result.lastRevision });
      }
      case 'conflict':
        return refused(stale());
      default:
        return refused(notRecorded());
    }
  }

  async #recordBeside(stream: StreamName, event: ListItemsEvent, person: ActingPerson): Promise<Outcome<null>> {
    const last = await this.items.lastRevision(stream);
    if (last === null) return refused(notRecorded());
    const result = await this.writer.append({ stream, expectedRevision: last, events: [event], person });
    if (result.kind === 'appended') return done(null);
    return refused(result.kind === 'conflict' ? stale() : notRecorded());
  }

  async #key(stream: StreamName): Promise<void> {
    const result = await this.vault.register({ stream, newKey: newDataKey(), newIdentities: [], subjects: [] });
    if (result.kind !== 'registered') throw new Error(`the vault gave a list no key: ${result.kind}`);
  }
}

function* numbered(items: Iterable<Omit<ListItem, 'n'>>): Generator<ListItem> {
  let n = 0;
  for (const { stream, rule, firstDestructionDay } of items) {
    n += 1;
    yield { n, stream, rule, firstDestructionDay };
  }
}

function stale(): ReturnType<typeof refusal> {
  return refusal('stale-version', 'De lijst is intussen veranderd. Bekijk haar opnieuw.');
}

function notRecorded(): ReturnType<typeof refusal> {
  return refusal('store-unavailable', 'Er is niets vastgelegd. Probeer het straks opnieuw.');
}
