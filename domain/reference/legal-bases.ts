import source from '#domain/reference/legal-bases.json' with { type: 'json' };

/** codes: consentNeed */
export type ConsentNeed =
  | 'required' | 'required-explicit' | 'required-unambiguous' | 'required-written' | 'not-required' | 'not-stated';

/** One row of legal-bases.json: article x counterparty x direction. Dates are calendar dates, inclusive. */
export interface LegalBasis {
  readonly id: string;
  /** codes: legalBasisKinds; only basis and conditional may ground an act. */
  readonly kind: string;
  readonly law: string;
  readonly article: string | null;
  readonly direction: string | null;
  readonly fromLaws?: readonly string[];
  readonly toLaw?: string;
  readonly taskLaw?: string;
  readonly counterparty: string | null;
  readonly dataClasses: readonly string[];
  readonly requirements: readonly string[];
  readonly consent: ConsentNeed;
  /** codes: gdprBases */
  readonly gdprBasis: string | null;
  readonly inForce: boolean;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
}

const rows = source as unknown as readonly LegalBasis[];
const byId = new Map(rows.map((row) => [row.id, row]));

export function legalBases(): readonly LegalBasis[] {
  return rows;
}

export function findLegalBasis(id: string): LegalBasis | undefined {
  return byId.get(id);
}

/**
 * What the row itself says on consent. `not-stated` is neither yes nor no (reference README): the account prints it
 * beside the total, never in it.
 */
export function consentRequired(row: Pick<LegalBasis, 'consent'>): 'required' | 'not-required' | 'not-stated' {
  return row.consent === 'not-required' || row.consent === 'not-stated' ? row.consent : 'required';
}
