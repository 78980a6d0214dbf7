import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { valueOf } from '#src/http/refusal.error';
import { actingPerson } from '#src/identity/acting-person';
import { Caller } from '#src/identity/caller.decorator';
import type { Principal } from '#src/recording/principal';
import type { ClockConfirmation } from '#src/scheduling/clock-watch';
import { ConfirmClock, RunNightly } from '#src/scheduling/messages';
import type { NightlyCounts } from '#src/scheduling/nightly-run';

/** The nightly run by hand; again is safe, it records nothing twice. */
@Controller('v1/retention/runs')
export class NightlyRunsController {
  constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  async run(): Promise<NightlyCounts> {
    return valueOf(await this.commands.execute(new RunNightly()));
  }
}

@Controller('v1/clock/confirmations')
export class ClockConfirmationsController {
  constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}

  @Post()
  async confirm(@Caller() caller: Principal): Promise<ClockConfirmation> {
    return valueOf(await this.commands.execute(new ConfirmClock(actingPerson(caller, ['operations']))));
  }
}
