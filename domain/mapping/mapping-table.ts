import type { CodeList } from '#domain/reference/codes';

/** What one kind of dossier of a source is here. */
export interface DossierType {
  /** codes: laws */
  readonly law: string;
  /** Ids of rules of the adopted retention schedule. */
  readonly retentionRules?: readonly string[];
  /** Our word for it, when theirs is no code. */
  readonly zaaktype?: string;
  /** CloudEvents source whose word counts for closing, trigger and hold; left out: the source that opens it. */
  readonly leadingSource?: string;
}

/** A place where a source keeps documents, by the name that it sends as `location.system`. */
export interface LocationOfSource {
  readonly system: string;
  /** codes: locationKinds */
  readonly kind?: string;
  /** codes: locationControllers */
  readonly controller?: string;
}

type Renamed<To = string> = ReadonlyMap<string, To>;

/** Mapping table of one source (event-catalogue.md, "Envelope"): what it writes -> what that is here. */
export interface MappingTable {
  /** CloudEvents source it belongs to. */
  readonly source: string;
  /** Types as the source writes them -> names of the catalogue, without prefix. */
  readonly eventTypes: Renamed;
  /** Per list of codes.json: codes of the source -> codes of the list. */
  readonly codes: ReadonlyMap<CodeList, Renamed>;
  readonly dossierTypes: Renamed<DossierType>;
  readonly retentionRules: Renamed;
  readonly locations: Renamed<LocationOfSource>;
  /** One in eleven nine-digit numbers passes the test of a BSN; a source may say that its references never are one. */
  readonly referencesAreNoBsns: boolean;
  /** The source destroys by its own procedure, and its dossiers here follow. Left out: the ledger leads. */
  readonly leading?: 'source';
}

/** What stands for a code that nobody has mapped. */
export const UNKNOWN_CODE = 'onbekend';
