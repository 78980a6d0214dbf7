import { unitsThere, type Run } from '#src/destruction/run/run';
import { begunDossiers } from '#src/destruction/run/run-state';

const AT_ONCE = 500;

/** Step 7. Views, what is kept in memory, and what the outbox holds of this run. */
export async function stepViews(run: Run): Promise<void> {
  const dossiers = begunDossiers(run.state);
  for (let from = 0; from < dossiers.length; from += AT_ONCE) {
    const streams = unitsThere(run, dossiers.slice(from, from + AT_ONCE));
    await run.ledger.projections.forget(streams);
    for (const stream of streams) run.ledger.forgetState(stream);
    await run.point('views: some dossiers');
  }
  emptyOutbox(run);
}

/** What was never taken is counted first: the certificate says so. */
export function emptyOutbox({ ledger, state }: Run): void {
  if (state.listId === null || state.undelivered !== undefined) return;
  state.undelivered = ledger.requests?.forget(state.listId) ?? {};
}
