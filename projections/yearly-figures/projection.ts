import { consentAct } from '#domain/consent/acts';
import type { ConsentEvent } from '#domain/consent/events';
import { countedDecision, countSharing, known, occurredOf, type Counted, type CountedDecision, type CountedSharing } from '#domain/account/sharing-account';
import { countDossier, type CountedDossier } from '#domain/account/stock-account';
import type { GateEvent } from '#domain/destruction/events';
import type { ScheduleAdopted } from '#domain/governance/events';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind } from '#domain/ledger/ids';
import { dayOf, type Occurred } from '#domain/ledger/moments';
import type { RetentionSchedule } from '#domain/retention/schedule';
import { evolveRetention, initialRetention, RETENTION_EVENTS, type RetentionInput, type RetentionState } from '#domain/retention/state';
import type { ObjectionReceived } from '#domain/rights/events';
import type { DataShared, SharingDecided } from '#domain/sharing/events';
import { adoptedSchedule, keepSchedule, SCHEDULE_TABLE } from '#projections/adopted-schedule';
import { CELL_TABLE, cellAccess, moveCells, type Share } from '#projections/yearly-figures/cells';
import {
  consentOf, decisionOf, dropReliance, forgetItems, ITEM_TABLE, keepConsent, keepDecision, keepReliance, keepSharing,
  reliancesOf, sharingsUnder, type KeptSharing,
} from '#projections/yearly-figures/items';
import { jsonIn } from '#projections/json-column';
import { StoredJson, type ApplyContext, type Projection, type Row, type Rows } from '#projections/projection';

/**
 * How often did what happen, per year? Every item (a sharing, a dossier) keeps what it counts for; an event looks
 * again only at the items it touches and moves the cells by the difference, so that facts may come in any order.
 */
export const yearlyFiguresProjection: Projection = {
  name: 'yearly-figures',
  version: 3,
  tables: [
    CELL_TABLE,
    ITEM_TABLE,
    { name: 'dossier', columns: { stream: 'text', opened_on: 'text', destroyed_on: 'text', state: 'text', shares: 'text' }, key: ['stream'] },
    SCHEDULE_TABLE,
  ],
  cells: cellAccess,
  apply(event, rows, context) {
    const handler = HANDLERS[event.type];
    if (handler !== undefined) handler(event, rows, context);
    // A hold by class stands in the governance stream and is no dossier.
    else if (RETENTION_EVENTS.has(event.type) && streamKind(event.stream) === 'dossier') retention(event as LedgerEvent & RetentionInput, rows, context);
  },
  forget(stream, rows) {
    forgetItems(stream, rows);
    rows.remove('dossier', [stream]);
  },
};

type Handler = (event: LedgerEvent, rows: Rows, context: ApplyContext) => void;

const HANDLERS: Readonly<Record<string, Handler>> = {
  'data-shared': (event, rows, context) => { shared(event as LedgerEvent & DataShared, rows, context); },
  'sharing-decided': (event, rows, context) => { decided(event as LedgerEvent & SharingDecided, rows, context); },
  'consent-requested': consent, 'consent-given': consent, 'consent-refused': consent, 'consent-withdrawn': consent,
  'objection-received': (event, rows, context) => {
    const { kind, receivedOn } = (event as LedgerEvent & ObjectionReceived).data;
    move([], [[['objections', known(kind, 'objectionKinds')], Number(receivedOn.slice(0, 4)), 1]], rows, context);
  },
  'destruction-begun': (event, rows, context) => { gate(event as LedgerEvent & GateEvent, rows, context); },
  'destruction-called-off': (event, rows, context) => { gate(event as LedgerEvent & GateEvent, rows, context); },
  'schedule-adopted': (event, rows, context) => { adopt(event as LedgerEvent & ScheduleAdopted, rows, context); },
};

function move(before: readonly Share[], after: readonly Share[], rows: Rows, context: ApplyContext): void {
  if (context.counting) moveCells(before, after, rows);
}

function shared(event: LedgerEvent & DataShared, rows: Rows, context: ApplyContext): void {
  const { stream, id, data } = event;
  const sharing: CountedSharing = {
    occurred: occurredOf(data), recipient: data.recipient, categories: data.categories ?? [],
    decisionId: data.decisionId ?? null, routeId: data.routeId ?? null,
  };
  const { decisionId } = sharing;
  const kept: KeptSharing = { eventId: id, sharing, shares: [] };
  if (decisionId === null) return recount(stream, kept, null, rows, context);
  const known = decisionOf(stream, decisionId, rows);
  if (known?.cited !== true) keepDecision(stream, decisionId, { decision: known?.decision ?? null, cited: true }, rows);
  recount(stream, kept, known?.decision ?? null, rows, context);
}

function decided(event: LedgerEvent & SharingDecided, rows: Rows, context: ApplyContext): void {
  const { stream, data: { decisionId } } = event;
  const decision = countedDecision(event.data);
  const before = decisionOf(stream, decisionId, rows);
  keepDecision(stream, decisionId, { decision, cited: before?.cited ?? false }, rows);
  // Of two under one id the one recorded last counts.
  const consentBefore = before?.decision?.consentId ?? null;
  if (consentBefore !== decision.consentId) {
    if (consentBefore !== null) dropReliance(stream, consentBefore, decisionId, rows);
    if (decision.consentId !== null) rely(stream, decision.consentId, decisionId, rows);
  }
  if (before?.cited === true) recountSharingsOf(stream, decisionId, decision, rows, context);
}

function rely(stream: string, consentId: string, decisionId: string, rows: Rows): void {
  keepReliance(stream, consentId, decisionId, rows);
  const { acts, cited } = consentOf(stream, consentId, rows);
  if (!cited) keepConsent(stream, consentId, { acts, cited: true }, rows);
}

function consent(event: LedgerEvent, rows: Rows, context: ApplyContext): void {
  const { stream } = event;
  const act = consentAct(event as LedgerEvent & ConsentEvent);
  const { acts, cited } = consentOf(stream, act.consentId, rows);
  keepConsent(stream, act.consentId, { acts: [...acts, act], cited }, rows);
  move([], [[consentFigure(event as LedgerEvent & ConsentEvent), yearOf(act.occurred), 1]], rows, context);
  if (!cited) return;
  for (const decisionId of reliancesOf(stream, act.consentId, rows)) {
    const known = decisionOf(stream, decisionId, rows);
    if (known?.cited === true) recountSharingsOf(stream, decisionId, known.decision, rows, context);
  }
}

function recountSharingsOf(stream: string, decisionId: string, decision: CountedDecision | null, rows: Rows, context: ApplyContext): void {
  for (const kept of sharingsUnder(stream, decisionId, rows)) recount(stream, kept, decision, rows, context);
}

function consentFigure(event: ConsentEvent): Counted {
  switch (event.type) {
    case 'consent-requested': return ['consents-asked'];
    case 'consent-given': return ['consents-given', known(event.data.function, 'consentFunctions'), known(event.data.form, 'consentForms')];
    case 'consent-refused': return ['consents-refused'];
    case 'consent-withdrawn': return ['consents-withdrawn'];
  }
}

/** Looks again at one sharing and keeps what it counts for now. */
function recount(stream: string, kept: KeptSharing, decision: CountedDecision | null, rows: Rows, context: ApplyContext): void {
  const { sharing, shares } = kept;
  const acts = decision?.consentId == null ? [] : consentOf(stream, decision.consentId, rows).acts;
  const year = yearOf(sharing.occurred);
  const after = countSharing(sharing, decision, acts).map((counted): Share => [counted, year, 1]);
  move(shares, after, rows, context);
  keepSharing(stream, { ...kept, shares: after }, rows);
}

function retention(event: LedgerEvent & RetentionInput, rows: Rows, context: ApplyContext): void {
  const row = rows.get('dossier', [event.stream]);
  const state = evolveRetention(stateOf(row), event);
  const before = row?.['opened_on'] as string | null | undefined ?? null;
  const openedOn = event.type === 'dossier-opened' ? earliest(before, dayOf(event.data as Occurred).toString()) : before;
  recountDossier(event.stream, row, { openedOn, destroyedOn: destroyedOn(row), retention: state }, adoptedSchedule(rows), rows, context);
}

function gate(event: LedgerEvent & GateEvent, rows: Rows, context: ApplyContext): void {
  const row = rows.get('dossier', [event.stream]);
  const openedOn = row?.['opened_on'] as string | null | undefined ?? null;
  const destroyed = event.type === 'destruction-begun' ? event.data.on : null;
  recountDossier(event.stream, row, { openedOn, destroyedOn: destroyed, retention: stateOf(row) }, adoptedSchedule(rows), rows, context);
}

function adopt(event: LedgerEvent & ScheduleAdopted, rows: Rows, context: ApplyContext): void {
  const schedule = keepSchedule(event.data, rows);
  for (let page = rows.page('dossier', { limit: ADOPTED_AT_ONCE }); page.length > 0; page = rows.page('dossier', { limit: ADOPTED_AT_ONCE, after: [page.at(-1)!['stream']!] })) {
    for (const row of page) {
      // From its gate on a dossier's share is fixed: the next rebuild may not find it any more.
      if (row['destroyed_on'] !== null) continue;
      const openedOn = row['opened_on'] as string | null;
      recountDossier(row['stream'] as string, row, { openedOn, destroyedOn: null, retention: stateOf(row) }, schedule, rows, context);
    }
  }
}

/** Dossiers in memory at a time. */
const ADOPTED_AT_ONCE = 1_000;

function stateOf(row: Row | undefined): RetentionState {
  return row === undefined ? initialRetention : jsonIn<RetentionState>(row, 'state');
}

function destroyedOn(row: Row | undefined): string | null {
  return row?.['destroyed_on'] as string | null | undefined ?? null;
}

function recountDossier(stream: string, row: Row | undefined, dossier: CountedDossier, schedule: RetentionSchedule | null, rows: Rows, context: ApplyContext): void {
  const after = countDossier(dossier, schedule).map(({ counted, year, count }): Share => [counted, year, count]);
  move(row === undefined ? [] : jsonIn<readonly Share[]>(row, 'shares'), after, rows, context);
  const { openedOn, destroyedOn: destroyed, retention: state } = dossier;
  rows.put('dossier', { stream, opened_on: openedOn, destroyed_on: destroyed, state: new StoredJson(state), shares: new StoredJson(after) });
}

/** The calendar year in Amsterdam. Only about New Year can a moment's own date say another one. */
function yearOf(occurred: Occurred): number {
  const text = occurred.occurredAt ?? occurred.occurredOn;
  const day = text.slice(5, 10);
  return day === '12-31' || day === '01-01' ? dayOf(occurred).year : Number(text.slice(0, 4));
}

function earliest(before: string | null, day: string): string {
  return before === null || day < before ? day : before;
}
