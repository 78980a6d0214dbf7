import { inBatches, unitsThere, type Run } from '#src/destruction/run/run';

const AT_ONCE = 125;

/** Step 7. Views, what is kept in memory, and what the outbox holds of this run. */
export async function stepViews(run: Run): Promise<void> {
  for await (const { dossiers } of run.begun()) {
    await inBatches(dossiers, AT_ONCE, async (batch) => {
      const streams = unitsThere(run, batch);
      await run.ledger.projections.forget(streams);
      for (const stream of streams) run.ledger.forgetState(stream);
    });
    await run.point('views: some dossiers');
  }
  emptyOutbox(run);
}

/** What was never taken is counted first: the certificate says so. */
export function emptyOutbox({ ledger, state }: Run): void {
  if (state.listId === null || state.undelivered !== undefined) return;
  state.undelivered = ledger.requests?.forget(state.listId) ?? {};
}
