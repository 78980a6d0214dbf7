import type { CountedDecision, CountedSharing } from '#domain/account/sharing-account';
import type { ConsentAct } from '#domain/consent/acts';
import type { EventId, Position } from '#domain/ledger/ids';
import type { Share } from '#projections/yearly-figures/cells';
import { jsonIn } from '#projections/json-column';
import { StoredJson, type RowReader, type Rows, type TableDefinition } from '#projections/projection';

/**
 * What the figures remember of each dossier. `place` gives a dossier a number, the position of the first of its events
 * that counts: dossiers of one time lie together, so that an event moves few pages however many dossiers there are.
 *
 *     kind       id            value                              shares
 *     event      event id      what a correction must find back   what the event counts for
 *     decision   decision id   its versions and who cites it
 *     consent    consent id    its acts and who cites it
 *     plan       plan id       its ends and its consents
 */
export const ITEM_TABLES: readonly TableDefinition[] = [
  { name: 'place', columns: { stream: 'text', no: 'integer' }, key: ['stream'] },
  { name: 'item', columns: { no: 'integer', kind: 'text', id: 'text', value: 'text', shares: 'text' }, key: ['no', 'kind', 'id'] },
];

export type GroupKind = 'decision' | 'consent' | 'plan';

/** Of a sharing all that is counted, of another event the group that holds it; an objection is in none. */
export type EventValue =
  | { readonly sharing: CountedSharing }
  | { readonly kind: GroupKind; readonly id: string }
  | { readonly kind: 'objection' };

export interface KeptEvent {
  readonly value: EventValue;
  readonly shares: readonly Share[];
}

export interface DecisionVersion {
  readonly eventId: EventId;
  /** Of the event itself, also when it was corrected: of two under one id the one recorded last counts. */
  readonly position: Position;
  readonly decision: CountedDecision;
}

export interface KeptDecision {
  readonly versions: readonly DecisionVersion[];
  /** Event ids of sharings that cite it. */
  readonly sharings: readonly EventId[];
}

/** `renews`: the consent that it renews under an id of its own. */
export type KeptAct = ConsentAct & { readonly renews?: string };

/** Ids that no longer hold after a correction may stay in the lists: what they lead to is asked anew. */
export interface KeptConsent {
  readonly acts: readonly KeptAct[];
  /** Decisions that cite it. */
  readonly decisions: readonly string[];
  readonly renews: readonly string[];
  readonly renewedBy: readonly string[];
}

export interface KeptPlan {
  readonly ends: readonly KeptAct[];
  /** Consents that end with it. */
  readonly consents: readonly string[];
}

const NO_SHARES: readonly Share[] = [];
const NO_DECISION: KeptDecision = { versions: [], sharings: [] };
const NO_CONSENT: KeptConsent = { acts: [], decisions: [], renews: [], renewedBy: [] };
const NO_PLAN: KeptPlan = { ends: [], consents: [] };

/** Null: nothing of it was counted yet. */
export function placeOf(stream: string, rows: RowReader): number | null {
  return rows.get('place', [stream])?.['no'] as number | undefined ?? null;
}

export function givePlace(stream: string, position: Position, rows: Rows): number {
  const known = placeOf(stream, rows);
  if (known !== null) return known;
  rows.put('place', { stream, no: position });
  return position;
}

/** The items of one dossier. */
export class Items {
  readonly #no: number;
  readonly #rows: Rows;

  constructor(no: number, rows: Rows) {
    this.#no = no;
    this.#rows = rows;
  }

  event(eventId: EventId): KeptEvent | null {
    const row = this.#rows.get('item', [this.#no, 'event', eventId]);
    return row === undefined ? null : { value: jsonIn<EventValue>(row, 'value'), shares: row['shares'] === null ? NO_SHARES : jsonIn<readonly Share[]>(row, 'shares') };
  }

  keepEvent(eventId: EventId, { value, shares }: KeptEvent): void {
    this.#rows.put('item', { no: this.#no, kind: 'event', id: eventId, value: new StoredJson(value), shares: shares.length === 0 ? null : new StoredJson(shares) });
  }

  dropEvent(eventId: EventId): void {
    this.#rows.remove('item', [this.#no, 'event', eventId]);
  }

  decision(id: string): KeptDecision {
    return this.#group('decision', id, NO_DECISION);
  }

  consent(id: string): KeptConsent {
    return this.#group('consent', id, NO_CONSENT);
  }

  plan(id: string): KeptPlan {
    return this.#group('plan', id, NO_PLAN);
  }

  keepDecision(id: string, value: KeptDecision): void {
    this.#keepGroup('decision', id, value);
  }

  keepConsent(id: string, value: KeptConsent): void {
    this.#keepGroup('consent', id, value);
  }

  keepPlan(id: string, value: KeptPlan): void {
    this.#keepGroup('plan', id, value);
  }

  #group<Value>(kind: GroupKind, id: string, none: Value): Value {
    const row = this.#rows.get('item', [this.#no, kind, id]);
    return row === undefined ? none : jsonIn<Value>(row, 'value');
  }

  #keepGroup(kind: GroupKind, id: string, value: KeptDecision | KeptConsent | KeptPlan): void {
    this.#rows.put('item', { no: this.#no, kind, id, value: new StoredJson(value), shares: null });
  }
}

export function forgetItems(stream: string, rows: Rows): void {
  const no = placeOf(stream, rows);
  if (no === null) return;
  for (const row of rows.select('item', { no })) rows.remove('item', [no, row['kind']!, row['id']!]);
  rows.remove('place', [stream]);
}

/** With one more id at the end; the same list when it is there already. */
export function withId<Id extends string>(ids: readonly Id[], id: Id): readonly Id[] {
  return ids.includes(id) ? ids : [...ids, id];
}

/** In the order of position, a version of the same event replaced. */
export function placed<One extends { readonly eventId: string; readonly position: Position }>(list: readonly One[], one: One): readonly One[] {
  const last = list.at(-1);
  if (last === undefined || (last.position < one.position)) return [...list, one];
  return [...list.filter(({ eventId }) => eventId !== one.eventId), one].sort((a, b) => a.position - b.position);
}

export function without<One extends { readonly eventId: string }>(list: readonly One[], eventId: string): readonly One[] {
  return list.filter((one) => one.eventId !== eventId);
}
