import { DeciderDto, FactDto, RecipientDto } from '#src/events/dto/common.dto';
import { Code, Codes, Day, Flag, Item, Items, Optional, Reference, WordOr } from '#src/events/dto/fields';

export class NoticeDto {
  @Reference(100) id!: string;
  @Optional() @Reference(100) version?: string;
}

export class InformedAboutDto {
  @Optional() @Codes('purposes') purposes?: string[];
  @Optional() @Codes('dataCategories') categories?: string[];
  @Optional() @Items(() => RecipientDto) recipients?: RecipientDto[];
  @Optional() @Flag() rights?: boolean;
}

/** What the informing was for: a decision, a meeting, a consent. */
export class ConcernsDto {
  @Optional() @Reference(100) decisionId?: string;
  @Optional() @Reference(100) meetingId?: string;
  @Optional() @Reference(100) consentId?: string;
}

export class SubjectInformedDto extends FactDto {
  @Code('channels') channel!: string;
  @WordOr('mondeling', () => NoticeDto) notice!: NoticeDto | 'mondeling';
  @Optional() @Item(() => InformedAboutDto) about?: InformedAboutDto;
  @Optional() @Flag() discussed?: boolean;
  /** BCP 47 */
  @Optional() @Code() language?: string;
  @Optional() @Item(() => ConcernsDto) concerns?: ConcernsDto;
}

export class SafeContactDto {
  @Code('channels') channel!: string;
}

export class InformingDeferredDto extends FactDto {
  @Code('notInformingGrounds') ground!: string;
  @Day() reviewOn!: string;
  @Optional() @Item(() => DeciderDto) decidedBy?: DeciderDto;
  @Optional() @WordOr('none', () => SafeContactDto) safeContact?: SafeContactDto | 'none';
}
