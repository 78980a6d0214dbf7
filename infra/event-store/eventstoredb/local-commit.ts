import type { EventId, Position } from '#domain/ledger/ids';
import type { Append, EventStore } from '#infra/event-store/port';
import { ForkedLeaves, type Leafed } from '#infra/event-store/eventstoredb/follower';

export interface LocalCommitParts {
  readonly local: EventStore;
  readonly isHalted: () => boolean;
  /** They stand in the local copy, under a head that every head folder has. */
  readonly onLeafed: (events: readonly { readonly id: EventId; readonly position: Position }[], checkpoint: string) => void;
}

/** The local copy cannot be written any more; only a restart, which reads again, may go on. */
export class LocalCopyHalted extends Error {
  override readonly name = 'LocalCopyHalted';
  readonly code: 'engine-halted' | 'event-missing';

  constructor(code: LocalCopyHalted['code']) {
    super('the local copy cannot go on');
    this.code = code;
  }
}

const RETRY_MS = 500;

/**
 * Writes what has a leaf on the server into the local copy, in one group: leaf, event and (source, id) row, the tree's
 * new head signed and in every head folder. A full disk is waited out; nothing is passed over.
 */
export function commitLocally({ local, isHalted, onLeafed }: LocalCommitParts): (first: Position, leafed: readonly Leafed[]) => Promise<void> {
  return async (first, leafed) => {
    const events = leafed.map((one) => {
      // A start can tell lawful destruction from loss; a running service has no business with either.
      if (one.kind === 'absent') throw new LocalCopyHalted('event-missing');
      return one;
    });
    const appends = appendsOf(events);
    for (;;) {
      const results = await local.appendAll(appends);
      let position = first;
      for (const [i, result] of results.entries()) {
        if (result.kind === 'unavailable') break;
        if (result.kind !== 'appended' || result.firstPosition !== position) throw new ForkedLeaves();
        position += appends[i]!.events.length;
      }
      const last = results.at(-1)!;
      if (position === first + events.length && last.kind === 'appended') {
        return onLeafed(events.map(({ event }, i) => ({ id: event.id, position: first + i })), last.checkpoint);
      }
      if (isHalted()) throw new LocalCopyHalted('engine-halted');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
}

/** Events of one stream that follow each other share an append; a (source, id) row belongs to the first of one. */
function appendsOf(leafed: readonly Extract<Leafed, { kind: 'event' }>[]): readonly Append[] {
  const appends: (Omit<Append, 'events'> & { readonly events: Append['events'][number][] })[] = [];
  for (const { event, deduplication } of leafed) {
    const last = appends.at(-1);
    if (deduplication === undefined && last?.stream === event.stream && last.events.length < 3) {
      last.events.push(event);
    } else {
      appends.push({ stream: event.stream, expectedRevision: event.revision - 1, events: [event], ...(deduplication === undefined ? {} : { deduplication }) });
    }
  }
  return appends;
}
