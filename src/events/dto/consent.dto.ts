import { ConsentScopeDto, FactDto, RecipientDto } from '#src/events/dto/common.dto';
import { Code, Codes, Count, Day, Flag, Item, Items, Optional, Reference, Sha256, Text } from '#src/events/dto/fields';

export class FollowsRefusalDto {
  @Count() attempt!: number;
}

export class ConsentRequestedDto extends ConsentScopeDto {
  /** codes: consentFunctions */
  @Optional() @Code() function?: string;
  @Optional() @Item(() => FollowsRefusalDto) followsRefusal?: FollowsRefusalDto;
}

export class ConsentGiverDto {
  /** codes: consentGiverRelations */
  @Code() relation!: string;
  @Optional() @Reference() reference?: string;
}

export class FreelyDto {
  @Optional() @Flag() dependent?: boolean;
  @Optional() @Flag() consequencesExplained?: boolean;
  @Optional() @Flag() understood?: boolean;
}

export class EvidenceDto {
  /** codes: evidenceKinds */
  @Code() kind!: string;
  @Optional() @Reference() reference?: string;
  @Optional() @Sha256() sha256?: string;
}

export class ConsentGivenDto extends FactDto {
  @Reference(100) consentId!: string;
  @Codes() purposes!: string[];
  @Items(() => RecipientDto) recipients!: RecipientDto[];
  @Codes() categories!: string[];
  @Items(() => ConsentGiverDto) givenBy!: ConsentGiverDto[];
  /** codes: consentForms */
  @Code() form!: string;
  /** codes: consentFunctions */
  @Optional() @Code() function?: string;
  @Optional() @Flag() explicit?: boolean;
  /** Function of who informed the person. */
  @Optional() @Text(100) informedBy?: string;
  @Optional() @Item(() => FreelyDto) freely?: FreelyDto;
  /** Last calendar day on which it holds. */
  @Optional() @Day() validUntil?: string;
  @Optional() @Reference(100) planId?: string;
  @Optional() @Item(() => EvidenceDto) evidence?: EvidenceDto;
  @Optional() @Flag() generic?: boolean;
}

export class ConsentRefusedDto extends ConsentScopeDto {
  /** codes: refusalReasons */
  @Optional() @Code() reason?: string;
  @Optional() @Code() form?: string;
}

export class ConsentWithdrawnDto extends ConsentScopeDto {
  /** codes: refusalReasons */
  @Optional() @Code() reason?: string;
  @Optional() @Code() form?: string;
}
