import type { StreamName } from '#domain/ledger/ids';
import { inBatches, unitsThere, type Run } from '#src/destruction/run/run';

const AT_ONCE = 125;

/**
 * Step 7. Views, what is kept in memory, and what the outbox holds of this run. A process that destroyed the events
 * itself had the views forget them meanwhile.
 */
export async function stepViews(run: Run): Promise<void> {
  if (!run.memory.viewsForgotten) {
    for await (const { dossiers } of run.begun()) {
      await inBatches(dossiers, AT_ONCE, (batch) => forgetStreams(run, unitsThere(run, batch)));
      await run.point('views: some dossiers');
    }
  }
  emptyOutbox(run);
}

export async function forgetStreams({ ledger }: Run, streams: readonly StreamName[]): Promise<void> {
  await ledger.projections.forget(streams);
  for (const stream of streams) ledger.forgetState(stream);
}

/** What was never taken is counted first: the certificate says so. */
export function emptyOutbox({ ledger, state }: Run): void {
  if (state.listId === null || state.undelivered !== undefined) return;
  state.undelivered = ledger.requests?.forget(state.listId) ?? {};
}
