import { ValidateBy, ValidateIf } from 'class-validator';
import { Code, Count, Day, Flag, Item, Items, Optional, Reference, Text } from '#src/events/dto/fields';

function OneOf(...allowed: readonly unknown[]): PropertyDecorator {
  return ValidateBy({
    name: 'oneOf',
    constraints: [allowed],
    validator: { validate: (value) => allowed.includes(value), defaultMessage: () => 'Deze waarde kan hier niet.' },
  });
}

/** A text, or null where the schedule says nothing. */
function OrNull(decorator: PropertyDecorator): PropertyDecorator {
  const filled = ValidateIf((_object, value) => value !== null);
  return (target, key) => { filled(target, key); decorator(target, key); };
}

export class SelectielijstDto {
  @Text(20) list!: string;
  @Text(40) number!: string;
  @Optional() @Text(300) resultaat?: string;
}

/** One rule, as domain/retention/schedule has it; what it means is checked by the domain. */
export class RetentionRuleDto {
  @Code() id!: string;
  @Code() version!: string;
  @Code() law!: string;
  @OrNull(Code()) result!: string | null;
  @Text(300) name!: string;
  @OrNull(Code()) period!: string | null;
  @OrNull(Code()) trigger!: string | null;
  @ValidateIf((_rule, value) => value !== undefined && value !== null) @Code() zgwAfleidingswijze?: string | null;
  @OneOf('vernietigen', 'blijvend_bewaren') waardering!: 'vernietigen' | 'blijvend_bewaren';
  @Flag() extendable!: boolean;
  @OneOf('full', 'short', 'standing', null) policy!: 'full' | 'short' | 'standing' | null;
  @OrNull(Item(() => SelectielijstDto)) selectielijst!: SelectielijstDto | null;
  /** Calendar dates, inclusive; left out or null: no bound. */
  @ValidateIf((_rule, value) => value !== undefined && value !== null) @Day() validFrom?: string | null;
  @ValidateIf((_rule, value) => value !== undefined && value !== null) @Day() validUntil?: string | null;
}

/** A shipped schedule by name, or one with its own rules. */
export class ScheduleDto {
  /** Name of the schedule: a shipped one when no rules are given, otherwise the version of these rules. */
  @Code() schedule!: string;
  @Optional() @Items(() => RetentionRuleDto, 500) rules?: RetentionRuleDto[];
  /** Only with own rules; adoptable in tests and demonstrations only. */
  @Optional() @OneOf('test') use?: 'test';
}

/** `POST /v1/retention-schedules/_preview`: what it would move, a page at a time. */
export class PreviewScheduleDto extends ScheduleDto {
  /** `next` of the page before. */
  @Optional() @Code() after?: string;
  @Optional() @Count(1, 500) limit?: number;
}

/** `POST /v1/retention-schedules`: the college adopts it. */
export class AdoptScheduleDto extends ScheduleDto {
  /** The zorgdrager's body that decided; left out: college van burgemeester en wethouders. */
  @Optional() @Text(200) adoptedBy?: string;
  /** Place of the decision: number and date of the besluit or mandate. */
  @Reference() mandate!: string;
  @Text(500) archivistAdvice!: string;
  /** Calendar date of the decision. */
  @Day() on!: string;
}
