import { FactDto, RecipientDto } from '#src/events/dto/common.dto';
import { BasisOr, Code, Codes, Day, Flag, Item, KnownCode, Optional, OrganisationName, Reference, Text } from '#src/events/dto/fields';

export class LegalBasisDto {
  /** codes: gdprBases */
  @Optional() @Code() gdpr?: string;
  /** Id of a row of legal-bases.json. */
  @Optional() @Code() article?: string;
}

export class SecrecyDto {
  /** codes: professions */
  @Code() profession!: string;
  /** codes: secrecyBreakingGrounds */
  @Optional() @Code() brokenOn?: string;
}

/** codes: necessityTests; each yes means met. */
export class NecessityTestsDto {
  @Optional() @Flag() dat?: boolean;
  @Optional() @Flag() welke?: boolean;
  @Optional() @Flag() proportionaliteit?: boolean;
  @Optional() @Flag() subsidiariteit?: boolean;
  @Optional() @Flag() doelmatigheid?: boolean;
}

export class DeciderDto {
  @Text(100) function!: string;
  @Optional() @Reference() reference?: string;
}

export class FunctionDto {
  @Text(100) function!: string;
}

export class WithoutConsentDto {
  /** codes: secrecyBreakingGrounds or notAskedReasons */
  @Code() why!: string;
  /** codes: riskKinds */
  @Optional() @Code() risk?: string;
  /** codes: riskBearers */
  @Optional() @Code() to?: string;
  @Optional() @Item(() => FunctionDto) decidedBy?: FunctionDto;
  @Optional() @Day() decidedOn?: string;
}

export class NoBasisDto {
  @Optional() @Text(500) crucialBecause?: string;
  @Optional() @Text(500) safeguards?: string;
  @Optional() @Reference() deviation?: string;
}

export class SharingDecidedDto extends FactDto {
  @Reference(100) decisionId!: string;
  /** codes: decisionOutcomes */
  @Code() outcome!: string;
  /** codes: purposes */
  @Code() purpose!: string;
  /** This or recipient. codes: laws, toLawSpecial */
  @Optional() @KnownCode(['laws', 'toLawSpecial'], 'Deze wet') toLaw?: string;
  @Optional() @Item(() => RecipientDto) recipient?: RecipientDto;
  @BasisOr(() => LegalBasisDto) legalBasis!: LegalBasisDto | 'none' | 'onbekend';
  /** codes: directions */
  @Optional() @Code() direction?: string;
  @Optional() @KnownCode(['laws', 'toLawSpecial'], 'Deze wet') fromLaw?: string;
  @Optional() @Codes() categories?: string[];
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
}

/** Whoever really received it: an organisation, always. */
export class ReceiverDto {
  @OrganisationName() organisation!: string;
  @Optional() @Code() kind?: string;
}

export class DataSharedDto extends FactDto {
  @Item(() => ReceiverDto) recipient!: ReceiverDto;
  /** This or routeId. */
  @Optional() @Codes() categories?: string[];
  /** This or routeId. */
  @Optional() @Reference(100) decisionId?: string;
  @Optional() @Reference(100) routeId?: string;
  /** codes: directions */
  @Optional() @Code() direction?: string;
  /** codes: media */
  @Optional() @Code() medium?: string;
  @Optional() @Flag() targetedAnswer?: boolean;
  @Optional() @Code() purpose?: string;
}
