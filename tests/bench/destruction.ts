import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inFreshFolder } from './measure.ts';

/** Of one run in a process of its own. Memory in MiB, resident, of the whole process. */
export interface DestructionRun {
  readonly builtSeconds: number;
  readonly drawUpSeconds: number;
  /** From the decision to execute until the certificate; without the ledger's rewriting, which is for a night. */
  readonly runSeconds: number;
  readonly rewriteSeconds: number;
  readonly perSecond: number;
  /** Before the list is drawn up, and at most from there until the end. */
  readonly memoryBefore: number;
  readonly memoryPeak: number;
  /** For how long the thread that answers was busy with something else, at most; what stood still with the whole process is taken off. */
  readonly longestHoldMs: number;
  /** Facts a second, as fast as they go: with nothing else, and all through the run. */
  readonly takenInAlone: number;
  readonly takenInDuring: number | null;
}

/** What taking in during a run is measured over: long enough for every step. */
const INGEST_MAX = 20_000;

/** `dossiers` of twelve facts, drawn up and executed; and a run of fewer while facts come in. */
export async function destruction(dossiers: number): Promise<{ readonly run: DestructionRun; readonly share: number }> {
  const run = await runOf({ dossiers });
  const busy = await runOf({ dossiers: Math.min(dossiers, INGEST_MAX), ingest: true });
  return { run, share: busy.takenInDuring! / busy.takenInAlone };
}

function runOf(asked: { readonly dossiers: number; readonly ingest?: boolean }): Promise<DestructionRun> {
  return inFreshFolder(async (folder) => {
    const program = join(import.meta.dirname, 'destruction-run.ts');
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, JSON.stringify({ folder, ...asked })]);
    return JSON.parse(stdout) as DestructionRun;
  });
}
