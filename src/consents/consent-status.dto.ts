import { PersonDto, RecipientDto, DossierReferenceDto } from '#src/events/dto/common.dto';
import { Code, Item, Moment, Optional } from '#src/events/dto/fields';

export class AskedSubjectDto extends PersonDto {}

/** `POST /v1/consents/_status`: is there consent, in this dossier, for this, at this moment? */
export class ConsentStatusDto {
  @Item(() => DossierReferenceDto) dossier!: DossierReferenceDto;
  /** Left out: everyone the dossier is about (role client or youth). */
  @Optional() @Item(() => AskedSubjectDto) subject?: AskedSubjectDto;
  /** codes: purposes */
  @Code() purpose!: string;
  @Item(() => RecipientDto) recipient!: RecipientDto;
  /** codes: dataCategories */
  @Code() category!: string;
  /** RFC 3339 with offset. */
  @Moment() at!: string;
}
