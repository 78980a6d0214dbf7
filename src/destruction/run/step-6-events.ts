import { unitStreams, type Run } from '#src/destruction/run/run';
import { begunDossiers } from '#src/destruction/run/run-state';

const AT_ONCE = 64;

/** Step 6. Events and deduplication rows; the store keeps the stream's random name as gone. */
export async function stepEvents(run: Run): Promise<void> {
  const { store } = run.ledger;
  const dossiers = begunDossiers(run.state);
  for (let from = 0; from < dossiers.length; from += AT_ONCE) {
    await Promise.all(dossiers.slice(from, from + AT_ONCE).map(async ({ stream }) => {
      for (const unit of unitStreams(stream)) {
        if ((await store.readStream(unit, 0, 1)).kind !== 'none') await store.destroy(unit);
      }
    }));
    if (from === 0) await run.point('events: first dossiers');
  }
  run.state.eventsDestroyedOn ??= run.today();
}
