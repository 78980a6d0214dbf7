import { chunksOf } from '#domain/destruction/chunks';
import type { LeafRange, RunRanges } from '#domain/destruction/events';
import type { NewEvent } from '#domain/ledger/event';
import type { Position, StreamName } from '#domain/ledger/ids';
import { inBatches, RunInterrupted, unitStreams, type Run } from '#src/destruction/run/run';

const PAGE = 1_000;
const AT_ONCE = 50;

/**
 * Step 3. `run-begun` with the leaf ranges over all streams together. An append resolves only when a checkpoint over
 * it is fsynced in every head folder, so nothing goes before it was announced there. The ranges are not journalled: of
 * streams that take nothing any more they are the same each time they are looked up, and afterwards these events name them.
 */
export async function stepAnnouncement(run: Run): Promise<void> {
  const { state, memory } = run;
  // From the gate on a look goes elsewhere; one that began before it must be among what is announced.
  await run.ledger.looksSettled();
  memory.beginAccessed();
  for await (const { dossiers } of run.begun()) {
    await inBatches(dossiers, AT_ONCE, async (batch) => {
      for (const { n, stream } of batch) {
        const [own, ...beside] = unitStreams(stream);
        if (!memory.hasSeen(n)) await addPositions(run, own!);
        for (const unit of beside) if (await addPositions(run, unit)) memory.noteAccessed(n);
      }
    });
  }
  const chunks = chunkCount(memory.positions.ranges());
  if (state.announced === null) {
    state.announced = { leaves: memory.positions.count, chunks };
    await run.save();
  } else if (state.announced.leaves !== memory.positions.count || state.announced.chunks !== chunks) {
    throw new RunInterrupted('broken');
  }
  await run.recordSeries('run-begun', state.logStream, chunks, eventsOf(run, 'run-begun', chunksOf(memory.positions.ranges()), chunks));
}

/** Step 8: what was announced, and is gone now. */
export async function recordClosed(run: Run): Promise<void> {
  const { chunks } = run.state.announced!;
  await run.recordSeries('run-closed', run.state.logStream, chunks, eventsOf(run, 'run-closed', announcedRanges(run, chunks), chunks));
}

/** In chunks when they do not fit one event; the run's ranges are those of all chunks together. */
async function* eventsOf(
  { state }: Run, type: 'run-begun' | 'run-closed', ranges: Iterable<readonly LeafRange[]> | AsyncIterable<readonly LeafRange[]>, chunks: number,
): AsyncGenerator<NewEvent> {
  let chunk = 0;
  for await (const some of ranges) {
    chunk += 1;
    const data: RunRanges = { runId: state.runId, ranges: some, dossiers: state.outcomes!.begun, ...(chunks === 1 ? {} : { chunk, chunks }) };
    yield { type, schema: 1, data };
  }
}

async function* announcedRanges({ ledger, state }: Run, chunks: number): AsyncGenerator<readonly LeafRange[]> {
  for (let chunk = 1; chunk <= chunks; chunk += 1) {
    const page = await ledger.store.readStream(state.logStream, state.own[`run-begun ${chunk}`]!.revision, 1);
    const stored = page.kind === 'events' ? page.events[0] : undefined;
    if (stored === undefined) throw new RunInterrupted('broken');
    yield ((await ledger.writer.open(stored)).data as RunRanges).ranges;
  }
}

function chunkCount(ranges: Iterable<LeafRange>): number {
  let count = 0;
  for (const _ of chunksOf(ranges)) count += 1;
  return count;
}

/** False: there is no such stream. */
async function addPositions({ ledger, memory }: Run, stream: StreamName): Promise<boolean> {
  const add = (position: Position): void => { memory.positions.add(position); };
  for (let from = 0; ;) {
    const page = await ledger.store.readStream(stream, from, PAGE);
    if (page.kind === 'none') return false;
    // Announcing comes before destroying: a stream that is gone here went outside this run.
    if (page.kind === 'destroyed') throw new RunInterrupted('broken');
    for (const { position } of page.events) add(position);
    from += page.events.length;
    if (from > page.lastRevision) return true;
  }
}
