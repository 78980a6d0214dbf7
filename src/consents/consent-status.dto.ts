import { ValidateBy } from 'class-validator';
import { PersonDto, RecipientDto, DossierReferenceDto } from '#src/events/dto/common.dto';
import { Code, Item, KnownCode, Moment, Optional } from '#src/events/dto/fields';

export class AskedSubjectDto extends PersonDto {}

/** A person is known per law: nobody is joined across laws (architecture.md). */
export class DataSubjectDto extends PersonDto {
  /** codes: laws */
  @KnownCode(['laws'], 'Deze wet') law!: string;
}

/** A position in the ledger, from 0. */
function LedgerPosition(): PropertyDecorator {
  return ValidateBy({
    name: 'ledgerPosition',
    validator: {
      validate: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
      defaultMessage: () => 'Geef hier een positie in het grootboek: een geheel getal vanaf 0.',
    },
  });
}

/** `POST /v1/consents/_status`: is there consent, in this dossier or of this person, for this, at this moment? */
export class ConsentStatusDto {
  /** Exactly one of dossier and dataSubject. */
  @Optional() @Item(() => DossierReferenceDto) dossier?: DossierReferenceDto;
  /** With a dossier. Left out: everyone the dossier is about (role client or youth). */
  @Optional() @Item(() => AskedSubjectDto) subject?: AskedSubjectDto;
  /** One person in all dossiers of one law. */
  @Optional() @Item(() => DataSubjectDto) dataSubject?: DataSubjectDto;
  /** codes: purposes */
  @Code() purpose!: string;
  @Item(() => RecipientDto) recipient!: RecipientDto;
  /** codes: dataCategories */
  @Code() category!: string;
  /** RFC 3339 with offset. */
  @Moment() at!: string;
  /** As the ledger knew it at this position; left out: as it knows it now. */
  @Optional() @LedgerPosition() asKnownAt?: number;
}
