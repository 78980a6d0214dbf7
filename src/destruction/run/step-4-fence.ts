import type { StreamName } from '#domain/ledger/ids';
import type { DossierReference } from '#infra/vault/port';
import { referencesIn } from '#src/destruction/run/references';
import { inBatches, RunInterrupted, unitStreams, type Run } from '#src/destruction/run/run';

/** A batch is read in one go; a part is one append to the fence. */
const AT_ONCE = 32;

/**
 * Step 4. Marks for every stream and every reference it was known by, fsynced in every head folder before any key
 * goes: never written or keyed again, also after a restore. References are read from the events, never journalled.
 */
export async function stepFence(run: Run): Promise<void> {
  const year = Number(run.today().slice(0, 4));
  let first = true;
  for await (const { part, dossiers } of run.begun()) {
    const known = run.memory.referencesOf(part);
    const marks: { stream: StreamName; references: readonly DossierReference[] }[] = [];
    await inBatches(dossiers, AT_ONCE, async (batch) => {
      for (const { n, stream } of batch) {
        const references = known.get(n) ?? await referencesOf(run, stream);
        marks.push(...unitStreams(stream).map((unit) => ({ stream: unit, references: unit === stream ? references : [] })));
      }
    });
    await run.ledger.vault.fence(marks, year);
    if (first) await run.point('fence: first marks');
    first = false;
  }
  run.memory.clear();
}

async function referencesOf(run: Run, stream: StreamName): Promise<readonly DossierReference[]> {
  const read = await run.ledger.writer.read(stream);
  if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
  return referencesIn(stream, read.events);
}
