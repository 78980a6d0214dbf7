import { ValidateBy } from 'class-validator';
import { UNKNOWN_CODE } from '#domain/mapping/mapping-table';
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

/**
 * All codes that nobody has mapped are recorded as one and the same: an answer about that one would speak of things that
 * were never asked together.
 */
function Mapped(): PropertyDecorator {
  return ValidateBy({
    name: 'mappedCode',
    validator: {
      validate: (value) => value !== UNKNOWN_CODE && (value as { readonly kind?: unknown } | null)?.kind !== UNKNOWN_CODE,
      defaultMessage: () => 'Dit staat voor elke code die het grootboek niet kent: daarover is geen antwoord te geven. Vraag naar een bekende code.',
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
  @Code() @Mapped() purpose!: string;
  @Item(() => RecipientDto) @Mapped() recipient!: RecipientDto;
  /** codes: dataCategories */
  @Code() @Mapped() category!: string;
  /** RFC 3339 with offset. */
  @Moment() at!: string;
  /** As the ledger knew it at this position; left out: as it knows it now. */
  @Optional() @LedgerPosition() asKnownAt?: number;
}
