import { countDossier, type CountedDossier } from '#domain/account/stock-account';
import type { GateEvent } from '#domain/destruction/events';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Position } from '#domain/ledger/ids';
import type { ClassHold } from '#domain/retention/class-holds';
import type { RetentionSchedule } from '#domain/retention/schedule';
import { evolveRetention, initialRetention, type RetentionInput, type RetentionState } from '#domain/retention/state';
import { adoptedSchedule } from '#projections/adopted-schedule';
import { moveCells, type Share } from '#projections/yearly-figures/cells';
import { classHoldsState } from '#projections/retention-agenda/class-holds';
import { jsonIn } from '#projections/json-column';
import { StoredJson, type ApplyContext, type Row, type Rows, type TableDefinition } from '#projections/projection';

/** `no`: the dossier's number (items.ts). */
export const DOSSIER_TABLE: TableDefinition = {
  name: 'dossier', columns: { no: 'integer', destroyed_on: 'text', state: 'text', shares: 'text' }, key: ['no'],
};

export function applyRetention(no: Position, event: LedgerEvent & RetentionInput, rows: Rows, context: ApplyContext): void {
  const row = rows.get('dossier', [no]);
  recount(no, row, { destroyedOn: destroyedOn(row), retention: evolveRetention(stateOf(row), event) }, decidedBy(rows), rows, context);
}

export function applyGate(no: Position, event: LedgerEvent & GateEvent, rows: Rows, context: ApplyContext): void {
  const row = rows.get('dossier', [no]);
  recount(no, row, { destroyedOn: event.type === 'destruction-begun' ? event.data.on : null, retention: stateOf(row) }, decidedBy(rows), rows, context);
}

/** After another schedule or a hold by class: every dossier, some at a time. */
export function* recountDossiers(rows: Rows, context: ApplyContext): Generator<void> {
  const rules = decidedBy(rows);
  for (let page = rows.page('dossier', { limit: AT_ONCE }); page.length > 0; page = rows.page('dossier', { limit: AT_ONCE, after: [page.at(-1)!['no']!] })) {
    for (const row of page) {
      // From its gate on a dossier's share is fixed: the next rebuild may not find it any more.
      if (row['destroyed_on'] === null) recount(row['no'] as number, row, { destroyedOn: null, retention: stateOf(row) }, rules, rows, context);
    }
    yield;
  }
}

/** Dossiers in memory at a time. */
const AT_ONCE = 500;

/** What the organisation decided, for all dossiers. */
interface Decided {
  readonly schedule: RetentionSchedule | null;
  readonly classHolds: readonly ClassHold[];
}

const NO_HOLDS: readonly ClassHold[] = [];

function decidedBy(rows: Rows): Decided {
  return { schedule: adoptedSchedule(rows), classHolds: classHoldsState(rows)?.classHolds ?? NO_HOLDS };
}

function stateOf(row: Row | undefined): RetentionState {
  return row === undefined ? initialRetention : jsonIn<RetentionState>(row, 'state');
}

function destroyedOn(row: Row | undefined): string | null {
  return row?.['destroyed_on'] as string | null | undefined ?? null;
}

function recount(no: Position, row: Row | undefined, dossier: CountedDossier, { schedule, classHolds }: Decided, rows: Rows, context: ApplyContext): void {
  const before = row === undefined ? [] : jsonIn<readonly Share[]>(row, 'shares');
  const after = countDossier(dossier, schedule, classHolds).map(({ counted, year, count }): Share => [counted, year, count]);
  if (context.counting) moveCells(before, after, rows);
  rows.put('dossier', { no, destroyed_on: dossier.destroyedOn, state: new StoredJson(dossier.retention), shares: new StoredJson(after) });
}
