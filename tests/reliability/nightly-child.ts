import { NightlyRun } from '#src/scheduling/nightly-run';
import { LedgerHouse } from '../destruction/house.js';

/**
 * One night over a folder. Its own process ends without warning at the append of that number: `begun` while the ledger
 * is writing it, `answered` when it is on disk and the run has not heard so. Zero: it goes to its end.
 */
export async function nightUntilKilled(folder: string, at: string, appends: number, when: 'begun' | 'answered'): Promise<void> {
  const house = await LedgerHouse.open({ folder, at });
  const { writer } = house.ledger;
  let count = 0;
  const die = (): void => { process.kill(process.pid, 'SIGKILL'); };
  const night = new NightlyRun({ ...house.ledger, writer: {
    read: (stream, from) => writer.read(stream, from),
    async append(append) {
      count += 1;
      const mine = count;
      const result = writer.append(append);
      if (mine === appends && when === 'begun') setImmediate(die);
      await result;
      if (mine === appends && when === 'answered') die();
      return result;
    },
  } });
  const outcome = await night.run();
  if (outcome.kind !== 'done') throw new Error(outcome.refusal.code);
  await house.close();
}
