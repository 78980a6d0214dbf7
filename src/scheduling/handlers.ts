import { Inject, type Provider } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import type { Outcome } from '#src/recording/outcome';
import type { ClockConfirmation } from '#src/scheduling/clock-watch';
import { ConfirmClock, RunNightly } from '#src/scheduling/messages';
import type { NightlyCounts } from '#src/scheduling/nightly-run';

@CommandHandler(RunNightly)
export class RunNightlyHandler implements ICommandHandler<RunNightly> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  execute(): Promise<Outcome<NightlyCounts>> {
    return this.ledger.nightly.run();
  }
}

@CommandHandler(ConfirmClock)
export class ConfirmClockHandler implements ICommandHandler<ConfirmClock> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  execute({ person }: ConfirmClock): Promise<Outcome<ClockConfirmation>> {
    return this.ledger.clockWatch.confirm(person);
  }
}

export const SCHEDULING_HANDLERS: readonly Provider[] = [RunNightlyHandler, ConfirmClockHandler];
