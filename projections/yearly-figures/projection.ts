import { consentAct } from '#domain/consent/acts';
import type { ConsentEvent } from '#domain/consent/events';
import { countedDecision, countSharing, known, occurredOf, type Counted, type CountedDecision, type CountedSharing } from '#domain/account/sharing-account';
import { countDossier } from '#domain/account/stock-account';
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
  citationsOf, consentOf, decisionOf, dropReliance, forgetItems, ITEM_TABLE, keepCitation, keepConsent, keepDecision, keepReliance,
  keepSharing, reliancesOf, sharingOf, type KeptSharing,
} from '#projections/yearly-figures/items';
import type { ApplyContext, Projection, Row, Rows } from '#projections/projection';

/**
 * How often did what happen, per year? Every item (a sharing, a dossier) keeps what it counts for; an event looks
 * again only at the items it touches and moves the cells by the difference, so that facts may come in any order.
 */
export const yearlyFiguresProjection: Projection = {
  name: 'yearly-figures',
  version: 2,
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
  if (decisionId === null) return recount(stream, id, { sharing, shares: [] }, null, rows, context);
  const known = decisionOf(stream, decisionId, rows);
  if (known?.cited !== true) keepDecision(stream, decisionId, { decision: known?.decision ?? null, cited: true }, rows);
  keepCitation(stream, decisionId, id, rows);
  recount(stream, id, { sharing, shares: [] }, known?.decision ?? null, rows, context);
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
  for (const eventId of citationsOf(stream, decisionId, rows)) {
    const kept = sharingOf(stream, eventId, rows);
    if (kept !== null) recount(stream, eventId, kept, decision, rows, context);
  }
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
function recount(stream: string, eventId: string, kept: KeptSharing, decision: CountedDecision | null, rows: Rows, context: ApplyContext): void {
  const { sharing, shares } = kept;
  const acts = decision?.consentId == null ? [] : consentOf(stream, decision.consentId, rows).acts;
  const year = yearOf(sharing.occurred);
  const after = countSharing(sharing, decision, acts).map((counted): Share => [counted, year, 1]);
  move(shares, after, rows, context);
  keepSharing(stream, eventId, { sharing, shares: after }, rows);
}

function retention(event: LedgerEvent & RetentionInput, rows: Rows, context: ApplyContext): void {
  const row = rows.get('dossier', [event.stream]) ?? newDossier(event.stream);
  const state = evolveRetention(JSON.parse(row['state'] as string) as RetentionState, event);
  const openedOn = event.type === 'dossier-opened' ? earliest(row['opened_on'] as string | null, dayOf(event.data as Occurred).toString()) : row['opened_on']!;
  recountDossier({ ...row, opened_on: openedOn, state: JSON.stringify(state) }, adoptedSchedule(rows), rows, context);
}

function newDossier(stream: string): Row {
  return { stream, opened_on: null, destroyed_on: null, state: JSON.stringify(initialRetention), shares: '[]' };
}

function gate(event: LedgerEvent & GateEvent, rows: Rows, context: ApplyContext): void {
  const row = rows.get('dossier', [event.stream]) ?? newDossier(event.stream);
  const destroyedOn = event.type === 'destruction-begun' ? event.data.on : null;
  recountDossier({ ...row, destroyed_on: destroyedOn }, adoptedSchedule(rows), rows, context);
}

function adopt(event: LedgerEvent & ScheduleAdopted, rows: Rows, context: ApplyContext): void {
  const schedule = keepSchedule(event.data, rows);
  for (const row of rows.select('dossier')) {
    // From its gate on a dossier's share is fixed: the next rebuild may not find it any more.
    if (row['destroyed_on'] === null) recountDossier(row, schedule, rows, context);
  }
}

function recountDossier(row: Row, schedule: RetentionSchedule | null, rows: Rows, context: ApplyContext): void {
  const after = countDossier({
    retention: JSON.parse(row['state'] as string) as RetentionState,
    openedOn: row['opened_on'] as string | null, destroyedOn: row['destroyed_on'] as string | null,
  }, schedule).map(({ counted, year, count }): Share => [counted, year, count]);
  move(JSON.parse(row['shares'] as string) as Share[], after, rows, context);
  rows.put('dossier', { ...row, shares: JSON.stringify(after) });
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
