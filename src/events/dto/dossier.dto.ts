import { ActorDto, FactCoreDto, FactDto, PersonDto } from '#src/events/dto/common.dto';
import { Code, Codes, Day, Item, Items, KnownCode, Optional, OrganisationName, Reference } from '#src/events/dto/fields';

/** A person at the opening of a dossier: the role is needed, later events lean on it. */
export class DossierSubjectDto extends PersonDto {
  /** codes: subjects */
  @Code() role!: string;
  @Optional() @Day() dateOfBirth?: string;
}

export class ControllerDto {
  @OrganisationName() organisation!: string;
  @Optional() @Code() body?: string;
  /** toeleiding or hulpverlening */
  @Optional() @Code() hat?: string;
}

export class DossierOpenedDto extends FactCoreDto {
  @Items(() => DossierSubjectDto) subjects!: DossierSubjectDto[];
  /** codes: laws */
  @KnownCode(['laws'], 'Deze wet') law!: string;
  @Optional() @Code() zaaktype?: string;
  /** Ids of rules of a retention schedule. */
  @Optional() @Codes() retentionRules?: string[];
  @Optional() @Item(() => ControllerDto) controller?: ControllerDto;
  @Optional() @Reference(100) household?: string;
  @Optional() @Item(() => ActorDto) regisseur?: ActorDto;
  /** URI of the entry in the register of processing. */
  @Optional() @Reference(500) processingActivity?: string;
}

export class DossierClosedDto extends FactDto {
  @Day() on!: string;
  /** codes: results; this or resultaattype. */
  @Optional() @Code() result?: string;
  @Optional() @Reference(500) resultaattype?: string;
  @Optional() @Code() archiefnominatie?: string;
  @Optional() @Day() archiefactiedatum?: string;
  @Optional() @Reference(500) selectielijstklasse?: string;
}
