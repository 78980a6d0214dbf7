import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { RetentionRule } from '#domain/retention/schedule';
import { exampleSchedule, proposedSchedule } from '#domain/retention/proposed-schedule';
import { invalid, validBody } from '#src/http/valid-body';
import { minPosition } from '#src/http/min-position';
import { valueOf } from '#src/http/refusal.error';
import { actingPerson } from '#src/identity/acting-person';
import { Caller } from '#src/identity/caller.decorator';
import type { Principal } from '#src/recording/principal';
import { AdoptSchedule, type AdoptedScheduleAnswer } from '#src/retention/adopt-schedule.command';
import { PreviewSchedule, type SchedulePreview } from '#src/retention/preview-schedule.query';
import { AdoptScheduleDto, PreviewScheduleDto, type ScheduleDto } from '#src/retention/adopt-schedule.dto';

const PREVIEW_LIMIT = 100;
const ZORGDRAGER = 'college van burgemeester en wethouders';

/** Nothing is ever due before the college has adopted a schedule (Archiefwet 1995 art. 3 and 5). */
@Controller('v1/retention-schedules')
export class RetentionSchedulesController {
  constructor(@Inject(CommandBus) private readonly commands: CommandBus, @Inject(QueryBus) private readonly queries: QueryBus) {}

  /** What this schedule would move if it were adopted today; nothing is recorded. */
  @Post('_preview')
  @HttpCode(200)
  async preview(@Body() body: unknown, @Headers('rekenschap-min-position') position: string | undefined): Promise<SchedulePreview> {
    const asked = validBody(PreviewScheduleDto, body);
    return valueOf(await this.queries.execute(new PreviewSchedule(scheduleOf(asked), asked.after ?? null, asked.limit ?? PREVIEW_LIMIT, minPosition(position))));
  }

  @Post()
  async adopt(@Body() body: unknown, @Caller() caller: Principal): Promise<AdoptedScheduleAnswer> {
    const asked = validBody(AdoptScheduleDto, body);
    const { version, use, rules } = scheduleOf(asked);
    return valueOf(await this.commands.execute(new AdoptSchedule({
      version, rules, ...(use === undefined ? {} : { use }),
      adoptedBy: asked.adoptedBy ?? ZORGDRAGER, mandate: asked.mandate, archivistAdvice: asked.archivistAdvice, on: asked.on,
    }, actingPerson(caller, ['controller']))));
  }
}

function scheduleOf(asked: ScheduleDto): { readonly version: string; readonly use?: 'test'; readonly rules: readonly RetentionRule[] } {
  if (asked.rules !== undefined) {
    return {
      version: asked.schedule, ...(asked.use === undefined ? {} : { use: asked.use }),
      // Plain objects: what is recorded is JSON, not instances of a DTO.
      rules: asked.rules.map((rule): RetentionRule => ({ ...rule, selectielijst: rule.selectielijst === null ? null : { ...rule.selectielijst } })),
    };
  }
  const shipped = [proposedSchedule(), exampleSchedule()].find(({ version }) => version === asked.schedule);
  if (shipped === undefined) {
    throw invalid([{ code: 'unknown-code', path: '/schedule', detail: 'Dit schema is niet meegeleverd. Geef de regels zelf mee in rules.' }]);
  }
  return shipped;
}
