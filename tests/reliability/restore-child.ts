import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { RestoreFile, STAGING } from '#src/backup/restore-state';
import { restore, resumeRestore } from '#src/backup/restore';
import { configIn } from '../destruction/house.js';

/** Begins a restore, or goes on with one that was cut off, as an operator does who starts the command again. */
export async function putBackUntilKilled(folder: string, ledgerFolder: string, vaultFolder: string, at: string): Promise<void> {
  const config = configIn(folder);
  process.stdout.write('begun\n');
  const clock = new SimulatedClock(Temporal.Instant.from(at));
  if (new RestoreFile(config.dataDir).exists) {
    await resumeRestore({ config, clock });
    return;
  }
  // Killed while it only looked: nothing was touched but its own staging folder.
  rmSync(join(config.dataDir, STAGING), { recursive: true, force: true });
  await restore({ config, clock, ledgerFolder, vaultFolder, newEpoch: true, acceptLoss: false, shown: [] });
}
