import { CommonDto, DeciderDto } from '#src/events/dto/common.dto';
import { Code, Codes, Count, Day, Item, Items, KnownCode, Moment, Optional, OrganisationName, OrganisationNames, Reference, Text } from '#src/events/dto/fields';

export class FrameworkRatifiedDto extends CommonDto {
  @Reference(100) version!: string;
  @Optional() @Reference() decision?: string;
  @Optional() @Day() date?: string;
}

export class CovenantFlowDto {
  @Optional() @OrganisationName() from?: string;
  @Optional() @OrganisationName() to?: string;
  @Optional() @Codes('dataCategories') categories?: string[];
  @Optional() @Code('purposes') purpose?: string;
}

export class CovenantPublishedDto extends CommonDto {
  @Optional() @Reference(100) covenantId?: string;
  @Optional() @OrganisationNames() participants?: string[];
  @Optional() @Items(() => CovenantFlowDto) matrix?: CovenantFlowDto[];
  @Optional() @Reference(500) url?: string;
  @Optional() @Day() date?: string;
}

export class DeviationAcknowledgedDto extends CommonDto {
  @Optional() @Reference(100) deviationId?: string;
  @Optional() @Text(500) scope?: string;
  @Optional() @Item(() => DeciderDto) decidedBy?: DeciderDto;
  @Optional() @Day() until?: string;
}

export class DeviationEndedDto extends CommonDto {
  @Optional() @Reference(100) deviationId?: string;
  @Optional() @Day() on?: string;
}

export class DpiaAdoptedDto extends CommonDto {
  @Optional() @Reference() reference?: string;
  @Optional() @Day() date?: string;
}

/** How many persons, about: both ends included. */
export class PersonsRangeDto {
  @Count(0, 100_000_000) from!: number;
  @Optional() @Count(0, 100_000_000) upTo?: number;
}

export class DataBreachRecordedDto extends CommonDto {
  @Optional() @Reference(100) breachId?: string;
  @Moment() discoveredAt!: string;
  @Optional() @Code('breachKinds') kind?: string;
  @Optional() @Item(() => PersonsRangeDto) persons?: PersonsRangeDto;
}

export class DataBreachAssessedDto extends DataBreachRecordedDto {
  /** yes, no or assessing */
  @Optional() @Code() notifiable?: string;
  @Optional() @Text(500) reasonNot?: string;
  @Optional() @Moment() reportedToApAt?: string;
  @Optional() @Moment() personsToldAt?: string;
}

export class SourceCoverageDto {
  @Reference() source!: string;
  @Optional() @Day() connectedSince?: string;
  @Optional() @Count(0, 100_000_000) dossiers?: number;
  @Optional() @Day() onDate?: string;
}

export class CoverageDeclaredDto extends CommonDto {
  @Optional() @Items(() => SourceCoverageDto) sources?: SourceCoverageDto[];
}

export class ExchangeRouteRegisteredDto extends CommonDto {
  @Reference(100) routeId!: string;
  /** Id of a row of legal-bases.json. */
  @Optional() @Code() basis?: string;
  @Optional() @Code('counterparties', 'recipientCategories') recipientKind?: string;
  @Optional() @Codes('dataCategories') categories?: string[];
  @Optional() @Code('purposes') purpose?: string;
  @Optional() @Day() from?: string;
}

export class ExchangeRouteEndedDto extends CommonDto {
  @Reference(100) routeId!: string;
  @Optional() @Day() on?: string;
}

/** A role in a case system: what it reaches and what for. */
export abstract class AccessDto extends CommonDto {
  @Optional() @Code() role?: string;
  @Optional() @Text(500) scope?: string;
  @Optional() @Text(500) purpose?: string;
}

export class AccessGrantedDto extends AccessDto {}

export class AccessRevokedDto extends AccessDto {}

export class ImportDeclaredDto extends CommonDto {
  @Reference(100) batch!: string;
  /** CloudEvents source of the events. */
  @Reference() source!: string;
  @Day() from!: string;
}

export class ReferralCountedDto extends CommonDto {
  @KnownCode(['laws'], 'Deze wet') law!: string;
  @Count(1850, 2200) year!: number;
  @Optional() @Count(1, 100_000) count?: number;
}
