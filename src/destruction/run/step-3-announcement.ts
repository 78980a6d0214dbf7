import { inChunks } from '#domain/destruction/chunks';
import type { LeafRange, RunRanges } from '#domain/destruction/events';
import { leafRanges } from '#domain/destruction/leaf-ranges';
import type { Position, StreamName } from '#domain/ledger/ids';
import { RunInterrupted, unitStreams, type Run } from '#src/destruction/run/run';
import { begunDossiers } from '#src/destruction/run/run-state';

const PAGE = 1_000;

/**
 * Step 3. `run-begun` with the leaf ranges over all streams together. An append resolves only when a checkpoint over
 * it is fsynced in every head folder, so nothing goes before it was announced there.
 */
export async function stepAnnouncement(run: Run): Promise<void> {
  const { state } = run;
  if (state.ranges === null) {
    // From the gate on a look goes elsewhere; one that began before it must be among what is announced.
    await run.ledger.looksSettled();
    const positions: Position[] = [];
    const accessed = new Set<StreamName>();
    for (const { stream } of begunDossiers(state)) {
      const [own, ...beside] = unitStreams(stream);
      const seen = run.memory.seen(stream);
      if (seen !== undefined) positions.push(...seen.positions);
      else await addPositions(run, own!, positions);
      for (const unit of beside) if (await addPositions(run, unit, positions)) accessed.add(unit);
    }
    run.memory.accessed = accessed;
    state.ranges = leafRanges(positions);
    await run.save();
  }
  await recordRanges(run, 'run-begun', state.ranges);
}

/** In chunks when they do not fit one event; the run's ranges are those of all chunks together. */
export async function recordRanges(run: Run, type: 'run-begun' | 'run-closed', ranges: readonly LeafRange[]): Promise<void> {
  const { state } = run;
  const dossiers = begunDossiers(state).length;
  const chunks = inChunks(ranges);
  await run.recordSeries(type, state.logStream, chunks.map((chunk, index) => {
    const data: RunRanges = {
      runId: state.runId, ranges: chunk, dossiers,
      ...(chunks.length === 1 ? {} : { chunk: index + 1, chunks: chunks.length }),
    };
    return { type, schema: 1, data };
  }));
}

/** False: there is no such stream. */
async function addPositions(run: Run, stream: StreamName, positions: Position[]): Promise<boolean> {
  for (let from = 0; ;) {
    const page = await run.ledger.store.readStream(stream, from, PAGE);
    if (page.kind === 'none') return false;
    // Announcing comes before destroying: a stream that is gone here went outside this run.
    if (page.kind === 'destroyed') throw new RunInterrupted('broken');
    for (const event of page.events) positions.push(event.position);
    from += page.events.length;
    if (from > page.lastRevision) return true;
  }
}
