import { randomUUID } from 'node:crypto';
import { inChunks } from '#domain/destruction/chunks';
import type { ListItem, ListItemsEvent } from '#domain/destruction/events';
import { listDecider, type ListCommand } from '#domain/destruction/list';
import { evolveList, initialList, type DoneListEvent, type ListState } from '#domain/destruction/list-state';
import type { ActingPerson } from '#domain/ledger/event';
import { NO_STREAM, streamName, type Revision, type StreamName } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { newDataKey } from '#infra/sealing/sealing';
import type { Vault } from '#infra/vault/port';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome } from '#src/recording/outcome';

export interface LoadedList {
  readonly listId: string;
  readonly stream: StreamName;
  readonly state: ListState;
  readonly revision: Revision;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads and writes the two streams of a destruction list: its own, and the one of its items and reasons. */
export class ListBook {
  constructor(private readonly writer: LedgerWriter, private readonly vault: Vault) {}

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
  async drawUp(command: Omit<ListCommand & { kind: 'draw-up' }, 'items' | 'itemsStream'>, due: readonly Omit<ListItem, 'n'>[]): Promise<Outcome<LoadedList>> {
    const listId = randomUUID();
    const stream = streamName('destruction-list', listId);
    const itemsStream = this.writer.newStreamName('destruction-list-items');
    const decision = listDecider.decide({ ...command, items: due.length, itemsStream }, initialList);
    if (decision.kind === 'refused') return refused(decision.refusal);

    await this.#key(itemsStream);
    const chunks = inChunks(due.map((item, index) => ({ n: index + 1, ...item })));
    for (const [index, items] of chunks.entries()) {
      const event: ListItemsEvent = {
        type: 'destruction-list-items-recorded', schema: 1, data: { listId, items, chunk: index + 1, chunks: chunks.length },
      };
      const appended = await this.writer.append({ stream: itemsStream, expectedRevision: index - 1, events: [event], person: command.by });
      if (appended.kind !== 'appended') return refused(notRecorded());
    }
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

  /** Decides and appends at exactly the revision the caller has seen. `reason` is free text: it goes with the items. */
  async act(list: LoadedList, command: ListCommand, reason?: string): Promise<Outcome<LoadedList>> {
    const decision = listDecider.decide(command, list.state);
    if (decision.kind === 'refused') return refused(decision.refusal);
    if (reason !== undefined && (command.kind === 'cancel' || command.kind === 'request-changes')) {
      const recorded = await this.#recordReason(list, command.kind === 'cancel' ? 'cancelled' : 'changes-requested', reason, command.by);
      if (recorded.kind === 'refused') return recorded;
    }
    const result = await this.writer.append({ stream: list.stream, expectedRevision: list.revision, events: decision.events, person: command.by });
    switch (result.kind) {
      case 'appended': {
        const state = decision.events.reduce((folded, event) => evolveList(folded, { ...event, person: command.by }), list.state);
        return done({ ...list, state, revision: result.lastRevision });
      }
      case 'conflict':
        return refused(refusal('stale-version', 'De lijst is intussen veranderd. Bekijk haar opnieuw.'));
      default:
        return refused(notRecorded());
    }
  }

  /** In list order; null when they have been destroyed (30 days after execution). */
  async items(list: LoadedList): Promise<readonly ListItem[] | null> {
    const read = await this.writer.read(list.state.itemsStream!);
    if (read === 'destroyed') return null;
    if (read === 'none') throw new Error('a list without its items');
    return (read.events as readonly unknown[] as readonly ListItemsEvent[])
      .flatMap((event) => (event.type === 'destruction-list-items-recorded' ? event.data.items : []));
  }

  async #recordReason(list: LoadedList, about: 'cancelled' | 'changes-requested', reason: string, person: ActingPerson): Promise<Outcome<null>> {
    const stream = list.state.itemsStream!;
    const event: ListItemsEvent = {
      type: 'destruction-list-reason-recorded', schema: 1,
      data: { listId: list.listId, about, listRevision: list.revision + 1, reason },
    };
    const read = await this.writer.read(stream);
    if (read === 'none' || read === 'destroyed') return refused(notRecorded());
    const result = await this.writer.append({ stream, expectedRevision: read.revision, events: [event], person });
    if (result.kind === 'appended') return done(null);
    return refused(result.kind === 'conflict' ? refusal('stale-version', 'De lijst is intussen veranderd. Bekijk haar opnieuw.') : notRecorded());
  }

  async #key(stream: StreamName): Promise<void> {
    const result = await this.vault.register({ stream, newKey: newDataKey(), newIdentities: [], subjects: [] });
    if (result.kind !== 'registered') throw new Error(`the vault gave a list no key: ${result.kind}`);
  }
}

function notRecorded(): ReturnType<typeof refusal> {
  return refusal('store-unavailable', 'Er is niets vastgelegd. Probeer het straks opnieuw.');
}
