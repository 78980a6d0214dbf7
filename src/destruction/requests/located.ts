import type { ListKind } from '#domain/destruction/list-kind';
import type { DossierLocated, DossierOpened } from '#domain/dossier/events';
import { standing } from '#domain/ledger/corrections';
import type { LedgerEvent } from '#domain/ledger/event';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import type { StreamName } from '#domain/ledger/ids';
import type { LocationSettings } from '#src/destruction/requests/locations-file';
import type { LedgerWriter } from '#src/recording/ledger-writer';

/** A copy of one dossier at one place. */
export interface LocatedCopy {
  readonly stream: StreamName;
  /** The dossier there, as that system names it. */
  readonly reference: string;
}

/** Own and processors' places that no configuration knows: nobody is asked by itself, and that stays to be seen. */
export const WITHOUT_RECEIVER: LocationSettings = { system: '', name: 'zonder ontvanger', mode: 'confirm', source: null, receiver: null };

/**
 * Copies of these dossiers by place. Another controller's place is not asked; nor is the source that leads, when the list
 * follows it: it has said itself that it destroyed them.
 */
export async function copiesOf(
  streams: readonly StreamName[], kind: ListKind, settings: readonly LocationSettings[], writer: Pick<LedgerWriter, 'read'>,
): Promise<ReadonlyMap<LocationSettings, readonly LocatedCopy[]>> {
  const bySystem = new Map(settings.map((location) => [location.system, location]));
  const copies = new Map<LocationSettings, LocatedCopy[]>();
  for (const stream of streams) {
    const read = await writer.read(stream);
    if (read === 'none' || read === 'destroyed') continue;
    const seen = new Set<string>();
    const events = standing<LedgerEvent>(read.events);
    const leads = kind === 'follow' ? leadingPlace(events) : null;
    for (const event of events) {
      if (event.type !== 'dossier-located') continue;
      const { location: { system, reference, controller }, dossier } = (event as LedgerEvent & DossierLocated).data;
      if (controller === 'other') continue;
      const location = bySystem.get(system) ?? WITHOUT_RECEIVER;
      if (leads !== null && (system === leads.system || (location.source !== null && location.source === leads.source))) continue;
      const named = reference ?? dossier.reference;
      const key = JSON.stringify([location.name, named]);
      if (seen.has(key)) continue;
      seen.add(key);
      const there = copies.get(location);
      if (there === undefined) copies.set(location, [{ stream, reference: named }]);
      else there.push({ stream, reference: named });
    }
  }
  return copies;
}

/** The system that the dossier was opened from, and whose word counts for it. */
function leadingPlace(events: readonly LedgerEvent[]): { readonly system: string; readonly source: string | null } | null {
  const opening = events.find(({ type }) => type === 'dossier-opened') as (LedgerEvent & DossierOpened & FactOrigin) | undefined;
  if (opening === undefined) return null;
  const { leadingSource, dossier } = opening.data;
  return { system: dossier.system, source: leadingSource ?? opening.origin?.source ?? null };
}
