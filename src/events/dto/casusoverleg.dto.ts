import { CommonDto, DossierReferenceDto, OtherPersonDto, SubjectDto } from '#src/events/dto/common.dto';
import { Code, Codes, Day, Flag, Item, Items, KnownCode, Optional, OrganisationName, OrganisationNames, Reference, Text, WordOr } from '#src/events/dto/fields';

export class ParticipantDto {
  @OrganisationName() organisation!: string;
  /** codes: meetingRoles */
  @Code() role!: string;
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
  /** codes: dataCategories */
  @Optional() @Codes() categories?: string[];
  /** codes: purposes */
  @Optional() @Code() purpose?: string;
  @Optional() @Reference() permittedBy?: string;
}

export class ContributionDto {
  @OrganisationName() participant!: string;
  /** codes: professions */
  @Optional() @Code() profession?: string;
  /** codes: secrecyBreakingGrounds */
  @Optional() @Code() brokenOn?: string;
  @Optional() @Codes() categories?: string[];
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
  /** codes: modes */
  @Optional() @Code() mode?: string;
  /** codes: purposes */
  @Optional() @Code() purpose?: string;
  @Optional() @WordOr('none', () => DiscussionBasisDto) basis?: DiscussionBasisDto | 'none';
  @Optional() @Flag() subjectInvited?: boolean;
  @Optional() @Flag() subjectPresent?: boolean;
  @Optional() @OrganisationNames() present?: string[];
  /** codes: dataCategories */
  @Optional() @Codes() categoriesShown?: string[];
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
  /** codes: meetingKinds */
  @Optional() @Code() kind?: string;
  @Optional() @OrganisationName() convenor?: string;
  @Optional() @Text(500) selectionReason?: string;
}

export class CasusoverlegOutcomeSharedDto extends CommonDto {
  @Reference(100) meetingId!: string;
  /** codes: channels */
  @Optional() @Code() channel?: string;
  @Optional() @Day() on?: string;
}
