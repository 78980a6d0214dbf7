import { ConsentScopeDto, DeciderDto, DossierReferenceDto, FactDto, RecipientDto } from '#src/events/dto/common.dto';
import { Code, Codes, Count, Day, Flag, Item, Items, Moment, Optional, OrganisationName, Reference, Sha256, Text } from '#src/events/dto/fields';

export class FollowsRefusalDto {
  @Count() attempt!: number;
}

export class ConsentAttemptDto {
  @Day() on!: string;
  @Optional() @Code('channels') channel?: string;
  @Optional() @Code() outcome?: string;
}

export class ConsentRequestedDto extends ConsentScopeDto {
  @Optional() @Code('consentFunctions') function?: string;
  @Optional() @Item(() => FollowsRefusalDto) followsRefusal?: FollowsRefusalDto;
  @Optional() @Items(() => ConsentAttemptDto) attempts?: ConsentAttemptDto[];
  /** What changed since the refusal. */
  @Optional() @Text(500) newCircumstances?: string;
}

export class CompetenceDto {
  @Optional() @Item(() => DeciderDto) assessedBy?: DeciderDto;
  @Optional() @Day() on?: string;
  @Optional() @Code() outcome?: string;
}

export class ConsentGiverDto {
  @Code('consentGiverRelations') relation!: string;
  @Optional() @Reference() reference?: string;
  /** Was it checked that this person may consent? */
  @Optional() @Flag() authorityChecked?: boolean;
  /** How many hold gezag, and how many of them consented. */
  @Optional() @Count(0, 10) holders?: number;
  @Optional() @Count(0, 10) consentingHolders?: number;
  @Optional() @Item(() => CompetenceDto) competence?: CompetenceDto;
  @Optional() @Text(500) youthView?: string;
}

export class FreelyDto {
  @Optional() @Flag() dependent?: boolean;
  @Optional() @Flag() consequencesExplained?: boolean;
  @Optional() @Flag() understood?: boolean;
}

export class EvidenceDto {
  @Code('evidenceKinds') kind!: string;
  @Optional() @Reference() reference?: string;
  @Optional() @Sha256() sha256?: string;
}

export class DiscloserOrganisationDto {
  @Optional() @OrganisationName() organisation?: string;
  @Optional() @Code('professions') profession?: string;
}

export class OrganisationDto {
  @OrganisationName() organisation!: string;
}

/** What giving and renewing share. */
export abstract class ConsentActDto extends FactDto {
  @Reference(100) consentId!: string;
  @Codes('purposes') purposes!: string[];
  @Items(() => RecipientDto) recipients!: RecipientDto[];
  @Codes('dataCategories') categories!: string[];
  @Items(() => ConsentGiverDto) givenBy!: ConsentGiverDto[];
  @Code('consentForms') form!: string;
  @Optional() @Code('consentFunctions') function?: string;
  @Optional() @Flag() explicit?: boolean;
  /** Function of who informed the person. */
  @Optional() @Text(100) informedBy?: string;
  @Optional() @Item(() => FreelyDto) freely?: FreelyDto;
  /** Last calendar day on which it holds. */
  @Optional() @Day() validUntil?: string;
  @Optional() @Reference(100) planId?: string;
  @Optional() @Item(() => EvidenceDto) evidence?: EvidenceDto;
  @Optional() @Flag() generic?: boolean;
  @Optional() @Item(() => DiscloserOrganisationDto) discloser?: DiscloserOrganisationDto;
  @Optional() @Item(() => OrganisationDto) obtainedBy?: OrganisationDto;
  /** What help or a provision was made to depend on. */
  @Optional() @Text(500) condition?: string;
  @Optional() @Flag() disputeExpected?: boolean;
  @Optional() @Moment() confirmedInWritingAt?: string;
}

export class ConsentGivenDto extends ConsentActDto {
  /** The other dossiers that it covers: each gets an event of its own. */
  @Optional() @Items(() => DossierReferenceDto) dossiers?: DossierReferenceDto[];
}

export class ConsentRenewedDto extends ConsentActDto {
  /** consentId of the consent that it renews, when that has another. */
  @Optional() @Reference(100) renews?: string;
}

export class ConsentRefusedDto extends ConsentScopeDto {
  @Optional() @Code('refusalReasons') reason?: string;
  @Optional() @Code('consentForms') form?: string;
}

export class ConsentWithdrawnDto extends ConsentScopeDto {
  @Optional() @Code('refusalReasons') reason?: string;
  @Optional() @Code('consentForms') form?: string;
  /** The form that was asked, where any form would do. */
  @Optional() @Code('consentForms') demandedForm?: string;
  /** What was decided anew after the withdrawal. */
  @Optional() @Text(500) reweighing?: string;
}

export class ConsentDisputedDto extends FactDto {
  @Reference(100) consentId!: string;
  @Optional() @Text(500) reason?: string;
  @Optional() @Code('consentGiverRelations') disputedBy?: string;
}

export class ConsentDisputeResolvedDto extends FactDto {
  @Reference(100) consentId!: string;
  @Optional() @Code('disputeOutcomes') outcome?: string;
  @Optional() @Item(() => DeciderDto) decidedBy?: DeciderDto;
}

export class PlanStartedDto extends FactDto {
  @Reference(100) planId!: string;
  @Optional() @Day() on?: string;
  @Optional() @Day() until?: string;
  @Optional() @Codes('dataCategories') categories?: string[];
}

export class PlanEndedDto extends FactDto {
  @Reference(100) planId!: string;
  @Day() on!: string;
  @Optional() @Codes('dataCategories') categories?: string[];
}
