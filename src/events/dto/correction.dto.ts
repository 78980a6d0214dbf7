import { CommonDto } from '#src/events/dto/common.dto';
import { Code, EventData, Optional, Reference } from '#src/events/dto/fields';

export class EventCorrectedDto extends CommonDto {
  /** Id that the ledger gave the original event. */
  @Reference(100) eventId!: string;
  /** The whole data as they should have been; checked by the class of the original's type. */
  @EventData() replacement!: Record<string, unknown>;
}

export class EventAnnulledDto extends CommonDto {
  /** Id that the ledger gave the original event. */
  @Reference(100) eventId!: string;
  @Optional() @Code('annulmentReasons') reason?: string;
}
