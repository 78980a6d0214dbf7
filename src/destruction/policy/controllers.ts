import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ListPolicyDto, StandingAuthorisationDto } from '#src/destruction/lists/list.dto';
import {
  ChangeListPolicy, EndStandingAuthorisation, GiveStandingAuthorisation, StandingAuthorisations, type AuthorisationView, type ListPolicyAnswer,
} from '#src/destruction/policy/messages';
import { valueOf } from '#src/http/refusal.error';
import { validBody } from '#src/http/valid-body';
import { actingPerson } from '#src/identity/acting-person';
import { Caller } from '#src/identity/caller.decorator';
import type { Principal } from '#src/recording/principal';

/** The organisation decides how its destruction lists go. */
@Controller('v1/destruction-policies')
export class ListPoliciesController {
  constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}

  @Post()
  async change(@Body() body: unknown, @Caller() caller: Principal): Promise<ListPolicyAnswer> {
    const { archivistStep, waitingDays, mandate, on } = validBody(ListPolicyDto, body);
    return valueOf(await this.commands.execute(new ChangeListPolicy({
      on, mandate, ...(archivistStep === undefined ? {} : { archivistStep }), ...(waitingDays === undefined ? {} : { waitingDays }),
    }, actingPerson(caller, ['controller']))));
  }
}

/** The archivist's permission beforehand for rules of short terms. */
@Controller('v1/standing-authorisations')
export class StandingAuthorisationsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  @Get()
  async all(): Promise<{ readonly authorisations: readonly AuthorisationView[] }> {
    return valueOf(await this.queries.execute(new StandingAuthorisations()));
  }

  @Post()
  async give(@Body() body: unknown, @Caller() caller: Principal): Promise<AuthorisationView> {
    const { rules, until, maxNumber, maxPercent, mandate } = validBody(StandingAuthorisationDto, body);
    return valueOf(await this.commands.execute(new GiveStandingAuthorisation({ rules, until, maxNumber, maxPercent, mandate }, actingPerson(caller, ['archivist']))));
  }

  @Post(':id/endings')
  @HttpCode(200)
  async end(@Param('id') id: string, @Caller() caller: Principal): Promise<{ readonly id: string; readonly on: string }> {
    return valueOf(await this.commands.execute(new EndStandingAuthorisation(id, actingPerson(caller, ['archivist', 'controller']))));
  }
}
