import type { LedgerEvent } from '#domain/ledger/event';
import type { DossierReference } from '#infra/vault/port';

/** Every reference a dossier was known by, once each: out of its events, since the vault keeps them only keyed. */
export function referencesIn(events: readonly LedgerEvent[]): readonly DossierReference[] {
  const references: DossierReference[] = [];
  for (const { data } of events) {
    const { dossier } = data as { readonly dossier?: DossierReference };
    if (dossier === undefined || references.some(({ system, reference }) => system === dossier.system && reference === dossier.reference)) continue;
    references.push({ system: dossier.system, reference: dossier.reference });
  }
  return references;
}
