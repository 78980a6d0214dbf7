import { ActorDto, DeciderDto, FactCoreDto, FactDto, PersonDto, SubjectDto } from '#src/events/dto/common.dto';
import { Code, Codes, Day, Item, Items, KnownCode, Optional, OrganisationName, Reference, Text } from '#src/events/dto/fields';

/** A person at the opening of a dossier: the role is needed, later events lean on it. */
export class DossierSubjectDto extends PersonDto {
  @Code('subjects') role!: string;
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
  @Optional() @Code('results') result?: string;
  @Optional() @Reference(500) resultaattype?: string;
  @Optional() @Code() archiefnominatie?: string;
  @Optional() @Day() archiefactiedatum?: string;
  @Optional() @Reference(500) selectielijstklasse?: string;
}

export class DossierReopenedDto extends FactDto {
  @Day() on!: string;
  @Text(500) reason!: string;
}

export class JoiningSubjectDto extends SubjectDto {
  @Optional() @Day() dateOfBirth?: string;
}

export class SubjectJoinedDto extends FactCoreDto {
  @Item(() => JoiningSubjectDto) subject!: JoiningSubjectDto;
  @Optional() @Day() on?: string;
}

export class SubjectLeftDto extends FactCoreDto {
  @Item(() => SubjectDto) subject!: SubjectDto;
  @Optional() @Day() on?: string;
  @Optional() @Text(500) reason?: string;
}

export class SubjectStatusDto extends FactCoreDto {
  @Item(() => SubjectDto) subject!: SubjectDto;
  /** deceased, moved, came-of-age, address-secrecy, under-guardianship and the like */
  @Code() status!: string;
  @Optional() @Day() on?: string;
}

export class AuthorityHolderDto extends SubjectDto {
  @Optional() @Code('consentGiverRelations') relation?: string;
}

export class AuthorityRecordedDto extends FactDto {
  @Optional() @Code('consentGiverRelations') kind?: string;
  @Optional() @Item(() => AuthorityHolderDto) heldBy?: AuthorityHolderDto;
  @Optional() @Day() from?: string;
  @Optional() @Day() until?: string;
  @Optional() @Code('sourceKinds') source?: string;
}

export class CapacityAssessedDto extends FactDto {
  @Optional() @Code() outcome?: string;
  @Optional() @Item(() => DeciderDto) assessedBy?: DeciderDto;
  @Optional() @Day() on?: string;
  /** The decision that it is about, in a few words. */
  @Optional() @Text(500) about?: string;
}

export class LocationDto {
  @Reference(100) system!: string;
  @Optional() @Reference() reference?: string;
  @Optional() @Code('locationKinds') kind?: string;
  @Optional() @Code('locationControllers') controller?: string;
}

export class DossierLocatedDto extends FactDto {
  @Item(() => LocationDto) location!: LocationDto;
}

export class TransferReceiverDto {
  @OrganisationName() organisation!: string;
  @Optional() @Code('organisationKinds') kind?: string;
}

export class DossierTransferredDto extends FactDto {
  @Item(() => TransferReceiverDto) to!: TransferReceiverDto;
  @Optional() @Code('purposes') purpose?: string;
  @Optional() @Codes('dataCategories') categories?: string[];
  @Optional() @Day() on?: string;
}

export class InvestigationClosedDto extends FactDto {
  @Day() on!: string;
}
