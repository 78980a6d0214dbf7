import { CATALOGUE, isSentEventType } from '#domain/catalogue';
import type { NewEvent } from '#domain/ledger/event';
import type { CommonData } from '#domain/ledger/fact';
import type { EventId } from '#domain/ledger/ids';
import { refusal, type Refusal } from '#domain/ledger/refusals';

/** Which event is meant. Type and schema come from the ledger when it is recorded, never from the sender. */
interface OfEvent {
  /** The original event, also when it was corrected before: the latest correction of it counts. */
  readonly eventId: EventId;
  readonly ofType: string;
}

/** The replacement is whole: data of `ofType`, at version `ofSchema`, and stands in the place of the original's. */
export type EventCorrected = NewEvent<'event-corrected', CommonData & OfEvent & {
  readonly ofSchema: number;
  readonly replacement: Readonly<Record<string, unknown>>;
}>;

/** The original stops counting. */
export type EventAnnulled = NewEvent<'event-annulled', CommonData & OfEvent & {
  /** codes: annulmentReasons */
  readonly reason?: string;
}>;

/** Recorded in the stream of the event it names. */
export type Correction = EventCorrected | EventAnnulled;

export function isCorrection(event: NewEvent): event is Correction {
  return event.type === 'event-corrected' || event.type === 'event-annulled';
}

/**
 * What now stands in the original's place, under the original's id: what points at it stays right, and the next
 * correction finds it. Null when nothing does.
 */
export function replacementOf(correction: Correction): (NewEvent & { readonly id: EventId }) | null {
  if (correction.type === 'event-annulled') return null;
  const { eventId, ofType, ofSchema, replacement } = correction.data;
  return { type: ofType, schema: ofSchema, data: replacement, id: eventId };
}

/**
 * The kept facts after a correction: the one it names replaced where it stood, or gone. What was annulled stays so, also
 * when a correction follows: it can be sent anew. `keep` makes the kept form of the replacement.
 */
export function revised<Fact extends { readonly id: string | null }>(
  facts: readonly Fact[], correction: Correction, keep: (replacement: NewEvent & { readonly id: EventId }, original: Fact) => Fact,
): readonly Fact[] {
  const { eventId } = correction.data;
  const replacement = replacementOf(correction);
  if (replacement === null) return facts.filter((fact) => fact.id !== eventId);
  return facts.map((fact) => (fact.id === eventId ? keep(replacement, fact) : fact));
}

/**
 * Events of one stream, in their order, as they now count: annulled ones are gone, a corrected one has the
 * replacement's data at its own place, corrections themselves are no facts. For folds that start anew.
 */
export function standing<Event extends NewEvent & { readonly id: EventId }>(stream: readonly Event[]): readonly Event[] {
  const last = new Map<EventId, Correction>();
  for (const event of stream) {
    if (isCorrection(event) && last.get(event.data.eventId)?.type !== 'event-annulled') last.set(event.data.eventId, event);
  }
  return stream.flatMap((event) => {
    if (isCorrection(event)) return [];
    const correction = last.get(event.id);
    if (correction === undefined) return [event];
    const replacement = replacementOf(correction);
    return replacement === null ? [] : [{ ...event, schema: replacement.schema, data: replacement.data }];
  });
}

/** Types whose events a sender may annul; those in `SENT` may also be corrected. */
function isCorrectable(type: string): boolean {
  return type === 'case-discussed' || (isSentEventType(type) && CATALOGUE[type].route !== 'of-event');
}

/** The event that a sender wants to correct, as the ledger has it. */
export interface Original {
  readonly type: string;
  /** CloudEvents source it came from; null for the ledger's own. */
  readonly source: string | null;
  /** `personKey` of who sent it; absent or null when a system did. Persons share one source. */
  readonly person?: string | null;
}

/** Who wants to correct it. */
export interface Corrector {
  readonly source: string;
  readonly person?: string | null;
  readonly isPrivacyOfficer: boolean;
}

/** May this sender correct or annul this event? Null when nothing stands in the way. */
export function correctionRefusal(
  type: Correction['type'], original: Original, sender: Corrector,
): Refusal | null {
  const own = original.source === sender.source && (original.person ?? null) === (sender.person ?? null);
  if (!own && !sender.isPrivacyOfficer) {
    return refusal('forbidden', 'Alleen wie de gebeurtenis stuurde, of een privacy officer, mag haar verbeteren.', '/data/eventId');
  }
  if (original.type === 'event-corrected' || original.type === 'event-annulled') {
    return refusal('wrong-state', 'Dit is zelf een verbetering. Noem de oorspronkelijke gebeurtenis.', '/data/eventId');
  }
  if (!isCorrectable(original.type)) {
    return refusal('wrong-state', 'Dit heeft het grootboek zelf vastgelegd. Dat kan niet zo worden verbeterd.', '/data/eventId');
  }
  if (type === 'event-corrected' && !isSentEventType(original.type)) {
    return refusal('wrong-state', 'Een besproken casus is niet te vervangen. Trek haar in en stuur het overleg opnieuw.', '/data/eventId');
  }
  if (type === 'event-corrected' && original.type === 'casusoverleg-held') {
    return refusal('wrong-state', 'Een casusoverleg is niet te vervangen. Trek het in en stuur het opnieuw.', '/data/eventId');
  }
  return null;
}
