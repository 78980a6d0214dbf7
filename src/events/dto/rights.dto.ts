import { CommonDto, FactDto, RecipientDto, SubjectDto } from '#src/events/dto/common.dto';
import { Code, Codes, Day, Flag, Item, Items, Optional, Reference, Text } from '#src/events/dto/fields';

export class ObjectionReceivedDto extends FactDto {
  @Code('objectionKinds') kind!: string;
  @Day() receivedOn!: string;
  /** What it is against, in a few words or as a reference. */
  @Optional() @Text(500) against?: string;
  @Optional() @Reference(100) objectionId?: string;
}

/** Kind and day of receipt are those of the objection; without objectionId they say which. */
export class ObjectionResolvedDto extends FactDto {
  @Code('objectionKinds') kind!: string;
  @Day() receivedOn!: string;
  @Optional() @Text(500) against?: string;
  @Optional() @Reference(100) objectionId?: string;
  @Optional() @Code('objectionOutcomes') outcome?: string;
  @Optional() @Day() resolvedOn?: string;
}

export class ProcessingRestrictedDto extends FactDto {
  @Optional() @Code() ground?: string;
  @Optional() @Day() on?: string;
  @Optional() @Reference(100) requestId?: string;
  @Optional() @Codes('dataCategories') categories?: string[];
}

export class ProcessingLiftedDto extends FactDto {
  @Optional() @Day() on?: string;
  @Optional() @Reference(100) requestId?: string;
  @Optional() @Text(500) reason?: string;
  /** Was the person told beforehand (AVG 18, third paragraph)? */
  @Optional() @Flag() subjectTold?: boolean;
}

export class RecipientsNotifiedDto extends FactDto {
  @Optional() @Items(() => RecipientDto) recipients?: RecipientDto[];
  @Optional() @Reference(100) requestId?: string;
  @Optional() @Day() on?: string;
}

export class StatementAddedDto extends FactDto {
  /** The person's own words, or where they are. */
  @Optional() @Text(4_000) statement?: string;
  @Optional() @Reference() reference?: string;
  @Optional() @Day() on?: string;
  @Optional() @Reference(100) requestId?: string;
}

export class RequesterDto {
  /** self, parent, representative, nabestaande */
  @Code() capacity!: string;
}

export class RelationDto {
  @Code('consentGiverRelations') relation!: string;
}

export class ThirdPartiesDto {
  @Optional() @Flag() asked?: boolean;
  @Optional() @Code() outcome?: string;
}

export class RightsRequestReceivedDto extends CommonDto {
  @Reference(100) requestId!: string;
  @Code('dataSubjectRights') right!: string;
  @Day() receivedOn!: string;
  @Item(() => SubjectDto) subject!: SubjectDto;
  @Optional() @Item(() => RequesterDto) requester?: RequesterDto;
  @Optional() @Item(() => RelationDto) requestedBy?: RelationDto;
  @Optional() @Day() identifiedOn?: string;
  @Optional() @Code('dossierParts') part?: string;
  @Optional() @Code('purposes') purpose?: string;
  @Optional() @Item(() => ThirdPartiesDto) thirdParties?: ThirdPartiesDto;
  @Optional() @Text(500) childInterest?: string;
}

export class RightsRequestExtendedDto extends CommonDto {
  @Reference(100) requestId!: string;
  @Optional() @Day() extendedToldOn?: string;
  @Optional() @Text(500) reason?: string;
}

export class RightsRequestDecidedDto extends CommonDto {
  @Reference(100) requestId!: string;
  @Optional() @Code('rightsOutcomes') outcome?: string;
  @Optional() @Day() decidedOn?: string;
  @Optional() @Codes() grounds?: string[];
  @Optional() @Flag() thirdPartyInterestWeighed?: boolean;
  @Optional() @Item(() => ThirdPartiesDto) thirdParties?: ThirdPartiesDto;
  @Optional() @Text(500) childInterest?: string;
  @Optional() @Code('dossierParts') part?: string;
}
