import { unitsThere, type Run } from '#src/destruction/run/run';
import { begunDossiers } from '#src/destruction/run/run-state';

const AT_ONCE = 500;

/** Step 7. Views and what is kept in memory. There is no outbox yet; when there is one, it empties here. */
export async function stepViews(run: Run): Promise<void> {
  const dossiers = begunDossiers(run.state);
  for (let from = 0; from < dossiers.length; from += AT_ONCE) {
    const streams = unitsThere(run, dossiers.slice(from, from + AT_ONCE));
    await run.ledger.projections.forget(streams);
    for (const stream of streams) run.ledger.forgetState(stream);
    await run.point('views: some dossiers');
  }
}
