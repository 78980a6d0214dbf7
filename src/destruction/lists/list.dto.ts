import { IsString, Length, Matches, ValidateIf } from 'class-validator';
import { EXCEPTION_KINDS, type Advice, type ExceptionKind, type ReplaceablePart } from '#domain/destruction/events';
import { HEARD, TELLING_MEANS, type Heard, type TellingMeans } from '#domain/destruction/list-people';
import { ARCHIVIST_STEPS, type ArchivistStep } from '#domain/destruction/list-policy';
import { DossierReferenceDto } from '#src/events/dto/common.dto';
import { Code, Codes, Count, Day, Items, OneOf, Optional, Reference } from '#src/events/dto/fields';
import { NoBsn } from '#src/destruction/lists/no-bsn';

const NAME_ADVICE = 'Geef de lijst een naam van 3 tot 80 tekens: letters, cijfers, spaties en . , ( ) / -';

/** Name of a list; it is no place for a person's name, which no rule can test, nor for a number that names one. */
export class DrawUpListDto {
  @IsString({ message: NAME_ADVICE })
  @Matches(/^[\p{L}\p{N}][\p{L}\p{N} .,()/-]{2,79}$/u, { message: NAME_ADVICE })
  @NoBsn()
  name!: string;

  /** `short`: only dossiers whose rules allow the short procedure. Left out: full. */
  @Optional() @OneOf('full', 'short')
  procedure?: 'full' | 'short';

  /**
   * Left out: what has reached the end of its term. `erasure`: by a granted request of a person. `correction`: single
   * events, which is not built yet.
   */
  @Optional() @OneOf('term', 'erasure', 'correction')
  kind?: 'term' | 'erasure' | 'correction';
  /** With erasure: the request that was granted. */
  @Optional() @Reference(100) requestId?: string;
  /** With erasure: which of that person's dossiers. Left out: all in which that person is client or youth. */
  @Optional() @Items(() => DossierReferenceDto) dossiers?: DossierReferenceDto[];
  /** With correction: ids of events. */
  @Optional() @Codes() events?: string[];
}

export class ApproveListDto {
  @IsString({ message: 'Typ de naam van de lijst over.' })
  name!: string;
}

export class ReasonDto {
  @IsString({ message: 'Geef een reden.' })
  @Length(3, 500, { message: 'Geef een reden van 3 tot 500 tekens.' })
  @NoBsn()
  reason!: string;
}

export class SubmitListDto {
  /** Needed after changes were requested: what was done with them. */
  @Optional() @IsString({ message: 'Geef een antwoord.' })
  @Length(3, 500, { message: 'Geef een antwoord van 3 tot 500 tekens.' })
  @NoBsn()
  answer?: string;
}

/** `PUT …/items/{n}`: off the list, with what is to become of it; null puts it back. */
export class ExceptItemDto extends ReasonDto {
  @ValidateIf((_wish, value) => value !== null) @OneOf(...EXCEPTION_KINDS)
  exception!: ExceptionKind | null;
  /** With extend: last calendar day on which it is to be kept. */
  @Optional() @Day() until?: string;
  /** With other-rule: id of the rule that is to apply. */
  @Optional() @Code() rule?: string;
}

export class AdviceDto extends ReasonDto {
  @OneOf('agreed', 'not-agreed')
  advice!: Advice;
}

export class ReplacePersonDto extends ReasonDto {
  @OneOf('drawing-up', 'review')
  part!: ReplaceablePart;
}

/** `POST …/hearings`, of an erasure list: what came of it is the reason. */
export class HearingDto extends ReasonDto {
  @OneOf(...HEARD)
  whom!: Heard;
  /** Calendar date. */
  @Day() on!: string;
}

const RECIPIENTS_MAX = 1_000_000;

/** `POST …/tellings`: who got data of what was erased was told so (AVG 19). */
export class TellingDto {
  /** Number of the recipient on the list. Left out: all that were not told yet. */
  @Optional() @Count(1, RECIPIENTS_MAX) recipient?: number;
  /** Calendar date. */
  @Day() on!: string;
  @OneOf(...TELLING_MEANS)
  means!: TellingMeans;
}

const WAITING_DAYS_MAX = 365;

/** `POST /v1/destruction-policies`: how lists go here; what is left out stays as it is. */
export class ListPolicyDto {
  @Optional() @OneOf(...ARCHIVIST_STEPS)
  archivistStep?: ArchivistStep;
  @Optional() @Count(1, WAITING_DAYS_MAX)
  waitingDays?: number;
  /** Place of the decision: number and date. */
  @Reference() mandate!: string;
  /** Calendar date of the decision. */
  @Day() on!: string;
}

const NIGHT_MAX = 100_000;

/** `POST /v1/standing-authorisations`: the archivist's permission beforehand. */
export class StandingAuthorisationDto {
  /** Ids of adopted rules whose policy is standing. */
  @Codes() rules!: string[];
  /** Last calendar day on which it works. */
  @Day() until!: string;
  /** Dossiers a night at most. */
  @Count(1, NIGHT_MAX) maxNumber!: number;
  /** Part of all dossiers a night at most, in percent. */
  @Count(1, 100) maxPercent!: number;
  @Reference() mandate!: string;
}
