import { FactDto, FunctionDto } from '#src/events/dto/common.dto';
import { Code, Item, Optional, Reference, Text } from '#src/events/dto/fields';

export class EmergencyDto {
  @Text(500) reason!: string;
}

export class DossierAccessedDto extends FactDto {
  /** not-involved, emergency or sample */
  @Optional() @Code() kind?: string;
  @Optional() @Item(() => EmergencyDto) emergency?: EmergencyDto;
  @Optional() @Code('purposes') purpose?: string;
  @Optional() @Code('dossierParts') part?: string;
  @Optional() @Reference(100) accessId?: string;
}

export class AccessReviewedDto extends FactDto {
  @Optional() @Reference(100) accessId?: string;
  /** justified or unjustified */
  @Optional() @Code() outcome?: string;
  @Optional() @Item(() => FunctionDto) reviewedBy?: FunctionDto;
}
