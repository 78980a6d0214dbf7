import { catalogueEntry, isEventType } from '#domain/catalogue';
import { correctionRefusal, type Correction } from '#domain/ledger/corrections';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind, type EventId, type StreamName } from '#domain/ledger/ids';
import { personKey } from '#domain/ledger/person-key';
import { refusal } from '#domain/ledger/refusals';
import type { EventStore } from '#infra/event-store/port';
import type { DossierReference } from '#infra/vault/port';
import { originalsUnder } from '#domain/mapping/originals';
import type { SourceTables } from '#src/mapping/source-tables';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { KeyMissing } from '#src/recording/open-stored';
import { done, refused, type Outcome } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import type { Recordable } from '#src/recording/record-in-stream';

const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Where the event stands that is corrected: there its correction goes. */
export type CorrectedPlace =
  | { readonly kind: 'dossier' | 'access'; readonly reference: DossierReference }
  | { readonly kind: 'rights-request'; readonly requestId: string }
  | { readonly kind: 'meeting'; readonly meetingId: string }
  | { readonly kind: 'governance' }
  | { readonly kind: 'destruction-list'; readonly stream: StreamName };

/**
 * The correction or annulment as it is recorded: what it is of, and which version, come from the ledger. A replacement
 * is checked as data of the original's type, and stays in the original's stream.
 */
export async function correctionOf(
  fact: Recordable, sender: Principal, store: EventStore, writer: LedgerWriter, tables: SourceTables,
): Promise<Outcome<{ readonly place: CorrectedPlace; readonly correction: Recordable }>> {
  const eventId = fact.data['eventId'] as string;
  const original = await originalOf(eventId, store, writer);
  const place = original === null ? null : placeOf(original);
  if (original === null || place === null) {
    return refused(refusal('not-found', 'Deze gebeurtenis is hier niet bekend. Noem het id dat in de ontvangstbevestiging staat.', '/data/eventId'));
  }
  const denied = correctionRefusal(fact.type as Correction['type'], {
    type: original.type, source: original.origin?.source ?? null, person: original.person === undefined ? null : personKey(original.person),
  }, {
    source: fact.source, person: fact.person === null ? null : personKey(fact.person), isPrivacyOfficer: sender.roles.includes('privacy-officer'),
  });
  if (denied !== null) return refused(denied);
  const replacement = fact.data['replacement'];
  let mapped: Pick<Recordable, 'data' | 'originals'> = { data: fact.data };
  if (replacement !== undefined) {
    const checked = tables.check(fact.source, original.type, replacement);
    if (!checked.ok) {
      const errors = checked.errors.map((error) => ({ ...error, path: `/data/replacement${error.path}` }));
      return refused({ code: errors[0]!.code, detail: errors.length === 1 ? errors[0]!.detail : `Er zijn ${errors.length} fouten gevonden.`, errors });
    }
    if (!samePlace(place, checked.value)) {
      return refused(refusal('field-invalid', 'Een verbetering blijft in hetzelfde dossier. Trek de gebeurtenis in en stuur haar opnieuw.', '/data/replacement'));
    }
    const originals = originalsUnder('/replacement', checked.originals);
    mapped = { data: { ...fact.data, replacement: checked.value }, ...(originals === undefined ? {} : { originals }) };
  }
  const ofSchema = replacement === undefined ? {} : { ofSchema: catalogueEntry(original.type).schema };
  return done({ place, correction: { ...fact, ...mapped, data: { ...mapped.data, ofType: original.type, ...ofSchema } } });
}

/** Null: no such event, or destroyed. */
async function originalOf(id: string, store: EventStore, writer: LedgerWriter): Promise<LedgerEvent | null> {
  const place = EVENT_ID.test(id) ? await store.receiptOf(id as EventId) : null;
  if (place === null) return null;
  const entry = (await store.readAll(place.position, 1)).entries[0];
  if (entry?.kind !== 'event') return null;
  try {
    return await writer.open(entry.event);
  } catch (error) {
    if (error instanceof KeyMissing) return null;
    throw error;
  }
}

function placeOf({ stream, type, data }: LedgerEvent): CorrectedPlace | null {
  const { dossier, requestId, meetingId } = data as { readonly dossier: DossierReference; readonly requestId: string; readonly meetingId: string };
  const kind = streamKind(stream);
  switch (kind) {
    case 'dossier': case 'access': return isEventType(type) && dossier !== undefined ? { kind, reference: dossier } : null;
    case 'rights-request': return { kind, requestId };
    case 'meeting': return { kind, meetingId };
    case 'governance': return { kind };
    case 'destruction-list': return { kind, stream };
    case 'searches': case 'destruction-list-items': case 'log': return null;
  }
}

function samePlace(place: CorrectedPlace, data: Readonly<Record<string, unknown>>): boolean {
  switch (place.kind) {
    case 'dossier': case 'access': {
      const dossier = data['dossier'] as Partial<DossierReference> | undefined;
      return dossier?.system === place.reference.system && dossier?.reference === place.reference.reference;
    }
    case 'rights-request': return data['requestId'] === place.requestId;
    case 'meeting': return data['meetingId'] === place.meetingId;
    case 'governance': return data['dossier'] === undefined;
    case 'destruction-list': return true;
  }
}
