import { CommonDto, DeciderDto, DossierReferenceDto, FactDto, SubjectDto } from '#src/events/dto/common.dto';
import { Code, Codes, Day, Item, Items, KnownCode, KnownCodes, OneOf, Optional, Reference, Sha256, Text } from '#src/events/dto/fields';

export class RetentionTriggerDto extends FactDto {
  @KnownCode(['retentionTriggers'], 'Deze brondatum') trigger!: string;
  @Day() on!: string;
  /** Event id of the trigger that this one replaces. */
  @Optional() @Reference(100) corrects?: string;
}

export class RetentionRuleChangedDto extends FactDto {
  /** Ids of rules of a retention schedule. */
  @Codes() retentionRules!: string[];
  /** Reference of the archivist's advice: needed for a shorter term. */
  @Optional() @Reference() archivistAdvice?: string;
  @Optional() @Item(() => DeciderDto) decidedBy?: DeciderDto;
}

export class RetentionExtendedDto extends FactDto {
  /** Last calendar day on which it is kept. */
  @Day() until!: string;
  @Optional() @Text(500) ground?: string;
  @Optional() @Item(() => DeciderDto) decidedBy?: DeciderDto;
}

export class SourceCertificateDto {
  /** Place of the source's own verklaring van vernietiging. */
  @Reference() reference!: string;
  @Optional() @Sha256() sha256?: string;
}

/** Only from the source that leads its own destruction (mapping table: `leading`) it has an effect. */
export class DestroyedAtSourceDto extends FactDto {
  @Day() on!: string;
  @Optional() @Item(() => SourceCertificateDto) certificate?: SourceCertificateDto;
}

export class PeriodDto {
  @Optional() @Day() from?: string;
  @Optional() @Day() until?: string;
}

/** Which dossiers, also those still to come; what is left out does not narrow it. */
export class HoldScopeDto {
  @Optional() @Codes() rules?: string[];
  @Optional() @KnownCodes(['laws'], 'Een wet') laws?: string[];
  /** Dossiers opened in it. */
  @Optional() @Item(() => PeriodDto) period?: PeriodDto;
}

/** Of one dossier, or with a scope of many: exactly one of the two. */
export abstract class HoldDto extends CommonDto {
  @Optional() @Item(() => DossierReferenceDto) dossier?: DossierReferenceDto;
  @Optional() @Items(() => SubjectDto) subjects?: SubjectDto[];
  @Optional() @Item(() => HoldScopeDto) scope?: HoldScopeDto;
  @Code('holdKinds') kind!: string;
  @Day() on!: string;
  @Optional() @Reference(100) holdId?: string;
}

export class HoldPlacedDto extends HoldDto {}

/** Without holdId: every standing hold of this kind, on the dossier or with exactly this scope. */
export class HoldLiftedDto extends HoldDto {}

export class DesignationChangedDto extends FactDto {
  @OneOf('vernietigen', 'blijvend_bewaren') designation!: string;
  @Optional() @Text(500) hotspot?: string;
  @Optional() @Text(500) exception?: string;
  /** Later: transferred. */
  @Optional() @Code() outcome?: string;
}

/** Which request of the ledger to a location is answered. */
export class DestructionConfirmedDto extends CommonDto {
  @Reference(100) destructionRequestId!: string;
  @Optional() @Day() destroyedOn?: string;
  @Optional() @Reference(100) location?: string;
}
