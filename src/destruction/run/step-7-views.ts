import { unitStreams, type Run } from '#src/destruction/run/run';
import { begunDossiers } from '#src/destruction/run/run-state';

/** Step 7. Views and what is kept in memory. There is no outbox yet; when there is one, it empties here. */
export async function stepViews(run: Run): Promise<void> {
  for (const [index, { stream }] of begunDossiers(run.state).entries()) {
    for (const unit of unitStreams(stream)) {
      await run.ledger.projections.forget(unit);
      run.ledger.forgetState(unit);
    }
    if (index === 0) await run.point('views: first dossier');
  }
}
