import type { StreamName } from '#domain/ledger/ids';
import { unitStreams, type Run } from '#src/destruction/run/run';
import { begunDossiers } from '#src/destruction/run/run-state';

const AT_ONCE = 500;

/** Step 6. Events and deduplication rows; the store keeps the stream's random name as gone. */
export async function stepEvents(run: Run): Promise<void> {
  const { store } = run.ledger;
  const dossiers = begunDossiers(run.state);
  for (let from = 0; from < dossiers.length; from += AT_ONCE) {
    const streams: StreamName[] = [];
    for (const { stream } of dossiers.slice(from, from + AT_ONCE)) {
      const [own, ...beside] = unitStreams(stream);
      streams.push(own!);
      for (const unit of beside) if (await isThere(run, unit)) streams.push(unit);
    }
    await Promise.all(streams.map((stream) => store.destroy(stream)));
    if (from === 0) await run.point('events: first dossiers');
  }
  run.state.eventsDestroyedOn ??= run.today();
}

/** A stream that never was leaves no name behind. */
async function isThere(run: Run, stream: StreamName): Promise<boolean> {
  return run.memory.accessed?.has(stream) ?? (await run.ledger.store.readStream(stream, 0, 1)).kind !== 'none';
}
