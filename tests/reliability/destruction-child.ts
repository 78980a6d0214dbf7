import { LedgerHouse } from '../destruction/house.js';

/** Carries the open run of a folder on, and ends its own process without warning at the named point. */
export async function runUntilKilled(folder: string, at: string, point: string): Promise<void> {
  const house = await LedgerHouse.open({ folder, at });
  const destruction = house.destruction((passed) => {
    if (passed === point) process.kill(process.pid, 'SIGKILL');
  });
  await destruction.runs.finish();
  await house.close();
}
