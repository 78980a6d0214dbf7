import { inBatches, unitStreams, type Run } from '#src/destruction/run/run';

/** A transaction each; what else is recorded goes in between. */
const AT_ONCE = 125;

/** Step 5. Key, index entry, the streams' rows, and every identity no stream has a row for any more. */
export async function stepKeys(run: Run): Promise<void> {
  let first = true;
  for await (const { dossiers } of run.begun()) {
    await inBatches(dossiers, AT_ONCE, async (batch) => {
      await run.ledger.vault.destroyStreams(batch.flatMap(({ stream }) => unitStreams(stream)));
      if (first) await run.point('keys: first streams');
      first = false;
    });
  }
  run.state.keysDestroyedOn ??= run.today();
}
