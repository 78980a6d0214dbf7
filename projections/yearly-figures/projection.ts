import type { GateEvent } from '#domain/destruction/events';
import type { GovernanceEvent, ScheduleAdopted } from '#domain/governance/events';
import { evolveGovernance, initialGovernance } from '#domain/governance/state';
import { isCorrection, replacementOf, type Correction } from '#domain/ledger/corrections';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind } from '#domain/ledger/ids';
import { RETENTION_EVENTS, type RetentionInput } from '#domain/retention/state';
import { keepSchedule, SCHEDULE_TABLE } from '#projections/adopted-schedule';
import { CLASS_HOLDS_TABLE, classHoldsState, keepClassHolds } from '#projections/retention-agenda/class-holds';
import { decidesForAll } from '#projections/retention-agenda/projection';
import { CELL_TABLE, cellAccess } from '#projections/yearly-figures/cells';
import { applyGate, applyRetention, DOSSIER_TABLE, recountDossiers } from '#projections/yearly-figures/dossier-figures';
import { forgetItems, givePlace, ITEM_TABLES, Items, placeOf } from '#projections/yearly-figures/items';
import { dropFact, isSharingFact, keepFact, type Counting } from '#projections/yearly-figures/sharing-figures';
import { wholly, type ApplyContext, type Projection, type Rows } from '#projections/projection';

/**
 * How often did what happen, per year? Every event keeps what it counts for; an event looks again only at what it
 * touches and moves the cells by the difference, so that facts may come in any order. What a correction replaces
 * counts no more, and the replacement counts at the place of the original.
 */
export const yearlyFiguresProjection: Projection = {
  name: 'yearly-figures',
  version: 4,
  tables: [CELL_TABLE, ...ITEM_TABLES, DOSSIER_TABLE, SCHEDULE_TABLE, CLASS_HOLDS_TABLE],
  cells: cellAccess,
  apply(event, rows, context) {
    const kind = streamKind(event.stream);
    if (kind === 'governance') wholly(governanceParts(event, rows, context));
    else if (kind === 'dossier') applyToDossier(event, rows, context);
  },
  forget(stream, rows) {
    const no = placeOf(stream, rows);
    if (no !== null) rows.remove('dossier', [no]);
    forgetItems(stream, rows);
  },
  longWork: { isLong: decidesForAll, parts: governanceParts },
};

/** A hold by class stands in the governance stream, and takes every dossier it covers out of what is due. */
function* governanceParts(event: LedgerEvent, rows: Rows, context: ApplyContext): Generator<void> {
  if (!decidesForAll(event)) return;
  if (event.type === 'schedule-adopted') keepSchedule((event as LedgerEvent & ScheduleAdopted).data, rows);
  else keepClassHolds(evolveGovernance(classHoldsState(rows) ?? initialGovernance, event as LedgerEvent & GovernanceEvent), rows);
  yield* recountDossiers(rows, context);
}

function applyToDossier(event: LedgerEvent, rows: Rows, context: ApplyContext): void {
  if (isCorrection(event)) correct(event, rows, context);
  else if (isSharingFact(event.type)) keepFact(event, { items: new Items(givePlace(event.stream, event.position, rows), rows), rows, context });
  else if (RETENTION_EVENTS.has(event.type)) applyRetention(givePlace(event.stream, event.position, rows), event as LedgerEvent & RetentionInput, rows, context);
  else if (GATE.has(event.type)) applyGate(givePlace(event.stream, event.position, rows), event as LedgerEvent & GateEvent, rows, context);
}

const GATE: ReadonlySet<string> = new Set(['destruction-begun', 'destruction-called-off']);

/** What was annulled stays so, also when a correction follows. */
function correct(event: LedgerEvent & Correction, rows: Rows, context: ApplyContext): void {
  const no = placeOf(event.stream, rows);
  if (no === null) return;
  if (RETENTION_EVENTS.has(event.data.ofType)) applyRetention(no, event, rows, context);
  if (!isSharingFact(event.data.ofType)) return;
  const counting: Counting = { items: new Items(no, rows), rows, context };
  const position = dropFact(event.data.eventId, counting);
  const replacement = replacementOf(event);
  if (position !== null && replacement !== null) keepFact({ ...replacement, position }, counting);
}
