import { createInterface } from 'node:readline';
import { dayOfInstant } from '#domain/ledger/moments';
import type { SimulatedClock } from '#infra/clock/simulated-clock';
import type { Service } from '#src/cli/service';
import { Nights } from '#src/demo/nights';
import { dutchDate, dutchNumber } from '#src/demo/words';

const DAYS_MAX = 3_660;
const HOW = `Typ een aantal dagen (1 tot ${DAYS_MAX}) en Enter: de klok gaat zoveel dagen vooruit.`;

/**
 * For `--steer`: every number that is typed lets so many days pass, each night lived as in the play. The only clock that
 * can be moved is the demo's own. Ends with the input, or when `stopping` resolves.
 */
export async function letDaysPass(input: NodeJS.ReadableStream, { ledger }: Service, clock: SimulatedClock, stopping: Promise<unknown>, say: (line: string) => void): Promise<void> {
  const nights = new Nights(ledger, clock, dayOfInstant(clock.now()));
  const typed = createInterface({ input });
  void stopping.then(() => typed.close());
  say('');
  say(`Het is nu ${dutchDate(dayOfInstant(clock.now()).toString())}. ${HOW}`);
  for await (const line of typed) {
    const days = /^[0-9]{1,4}$/.test(line.trim()) ? Number(line) : 0;
    if (days < 1 || days > DAYS_MAX) {
      say(HOW);
      continue;
    }
    const before = nights.counts;
    const now = clock.now();
    const morning = dayOfInstant(now).add({ days });
    await nights.finish(morning);
    clock.advanceTo(now.add({ hours: 24 * days }));
    const lapses = nights.counts.lapses - before.lapses;
    say(`Het is nu ${dutchDate(dayOfInstant(clock.now()).toString())}. In die nachten liep er ${dutchNumber(lapses)} keer een termijn, toestemming of gezag af.`);
  }
}
