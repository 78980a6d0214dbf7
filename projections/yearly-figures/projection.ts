import { consentAct, type ConsentAct } from '#domain/consent/acts';
import type { ConsentEvent } from '#domain/consent/events';
import { countedDecision, countSharing, known, occurredOf, type Counted, type CountedDecision, type CountedSharing } from '#domain/account/sharing-account';
import { countDossier } from '#domain/account/stock-account';
import type { GateEvent } from '#domain/destruction/events';
import type { ScheduleAdopted } from '#domain/governance/events';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind } from '#domain/ledger/ids';
import { dayOf, type Occurred } from '#domain/ledger/moments';
import type { RetentionSchedule } from '#domain/retention/schedule';
import { evolveRetention, initialRetention, type RetentionInput, type RetentionState } from '#domain/retention/state';
import type { ObjectionReceived } from '#domain/rights/events';
import type { DataShared, SharingDecided } from '#domain/sharing/events';
import { adoptedSchedule, keepSchedule, SCHEDULE_TABLE } from '#projections/adopted-schedule';
import { CELL_TABLE, cellAccess, moveCells, type Share } from '#projections/yearly-figures/cells';
import type { ApplyContext, Projection, Row, Rows } from '#projections/projection';

/**
 * How often did what happen, per year? Every item (a sharing, a dossier) keeps what it counts for; an event looks
 * again only at the items it touches and moves the cells by the difference, so that facts may come in any order.
 */
export const yearlyFiguresProjection: Projection = {
  name: 'yearly-figures',
  version: 1,
  tables: [
    CELL_TABLE,
    { name: 'sharing', columns: { stream: 'text', position: 'integer', decision_id: 'text', sharing: 'text', shares: 'text' }, key: ['stream', 'position'], indexes: [['stream', 'decision_id']] },
    // `decision` null: sharings cite it and it has not come yet. `shared`, `cited` 1: somebody looks at it.
    { name: 'decision', columns: { stream: 'text', decision_id: 'text', consent_id: 'text', decision: 'text', shared: 'integer' }, key: ['stream', 'decision_id'], indexes: [['stream', 'consent_id']] },
    { name: 'consent', columns: { stream: 'text', consent_id: 'text', acts: 'text', cited: 'integer' }, key: ['stream', 'consent_id'] },
    { name: 'dossier', columns: { stream: 'text', opened_on: 'text', destroyed_on: 'text', state: 'text', shares: 'text' }, key: ['stream'] },
    SCHEDULE_TABLE,
  ],
  cells: cellAccess,
  apply(event, rows, context) {
    const handler = HANDLERS[event.type];
    handler?.(event, rows, context);
  },
  forget(stream, rows) {
    for (const row of rows.select('sharing', { stream })) rows.remove('sharing', [stream, row['position']!]);
    for (const row of rows.select('decision', { stream })) rows.remove('decision', [stream, row['decision_id']!]);
    for (const row of rows.select('consent', { stream })) rows.remove('consent', [stream, row['consent_id']!]);
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
  'dossier-opened': retention, 'dossier-closed': retention, 'retention-trigger': retention, 'hold-placed': retention, 'hold-lifted': retention,
  'destruction-begun': (event, rows, context) => { gate(event as LedgerEvent & GateEvent, rows, context); },
  'destruction-called-off': (event, rows, context) => { gate(event as LedgerEvent & GateEvent, rows, context); },
  'schedule-adopted': (event, rows, context) => { adopt(event as LedgerEvent & ScheduleAdopted, rows, context); },
};

function move(before: readonly Share[], after: readonly Share[], rows: Rows, context: ApplyContext): void {
  if (context.counting) moveCells(before, after, rows);
}

function shared(event: LedgerEvent & DataShared, rows: Rows, context: ApplyContext): void {
  const { data } = event;
  const sharing: CountedSharing = {
    occurred: occurredOf(data), recipient: data.recipient, categories: data.categories ?? [],
    decisionId: data.decisionId ?? null, routeId: data.routeId ?? null,
  };
  if (sharing.decisionId !== null) markShared(event.stream, sharing.decisionId, rows);
  const row = { stream: event.stream, position: event.position, decision_id: sharing.decisionId, sharing: JSON.stringify(sharing), shares: '[]' };
  recount(row, rows, context);
}

function markShared(stream: string, decisionId: string, rows: Rows): void {
  const known = rows.get('decision', [stream, decisionId]);
  if (known === undefined) rows.put('decision', { stream, decision_id: decisionId, consent_id: null, decision: null, shared: 1 });
  else if (known['shared'] === 0) rows.put('decision', { ...known, shared: 1 });
}

function decided(event: LedgerEvent & SharingDecided, rows: Rows, context: ApplyContext): void {
  const { stream } = event;
  const decision = countedDecision(event.data);
  const { decisionId } = event.data;
  const sharedAlready = rows.get('decision', [stream, decisionId])?.['shared'] ?? 0;
  rows.put('decision', { stream, decision_id: decisionId, consent_id: decision.consentId, decision: JSON.stringify(decision), shared: sharedAlready });
  if (decision.consentId !== null) markCited(stream, decision.consentId, rows);
  if (sharedAlready === 1) recountSharingsOf(stream, decisionId, rows, context);
}

function markCited(stream: string, consentId: string, rows: Rows): void {
  const known = rows.get('consent', [stream, consentId]);
  if (known === undefined) rows.put('consent', { stream, consent_id: consentId, acts: '[]', cited: 1 });
  else if (known['cited'] === 0) rows.put('consent', { ...known, cited: 1 });
}

function consent(event: LedgerEvent, rows: Rows, context: ApplyContext): void {
  const { stream } = event;
  const act = consentAct(event as LedgerEvent & ConsentEvent);
  const before = rows.get('consent', [stream, act.consentId]);
  const cited = before?.['cited'] ?? 0;
  rows.put('consent', { stream, consent_id: act.consentId, acts: JSON.stringify([...actsOf(before), act]), cited });
  move([], [[consentFigure(event as LedgerEvent & ConsentEvent), yearOf(act.occurred), 1]], rows, context);
  if (cited === 0) return;
  for (const decision of rows.select('decision', { stream, consent_id: act.consentId })) {
    if (decision['shared'] === 1) recountSharingsOf(stream, decision['decision_id'] as string, rows, context);
  }
}

function actsOf(row: Row | undefined): readonly ConsentAct[] {
  return row === undefined ? [] : JSON.parse(row['acts'] as string) as ConsentAct[];
}

function recountSharingsOf(stream: string, decisionId: string, rows: Rows, context: ApplyContext): void {
  for (const row of rows.select('sharing', { stream, decision_id: decisionId })) recount(row, rows, context);
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
function recount(row: Row, rows: Rows, context: ApplyContext): void {
  const stream = row['stream']!;
  const sharing = JSON.parse(row['sharing'] as string) as CountedSharing;
  const text = sharing.decisionId === null ? null : rows.get('decision', [stream, sharing.decisionId])?.['decision'] ?? null;
  const decision = text === null ? null : JSON.parse(text as string) as CountedDecision;
  const acts = decision?.consentId == null ? [] : actsOf(rows.get('consent', [stream, decision.consentId]));
  const year = yearOf(sharing.occurred);
  const after = countSharing(sharing, decision, acts).map((counted): Share => [counted, year, 1]);
  move(JSON.parse(row['shares'] as string) as Share[], after, rows, context);
  rows.put('sharing', { ...row, shares: JSON.stringify(after) });
}

function retention(event: LedgerEvent, rows: Rows, context: ApplyContext): void {
  // A hold by class stands in the governance stream and is no dossier.
  if (streamKind(event.stream) !== 'dossier') return;
  const row = rows.get('dossier', [event.stream]) ?? newDossier(event.stream);
  const state = evolveRetention(JSON.parse(row['state'] as string) as RetentionState, event as LedgerEvent & RetentionInput);
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

/** The calendar year in Amsterdam. */
function yearOf(occurred: Occurred): number {
  return dayOf(occurred).year;
}

function earliest(before: string | null, day: string): string {
  return before === null || day < before ? day : before;
}
