import { FactDto } from '#src/events/dto/common.dto';
import { Code, Day, KnownCode, Optional, Reference } from '#src/events/dto/fields';

export class RetentionTriggerDto extends FactDto {
  /** codes: retentionTriggers */
  @KnownCode(['retentionTriggers'], 'Deze brondatum') trigger!: string;
  @Day() on!: string;
  /** Event id of the trigger that this one replaces. */
  @Optional() @Reference(100) corrects?: string;
}

export class HoldPlacedDto extends FactDto {
  /** codes: holdKinds */
  @Code() kind!: string;
  @Day() on!: string;
  @Optional() @Reference(100) holdId?: string;
}

/** Without holdId: every standing hold of this kind. */
export class HoldLiftedDto extends FactDto {
  /** codes: holdKinds */
  @Code() kind!: string;
  @Day() on!: string;
  @Optional() @Reference(100) holdId?: string;
}
