/**
 * Is this clock to be believed? (architecture.md, "Time, clocks, names"). A clock that runs ahead would destroy
 * before its time; one that went back would record in the past.
 */
export type ClockDoubt = 'ahead-while-running' | 'ahead-after-stop' | 'behind' | 'tick-damaged';

/** Since the service started it has ticked every hour; a day without one is no delay. */
const RUNNING_AHEAD_HOURS = 24;
const STOPPED_AHEAD_HOURS = 35 * 24;
const BEHIND_HOURS = 1;
const HOUR = 3_600_000;

/** Null: it may be believed. `last`: the last tick that was trusted; `running`: it was written by this process. */
export function doubtAbout(now: Temporal.Instant, last: Temporal.Instant, running: boolean): ClockDoubt | null {
  const ahead = (now.epochMilliseconds - last.epochMilliseconds) / HOUR;
  if (ahead < -BEHIND_HOURS) return 'behind';
  if (running) return ahead > RUNNING_AHEAD_HOURS ? 'ahead-while-running' : null;
  return ahead > STOPPED_AHEAD_HOURS ? 'ahead-after-stop' : null;
}

/** Dutch, for operations. */
export const CLOCK_DOUBTS: Readonly<Record<ClockDoubt, string>> = {
  'ahead-while-running': 'De klok sprong meer dan een dag vooruit terwijl de dienst draaide.',
  'ahead-after-stop': 'De klok staat meer dan 35 dagen verder dan toen de dienst stopte.',
  'behind': 'De klok is meer dan een uur teruggezet.',
  'tick-damaged': 'Het bestand met kloktikken naast de kop is beschadigd of niet van dit grootboek.',
};
