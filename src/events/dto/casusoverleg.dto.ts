import { CommonDto, DossierReferenceDto, OtherPersonDto, SubjectDto } from '#src/events/dto/common.dto';
import { Code, Codes, Day, Flag, Item, Items, KnownCode, Optional, OrganisationName, OrganisationNames, Reference, Text, WordOr } from '#src/events/dto/fields';

export class ParticipantDto {
  @OrganisationName() organisation!: string;
  @Code('meetingRoles') role!: string;
  /** codes: laws; the task under which this party sits at the table. */
  @Optional() @KnownCode(['laws'], 'Deze wet') task?: string;
  @Optional() @Text(500) selectionReason?: string;
}

export class ForceMajeureDto {
  @Text(500) reason!: string;
}

export class DiscussionBasisDto {
  @Optional() @Reference(100) consentId?: string;
  @Optional() @Reference(100) decisionId?: string;
  @Optional() @Item(() => ForceMajeureDto) forceMajeure?: ForceMajeureDto;
}

export class AgreementDto {
  @OrganisationName() participant!: string;
  @Optional() @Codes('dataCategories') categories?: string[];
  @Optional() @Code('purposes') purpose?: string;
  @Optional() @Reference() permittedBy?: string;
}

export class ContributionDto {
  @OrganisationName() participant!: string;
  @Optional() @Code('professions') profession?: string;
  @Optional() @Code('secrecyBreakingGrounds') brokenOn?: string;
  @Optional() @Codes('dataCategories') categories?: string[];
  @Optional() @Flag() declined?: boolean;
}

export class ReportDto {
  @Optional() @Code() kind?: string;
  @Optional() @OrganisationNames() recipients?: string[];
  @Optional() @Reference() location?: string;
}

/** One case: of a dossier, or anonymous. */
export class ItemDto {
  @Optional() @Item(() => DossierReferenceDto) dossier?: DossierReferenceDto;
  @Optional() @Flag() anonymous?: boolean;
  @Optional() @Items(() => SubjectDto) subjects?: SubjectDto[];
  @Optional() @Code('modes') mode?: string;
  @Optional() @Code('purposes') purpose?: string;
  @Optional() @WordOr('none', () => DiscussionBasisDto) basis?: DiscussionBasisDto | 'none';
  @Optional() @Flag() subjectInvited?: boolean;
  @Optional() @Flag() subjectPresent?: boolean;
  @Optional() @OrganisationNames() present?: string[];
  @Optional() @Codes('dataCategories') categoriesShown?: string[];
  @Optional() @Items(() => AgreementDto) agreements?: AgreementDto[];
  @Optional() @Codes() stored?: string[];
  @Optional() @OrganisationNames() minutesSentTo?: string[];
  @Optional() @Text(500) whyIdentifiable?: string;
  /** Was there a request for help? */
  @Optional() @Flag() demand?: boolean;
  @Optional() @Day() actionSince?: string;
  @Optional() @Items(() => ContributionDto) contributions?: ContributionDto[];
  @Optional() @Item(() => ReportDto) report?: ReportDto;
  @Optional() @Items(() => OtherPersonDto) aboutOthers?: OtherPersonDto[];
}

export class CasusoverlegHeldDto extends CommonDto {
  @Reference(100) meetingId!: string;
  @Day() on!: string;
  @Items(() => ParticipantDto) participants!: ParticipantDto[];
  @Items(() => ItemDto) items!: ItemDto[];
  @Optional() @Code('meetingKinds') kind?: string;
  @Optional() @OrganisationName() convenor?: string;
  @Optional() @Text(500) selectionReason?: string;
}

export class CasusoverlegOutcomeSharedDto extends CommonDto {
  @Reference(100) meetingId!: string;
  @Optional() @Code('channels') channel?: string;
  @Optional() @Day() on?: string;
}
