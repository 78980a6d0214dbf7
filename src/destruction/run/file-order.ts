import type { StreamName } from '#domain/ledger/ids';
import type { EventStore } from '#infra/event-store/port';
import { inBatches } from '#src/destruction/run/run';

const AT_ONCE = 500;

/**
 * In the order in which they began, so that a run goes through the ledger's file once: in the order of their random
 * names every page is read, wiped and written again for each dossier that has an event on it.
 */
export async function inFileOrder(store: Pick<EventStore, 'firstPositions'>, streams: Iterable<StreamName>): Promise<readonly StreamName[]> {
  const placed: { readonly stream: StreamName; readonly position: number }[] = [];
  await inBatches([...streams], AT_ONCE, async (batch) => {
    const positions = await store.firstPositions(batch);
    // What holds nothing goes last.
    batch.forEach((stream, i) => placed.push({ stream, position: positions[i] ?? Number.MAX_SAFE_INTEGER }));
  });
  return placed.sort((a, b) => a.position - b.position).map(({ stream }) => stream);
}
