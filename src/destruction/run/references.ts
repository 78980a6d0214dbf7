import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind, type StreamName } from '#domain/ledger/ids';
import type { DossierReference } from '#infra/vault/port';
import { OWN_SYSTEM } from '#src/recording/targets';

/** Every reference a stream was known by, once each: out of its events, since the vault keeps them only keyed. */
export function referencesIn(stream: StreamName, events: readonly LedgerEvent[]): readonly DossierReference[] {
  const references: DossierReference[] = [];
  for (const { data } of events) {
    const found = referenceIn(stream, data as NamedIn);
    if (found === null || references.some(({ system, reference }) => system === found.system && reference === found.reference)) continue;
    references.push({ system: found.system, reference: found.reference });
  }
  return references;
}

interface NamedIn {
  readonly dossier?: DossierReference;
  readonly meetingId?: string;
  readonly requestId?: string;
  readonly on?: string;
}

function referenceIn(stream: StreamName, { dossier, meetingId, requestId, on }: NamedIn): DossierReference | null {
  const own = (name: string, id: string | undefined): DossierReference | null => (id === undefined ? null : { system: OWN_SYSTEM, reference: `${name}/${id}` });
  switch (streamKind(stream)) {
    case 'dossier': return dossier ?? null;
    case 'meeting': return own('meeting', meetingId);
    case 'rights-request': return own('rights-request', requestId);
    case 'searches': return own('searches', on?.slice(0, 7));
    default: return null;
  }
}
