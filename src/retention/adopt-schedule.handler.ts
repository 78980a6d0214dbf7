import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import { validateSchedule } from '#domain/retention/validate-schedule';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { done, refused, type Outcome } from '#src/recording/outcome';
import { refusedSchedule } from '#src/retention/refused-schedule';
import { AdoptSchedule, type AdoptedScheduleAnswer } from '#src/retention/adopt-schedule.command';

@CommandHandler(AdoptSchedule)
export class AdoptScheduleHandler implements ICommandHandler<AdoptSchedule> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ adopted, person }: AdoptSchedule): Promise<Outcome<AdoptedScheduleAnswer>> {
    if (adopted.use === 'test' && !this.ledger.config.allowTestSchedules) {
      return refused(refusal('forbidden', 'Een proefschema mag hier niet worden vastgesteld.', '/use'));
    }
    const today = dayOfInstant(this.ledger.clock.now());
    if (Temporal.PlainDate.compare(Temporal.PlainDate.from(adopted.on), today) > 0) {
      return refused(refusal('occurred-in-future', 'Het besluit ligt in de toekomst.', '/on'));
    }
    const errors = validateSchedule(adopted.rules, adopted.use);
    if (errors.length > 0) return refused(refusedSchedule(errors));
    const recorded = await this.ledger.governance.append({ type: 'schedule-adopted', schema: 1, data: adopted }, person);
    if (recorded.kind === 'refused') return recorded;
    return done({ version: adopted.version, rules: adopted.rules.length, position: recorded.value.position });
  }
}
