import { DOSSIER_STATUSES, type DossierStatus } from '#projections/dossier-register/projection';
import { DossierReferenceDto } from '#src/events/dto/common.dto';
import { Bsn, Count, Item, KnownCode, OneOf, Optional, Text } from '#src/events/dto/fields';

/** `POST /v1/dossiers/_search`: one dossier by its reference, or those that fit the rest. */
export class DossierSearchDto {
  @Optional() @Item(() => DossierReferenceDto) dossier?: DossierReferenceDto;
  @Optional() @KnownCode(['laws'], 'Deze wet') law?: string;
  @Optional() @OneOf(...DOSSIER_STATUSES) status?: DossierStatus;
  @Optional() @Count(1850, 2200) openedYear?: number;
  @Optional() @Count(1, 500) limit?: number;
  /** `next` of the page before. */
  @Optional() @Text(60) after?: string;
}

/** `POST /v1/data-subjects/_search`: in which dossiers is this person, and why do you ask? */
export class DataSubjectSearchDto {
  @Bsn() bsn!: string;
  @Text(500) reason!: string;
}
