import type { StreamName } from '#domain/ledger/ids';
import { inBatches, unitStreams, type Run } from '#src/destruction/run/run';
import { forgetStreams } from '#src/destruction/run/step-7-views';

/** A transaction each; what else is recorded goes in between. */
const AT_ONCE = 64;

/**
 * Step 6. Events and deduplication rows; the store keeps the stream's random name as gone. What is gone goes from the
 * views at once, in their own thread while the next batch goes here; after a kill step 7 does it for all.
 */
export async function stepEvents(run: Run): Promise<void> {
  const { store } = run.ledger;
  let first = true;
  let forgotten: Promise<void> = Promise.resolve();
  for await (const { dossiers } of run.begun()) {
    await inBatches(dossiers, AT_ONCE, async (batch) => {
      const streams: StreamName[] = [];
      for (const { n, stream } of batch) {
        const [own, ...beside] = unitStreams(stream);
        streams.push(own!);
        for (const unit of beside) if (run.memory.wasAccessed(n) ?? await isThere(run, unit)) streams.push(unit);
      }
      await Promise.all(streams.map((stream) => store.destroy(stream)));
      await forgotten;
      forgotten = forgetStreams(run, streams);
      // It is waited for with the next batch: until then a fault is not unheard.
      forgotten.catch(() => undefined);
      if (first) await run.point('events: first dossiers');
      first = false;
    });
  }
  await forgotten;
  run.memory.viewsForgotten = true;
  run.state.eventsDestroyedOn ??= run.today();
}

/** A stream that never was leaves no name behind. */
async function isThere(run: Run, stream: StreamName): Promise<boolean> {
  return (await run.ledger.store.readStream(stream, 0, 1)).kind !== 'none';
}
