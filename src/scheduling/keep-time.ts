import { CLOCK_DOUBTS } from '#domain/governance/clock-trust';
import type { Ledger } from '#src/composition/ledger';
import { TICK_EVERY_MS } from '#src/scheduling/clock-watch';
import { nightLines } from '#src/scheduling/night-lines';
import { NightlyTimer } from '#src/scheduling/nightly-timer';

export interface TimeKeeping {
  /** Nothing new begins; what is under way is left to the ledger's own closing. */
  stop(): void;
}

/**
 * What a running service does by the clock: a tick every hour, and the nightly run at its local time. `say` gets
 * Dutch lines for operations, `onFault` what should not have happened.
 */
export async function keepTime(ledger: Ledger, say: (line: string) => void, onFault: (error: unknown) => void): Promise<TimeKeeping> {
  let told: string | null = null;
  const tick = async (): Promise<void> => {
    const doubt = await ledger.clockWatch.check();
    if (doubt !== null && doubt !== told) say(`${CLOCK_DOUBTS[doubt]} Er verloopt en verdwijnt niets tot beheer de klok bevestigt: rekenschap clock confirm.`);
    told = doubt;
  };
  await tick();
  const ticks = setInterval(() => { tick().catch(onFault); }, TICK_EVERY_MS).unref();
  const at = ledger.config.nightlyAt ?? null;
  const timer = at === null ? null : new NightlyTimer(ledger.clock, Temporal.PlainTime.from(at), async () => {
    try {
      const outcome = await ledger.nightly.run();
      if (outcome.kind === 'refused') return false;
      for (const line of nightLines(outcome.value)) say(line);
      return true;
    } catch (error) {
      onFault(error);
      return false;
    }
  });
  timer?.start();
  return {
    stop() {
      clearInterval(ticks);
      timer?.stop();
    },
  };
}
