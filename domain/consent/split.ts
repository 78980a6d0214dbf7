import type { DossierReferenceData } from '#domain/ledger/fact';

/** A consent as it was sent: the dossier it was given in, and the others that it covers. */
export type ConsentAsSent = Readonly<Record<string, unknown>> & {
  readonly dossier: DossierReferenceData;
  readonly dossiers?: readonly DossierReferenceData[];
};

/** Data of `consent-given` for one dossier. Persons may still be BSNs: each dossier maps them under its own law. */
export interface ConsentPart {
  /** With source and id of the whole it makes the part's own id: the same on every resend. */
  readonly part: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface SplitConsent {
  /** One per other dossier, each once; recorded first. */
  readonly parts: readonly ConsentPart[];
  /** Recorded last, in the dossier it was given in. */
  readonly whole: Readonly<Record<string, unknown>>;
}

/** No dossier names another: what belongs to two laws must not be joined by the ledger. */
export function splitConsent(sent: ConsentAsSent): SplitConsent {
  const { dossiers = [], ...whole } = sent;
  const seen = new Set([keyOf(sent.dossier)]);
  const parts = dossiers.flatMap((dossier, index): ConsentPart[] => {
    const key = keyOf(dossier);
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ part: `dossiers/${index}`, data: { ...whole, dossier } }];
  });
  return { parts, whole };
}

function keyOf({ system, reference }: DossierReferenceData): string {
  return JSON.stringify([system, reference]);
}
