import { unitStreams, type Run } from '#src/destruction/run/run';
import { begunDossiers } from '#src/destruction/run/run-state';

const AT_ONCE = 500;

/** Step 5. Key, index entry, the streams' rows, and every identity no stream has a row for any more. */
export async function stepKeys(run: Run): Promise<void> {
  const streams = begunDossiers(run.state).flatMap(({ stream }) => unitStreams(stream));
  for (let from = 0; from < streams.length; from += AT_ONCE) {
    await run.ledger.vault.destroyStreams(streams.slice(from, from + AT_ONCE));
    if (from === 0) await run.point('keys: first streams');
  }
  run.state.keysDestroyedOn ??= run.today();
}
