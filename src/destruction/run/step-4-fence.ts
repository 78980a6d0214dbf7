import type { StreamName } from '#domain/ledger/ids';
import type { DossierReference } from '#infra/vault/port';
import { referencesIn } from '#src/destruction/run/references';
import { RunInterrupted, unitStreams, type Run } from '#src/destruction/run/run';
import { begunDossiers } from '#src/destruction/run/run-state';

const AT_ONCE = 1_000;

/**
 * Step 4. Marks for every stream and every reference it was known by, fsynced in every head folder before any key
 * goes: never written or keyed again, also after a restore. References are read from the events, never journalled.
 */
export async function stepFence(run: Run): Promise<void> {
  const year = Number(run.today().slice(0, 4));
  const dossiers = begunDossiers(run.state);
  for (let from = 0; from < dossiers.length; from += AT_ONCE) {
    const marks = await Promise.all(dossiers.slice(from, from + AT_ONCE).map(async ({ stream }) => {
      const references = await referencesOf(run, stream);
      return unitStreams(stream).map((unit) => ({ stream: unit, references: unit === stream ? references : [] }));
    }));
    await run.ledger.vault.fence(marks.flat(), year);
    if (from === 0) await run.point('fence: first marks');
  }
  run.memory.clear();
}

async function referencesOf(run: Run, stream: StreamName): Promise<readonly DossierReference[]> {
  const seen = run.memory.seen(stream);
  if (seen !== undefined) return seen.references;
  const read = await run.ledger.writer.read(stream);
  if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
  return referencesIn(stream, read.events);
}
