import { DeciderDto, FactDto, FunctionDto, OtherPersonDto, RecipientDto } from '#src/events/dto/common.dto';
import { BasisOr, Code, Codes, Day, Flag, Item, Items, KnownCode, Moment, Optional, OrganisationName, Reference, Text } from '#src/events/dto/fields';

export class LegalBasisDto {
  @Optional() @Code('gdprBases') gdpr?: string;
  /** Id of a row of legal-bases.json. */
  @Optional() @Code() article?: string;
  @Optional() @Code('specialDataExceptions') specialDataException?: string;
}

export class SecrecyDto {
  @Code('professions') profession!: string;
  @Optional() @Code('secrecyBreakingGrounds') brokenOn?: string;
}

/** codes: necessityTests; each yes means met. */
export class NecessityTestsDto {
  @Optional() @Flag() dat?: boolean;
  @Optional() @Flag() welke?: boolean;
  @Optional() @Flag() proportionaliteit?: boolean;
  @Optional() @Flag() subsidiariteit?: boolean;
  @Optional() @Flag() doelmatigheid?: boolean;
}

export class WithoutConsentDto {
  @Code('secrecyBreakingGrounds', 'notAskedReasons') why!: string;
  @Optional() @Code('riskKinds') risk?: string;
  @Optional() @Code('riskBearers') to?: string;
  @Optional() @Item(() => FunctionDto) decidedBy?: FunctionDto;
  @Optional() @Day() decidedOn?: string;
  @Optional() @Moment() decidedAt?: string;
}

export class NoBasisDto {
  @Optional() @Text(500) crucialBecause?: string;
  @Optional() @Text(500) safeguards?: string;
  @Optional() @Reference() deviation?: string;
}

export class ConsultedDto {
  @Text(100) function!: string;
  @Optional() @Flag() followed?: boolean;
  @Optional() @Text(500) why?: string;
}

export class CompatibilityDto {
  @Code('compatibilityFactors') factor!: string;
  @Optional() @Text(500) motivation?: string;
}

export class DisclosingPartyDto {
  @Optional() @Code('organisationKinds') kind?: string;
  @Optional() @Code('professions') profession?: string;
}

export class RequirementDto {
  @Code('requirements') code!: string;
  @Optional() @Flag() met?: boolean;
  @Optional() @Text(500) motivation?: string;
}

export class CitedRuleDto {
  @Optional() @Reference() rule?: string;
  @Optional() @Code('ruleAuthority') authority?: string;
}

export class AdviceDto {
  @Reference(100) catalogueVersion!: string;
  @Optional() @Code() verdict?: string;
  @Optional() @Codes('findings') signals?: string[];
}

export class SharingDecidedDto extends FactDto {
  @Reference(100) decisionId!: string;
  @Code('decisionOutcomes') outcome!: string;
  @Code('purposes') purpose!: string;
  /** This or recipient. codes: laws, toLawSpecial */
  @Optional() @KnownCode(['laws', 'toLawSpecial'], 'Deze wet') toLaw?: string;
  @Optional() @Item(() => RecipientDto) recipient?: RecipientDto;
  @BasisOr(() => LegalBasisDto) legalBasis!: LegalBasisDto | 'none' | 'onbekend';
  @Optional() @Code('directions') direction?: string;
  @Optional() @KnownCode(['laws', 'toLawSpecial'], 'Deze wet') fromLaw?: string;
  @Optional() @Codes('dataCategories') categories?: string[];
  @Optional() @Reference(100) consentId?: string;
  @Optional() @Flag() informedBeforehand?: boolean;
  @Optional() @Text(500) concreteReason?: string;
  @Optional() @Item(() => SecrecyDto) secrecy?: SecrecyDto;
  @Optional() @Item(() => NecessityTestsDto) tests?: NecessityTestsDto;
  @Optional() @Text(500) alternativeConsidered?: string;
  @Optional() @Text(500) childInterest?: string;
  @Optional() @Item(() => WithoutConsentDto) withoutConsent?: WithoutConsentDto;
  @Optional() @Item(() => NoBasisDto) noBasis?: NoBasisDto;
  @Optional() @Reference(100) frameworkVersion?: string;
  @Optional() @Item(() => DeciderDto) decidedBy?: DeciderDto;
  @Optional() @Items(() => OtherPersonDto) aboutOthers?: OtherPersonDto[];
  @Optional() @Item(() => ConsultedDto) consulted?: ConsultedDto;
  @Optional() @Items(() => CompatibilityDto) compatibility?: CompatibilityDto[];
  @Optional() @Item(() => DisclosingPartyDto) discloser?: DisclosingPartyDto;
  @Optional() @Code('phases') phase?: string;
  @Optional() @Items(() => RequirementDto) requirements?: RequirementDto[];
  /** What the asking party says its basis is. */
  @Optional() @Text(500) claimedBasis?: string;
  @Optional() @Item(() => CitedRuleDto) citedRule?: CitedRuleDto;
  @Optional() @Text(500) objectionsWeighed?: string;
  @Optional() @Item(() => AdviceDto) advice?: AdviceDto;
}

/** Whoever really received it: an organisation, always. */
export class ReceiverDto {
  @OrganisationName() organisation!: string;
  @Optional() @Code() kind?: string;
  @Optional() @Flag() bigRegistered?: boolean;
}

export class DataSharedDto extends FactDto {
  @Item(() => ReceiverDto) recipient!: ReceiverDto;
  /** This or routeId. */
  @Optional() @Codes('dataCategories') categories?: string[];
  /** This or routeId. */
  @Optional() @Reference(100) decisionId?: string;
  @Optional() @Reference(100) routeId?: string;
  @Optional() @Code('directions') direction?: string;
  @Optional() @Code('media') medium?: string;
  @Optional() @Flag() targetedAnswer?: boolean;
  @Optional() @Code('purposes') purpose?: string;
  @Optional() @Reference(100) meetingId?: string;
  /** The agreement of a casusoverleg under which it was taken along. */
  @Optional() @Reference() takeawayOf?: string;
  @Optional() @Flag() dossierKept?: boolean;
}

export class DataStoredDto extends FactDto {
  @Optional() @Codes('dataCategories') categories?: string[];
  @Optional() @Item(() => FunctionDto) holder?: FunctionDto;
  @Optional() @Flag() kept?: boolean;
  @Optional() @Flag() returned?: boolean;
}

export class LookupPerformedDto extends FactDto {
  @Optional() @Item(() => RecipientDto) where?: RecipientDto;
  @Optional() @Text(500) cause?: string;
  @Optional() @Flag() found?: boolean;
}

export class DocumentReturnedDto extends FactDto {
  @Optional() @Item(() => RecipientDto) to?: RecipientDto;
  @Optional() @Codes('dataCategories') categories?: string[];
  @Optional() @Flag() destroyedUnread?: boolean;
}

export class DisagreementEscalatedDto extends FactDto {
  @Reference(100) decisionId!: string;
  @Optional() @Code('escalationLevels') level?: string;
  @Optional() @Item(() => DeciderDto) decidedBy?: DeciderDto;
}

export class DisagreementResolvedDto extends FactDto {
  @Reference(100) decisionId!: string;
  @Optional() @Code('escalationLevels') level?: string;
  @Optional() @Item(() => DeciderDto) decidedBy?: DeciderDto;
  @Optional() @Code('disagreementOutcomes') outcome?: string;
}
