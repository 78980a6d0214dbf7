import type { Clock } from '#infra/clock/port';
import { refuseUnfinishedRestore } from '#src/backup/restore-state';
import type { LedgerConfig } from '#src/composition/config';
import { openLedger, type Ledger } from '#src/composition/ledger';
import { PROJECTIONS } from '#src/composition/projections';
import { resumeOpenRun } from '#src/destruction/destruction';

/** The ledger as a service needs it: a destruction run that was cut off is carried to its end before anything else. */
export async function openResumedLedger(config: LedgerConfig, clock: Clock): Promise<Ledger> {
  refuseUnfinishedRestore(config.dataDir);
  const ledger = await openLedger(config, clock);
  try {
    await resumeOpenRun(ledger, PROJECTIONS);
    return ledger;
  } catch (error) {
    await ledger.close();
    throw error;
  }
}
