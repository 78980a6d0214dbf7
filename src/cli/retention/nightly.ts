import { post } from '#src/cli/api-call';
import { EXIT, flag, type ExitCode, type OptionValues, type Surroundings } from '#src/cli/command';
import { nightLines } from '#src/scheduling/night-lines';
import type { NightlyCounts } from '#src/scheduling/nightly-run';

/** The nightly run by hand, or from a cron of the organisation. */
export async function runNightly(values: OptionValues, surroundings: Surroundings): Promise<ExitCode> {
  const counts = await post(values, surroundings, '/v1/retention/runs', {}) as NightlyCounts;
  const lines = nightLines(counts);
  surroundings.out(flag(values, 'json')
    ? JSON.stringify({ ok: true, ...counts })
    : lines.length === 0 ? `Tot en met ${counts.today} was er niets vast te leggen.` : lines.join('\n'));
  return EXIT.done;
}
