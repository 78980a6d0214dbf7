import { TIME_ZONE } from '#domain/ledger/moments';
import { API_OPTIONS, post } from '#src/cli/api-call';
import { EXIT, WrongUse, flag, text, type Command } from '#src/cli/command';
import type { ClockConfirmation } from '#src/scheduling/clock-watch';

export const clock: Command = {
  name: 'clock',
  summary: 'bevestig een klok die niet vertrouwd werd (clock confirm)',
  argument: { name: 'action', value: 'confirm' },
  options: API_OPTIONS,
  async run(values, surroundings) {
    if (text(values, 'action') !== 'confirm') throw new WrongUse('Gebruik: rekenschap clock confirm.');
    const confirmed = await post(values, surroundings, '/v1/clock/confirmations', {}) as ClockConfirmation;
    const said = Temporal.Instant.from(confirmed.now).toZonedDateTimeISO(TIME_ZONE).toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');
    surroundings.out(flag(values, 'json')
      ? JSON.stringify({ ok: true, ...confirmed })
      : `De klok is bevestigd: het is ${said}. Verlopen en vernietigen gaan weer door.`);
    return EXIT.done;
  },
};
