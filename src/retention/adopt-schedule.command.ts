import { Command } from '@nestjs/cqrs';
import type { ScheduleAdopted } from '#domain/governance/events';
import type { ActingPerson } from '#domain/ledger/event';
import type { Position } from '#domain/ledger/ids';
import type { Outcome } from '#src/recording/outcome';

export interface AdoptedScheduleAnswer {
  readonly version: string;
  readonly rules: number;
  readonly position: Position;
}

export class AdoptSchedule extends Command<Outcome<AdoptedScheduleAnswer>> {
  constructor(readonly adopted: ScheduleAdopted['data'], readonly person: ActingPerson) {
    super();
  }
}
