import { FactDto } from '#src/events/dto/common.dto';
import { Code, Day, Optional, Reference, Text } from '#src/events/dto/fields';

export class ObjectionReceivedDto extends FactDto {
  /** codes: objectionKinds */
  @Code() kind!: string;
  @Day() receivedOn!: string;
  /** What it is against, in a few words or as a reference. */
  @Optional() @Text(500) against?: string;
  @Optional() @Reference(100) objectionId?: string;
}
