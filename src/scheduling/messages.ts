import { Command } from '@nestjs/cqrs';
import type { ActingPerson } from '#domain/ledger/event';
import type { Outcome } from '#src/recording/outcome';
import type { ClockConfirmation } from '#src/scheduling/clock-watch';
import type { NightlyCounts } from '#src/scheduling/nightly-run';

/** Records what time alone has done up to today. */
export class RunNightly extends Command<Outcome<NightlyCounts>> {}

/** Operations vouches for the clock. */
export class ConfirmClock extends Command<Outcome<ClockConfirmation>> {
  constructor(readonly person: ActingPerson) {
    super();
  }
}
