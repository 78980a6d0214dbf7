import {
  Bsn, CaseReference, Code, Codes, Day, Flag, Item, Items, Moment, Optional, OrganisationName, Reference, Text,
} from '#src/events/dto/fields';

/** The case system's own dossier. */
export class DossierReferenceDto {
  @Reference(100) system!: string;
  @CaseReference() reference!: string;
}

/** A person: by BSN, or by a system's own reference; exactly one of the two. */
export abstract class PersonDto {
  @Optional() @Bsn() bsn?: string;
  @Optional() @Reference(100) system?: string;
  @Optional() @Reference() reference?: string;
}

export class SubjectDto extends PersonDto {
  @Optional() @Code('subjects') role?: string;
}

/** Somebody else whom the data say something about. */
export class OtherPersonDto extends SubjectDto {
  @Optional() @Flag() ownDossier?: boolean;
}

/** Who decided, by function. */
export class DeciderDto {
  @Text(100) function!: string;
  @Optional() @Reference() reference?: string;
}

export class FunctionDto {
  @Text(100) function!: string;
}

export class ActorDto {
  @Text(100) function!: string;
  @Optional() @Reference() reference?: string;
  @Optional() @OrganisationName() organisation?: string;
}

/** By name or by kind; one at least. A kind is a sort of recipient, or the law of another domain of the municipality. */
export class RecipientDto {
  @Optional() @OrganisationName() organisation?: string;
  @Optional() @Code('counterparties', 'recipientCategories', 'laws') kind?: string;
}

/**
 * Common to the data of every event (event-catalogue.md, "Common to all data").
 * A class never makes an inherited optional field required: class-validator would keep it optional in silence.
 */
export abstract class CommonDto {
  /** RFC 3339 with offset; exactly one of occurredAt and occurredOn. */
  @Optional() @Moment() occurredAt?: string;
  /** Calendar date in Europe/Amsterdam. */
  @Optional() @Day() occurredOn?: string;
  @Optional() @Item(() => ActorDto) actor?: ActorDto;
  @Optional() @Text(500) motivation?: string;
  /** Place of the motivation in the source dossier. */
  @Optional() @Reference() motivationRef?: string;
}

/** Of a fact about one dossier. */
export abstract class FactCoreDto extends CommonDto {
  @Item(() => DossierReferenceDto) dossier!: DossierReferenceDto;
}

export abstract class FactDto extends FactCoreDto {
  /** Left out: all of the dossier's with role client or youth. */
  @Optional() @Items(() => SubjectDto) subjects?: SubjectDto[];
}

/** What a consent act is about, when it says so. */
export abstract class ConsentScopeDto extends FactDto {
  @Reference(100) consentId!: string;
  @Optional() @Codes('purposes') purposes?: string[];
  @Optional() @Items(() => RecipientDto) recipients?: RecipientDto[];
  @Optional() @Codes('dataCategories') categories?: string[];
}
