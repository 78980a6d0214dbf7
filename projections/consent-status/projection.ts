import { consentAct, notAsked, type ConsentAct, type ConsentActData, type ConsentActEvent, type DecidedData } from '#domain/consent/acts';
import type { LedgerEvent } from '#domain/ledger/event';
import type { EventId, Position } from '#domain/ledger/ids';
import { ACT_TABLES, dropAct, isAnnulled, keepAct, markAnnulled, markPosition, placeOf, type Came } from '#projections/consent-status/keeping';
import { dropMembers, giveNumber, keepDossier, keepMembers, MEMBER_EVENTS, MEMBER_TABLES, numberOf, type MemberData } from '#projections/consent-status/members';
import { TIMELINE_TABLES } from '#projections/consent-status/timeline';
import type { Projection, Rows } from '#projections/projection';

/**
 * Which consent stood when, as known when? Each act is laid on the lines of its scope as it comes, so that no
 * question reads back through the stream and no event costs more because the stream is long.
 */
export const consentStatusProjection: Projection = {
  name: 'consent-status',
  version: 4,
  tables: [...TIMELINE_TABLES, ...ACT_TABLES, ...MEMBER_TABLES],
  apply(event, rows) {
    if (event.type === 'event-corrected' || event.type === 'event-annulled') correct(event as LedgerEvent<string, CorrectionData>, rows);
    else if (isKept(event.type)) keep(rows, came(event, rows), { ...event, place: event.position });
    if (event.type === 'dossier-opened') {
      keepDossier(rows, event.stream, (event.data as { law?: string }).law ?? '', event.origin?.source ?? '');
    }
  },
  forget(stream, rows) {
    const no = numberOf(rows, stream);
    if (no === null) return;
    for (const { name, columns } of this.tables) rows.removeAll(name, 'stream' in columns ? { stream } : { no });
  },
};

const CONSENT_EVENTS: ReadonlySet<string> = new Set<ConsentActEvent['type']>([
  'consent-requested', 'consent-given', 'consent-renewed', 'consent-refused', 'consent-withdrawn', 'consent-disputed',
  'consent-dispute-resolved', 'plan-ended',
]);

interface CorrectionData {
  /** The original event, also when it was corrected before. */
  readonly eventId: EventId;
  readonly ofType: string;
  readonly replacement?: unknown;
}

interface Fact {
  readonly id: EventId;
  readonly type: string;
  readonly data: unknown;
  /** Position of the original event. */
  readonly place: Position;
}

function isKept(type: string): boolean {
  return isAct(type) || MEMBER_EVENTS.has(type);
}

function isAct(type: string): boolean {
  return CONSENT_EVENTS.has(type) || type === 'sharing-decided';
}

function came({ stream, position, revision }: LedgerEvent, rows: Rows): Came {
  return { stream, no: giveNumber(rows, stream, position), position, revision };
}

function keep(rows: Rows, at: Came, fact: Fact): void {
  if (MEMBER_EVENTS.has(fact.type)) keepMembers(rows, at, fact.type, fact.data as MemberData, fact.id);
  const act = actOf(fact);
  if (act !== null) keepAct(rows, at, act);
}

function actOf({ id, type, data, place }: Fact): ConsentAct | null {
  if (CONSENT_EVENTS.has(type)) {
    return consentAct({ id, position: place, type: type as ConsentActEvent['type'], data: data as ConsentActData });
  }
  return type === 'sharing-decided' ? notAsked({ id, position: place, data: data as DecidedData }) : null;
}

/** What an event said stops counting from here on; a replacement stands in its place, under its id, unless it was annulled. */
function correct(event: LedgerEvent<string, CorrectionData>, rows: Rows): void {
  const { eventId, ofType, replacement } = event.data;
  if (!isKept(ofType)) return;
  const at = came(event, rows);
  if (isAnnulled(rows, at.no, eventId)) {
    if (isAct(ofType)) markPosition(rows, at);
    return;
  }
  if (isAct(ofType)) {
    const place = placeOf(rows, at.no, eventId) ?? event.position;
    dropAct(rows, at, eventId);
    markPosition(rows, at);
    if (event.type === 'event-corrected') keep(rows, at, { id: eventId, type: ofType, data: replacement, place });
  } else {
    dropMembers(rows, at, eventId);
    if (event.type === 'event-corrected') keep(rows, at, { id: eventId, type: ofType, data: replacement, place: event.position });
  }
  if (event.type === 'event-annulled') markAnnulled(rows, at, eventId);
}
