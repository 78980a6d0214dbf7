import type { GateEvent } from '#domain/destruction/events';
import type { GovernanceEvent, ScheduleAdopted } from '#domain/governance/events';
import { evolveGovernance, initialGovernance, type GovernanceState } from '#domain/governance/state';
import { isCorrection } from '#domain/ledger/corrections';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind, type StreamName } from '#domain/ledger/ids';
import { dayTextOf, type Occurred } from '#domain/ledger/moments';
import type { ClassHold } from '#domain/retention/class-holds';
import type { RetentionSchedule } from '#domain/retention/schedule';
import { evolveRetention, initialRetention, RETENTION_EVENTS, type RetentionInput, type RetentionState } from '#domain/retention/state';
import { adoptedSchedule, keepSchedule, SCHEDULE_TABLE } from '#projections/adopted-schedule';
import { jsonIn } from '#projections/json-column';
import { StoredJson, wholly, type Projection, type Row, type Rows } from '#projections/projection';
import { CLASS_HOLDS_TABLE, classHoldsState, keepClassHolds } from '#projections/retention-agenda/class-holds';
import { dateColumns } from '#projections/retention-agenda/date-columns';

/**
 * When may which dossier go, and if not, why not? One row per dossier; what depends on today is for the query.
 * `tally` counts them per standing and day, so that counting never reads a dossier; `expiry` says which terms end
 * without the ledger having recorded it.
 */
export const retentionAgendaProjection: Projection = {
  name: 'retention-agenda',
  version: 6,
  tables: [
    {
      name: 'dossier',
      columns: {
        stream: 'text', state: 'text', seen_on: 'text', begun: 'integer', standing: 'text', sort_day: 'text',
        kind: 'text', why: 'text', rule: 'text', rule_version: 'text', trigger: 'text', trigger_on: 'text', trigger_from: 'text',
        closed_on: 'text', retained_through: 'text', first_destruction_day: 'text', allowed_from: 'text', procedure: 'text', expires_on: 'text',
        extended: 'integer', signals: 'text', holds: 'text',
      },
      key: ['stream'],
      indexes: [['standing', 'sort_day'], ['sort_day']],
    },
    { name: 'tally', columns: { standing: 'text', day: 'text', dossiers: 'integer' }, key: ['standing', 'day'] },
    { name: 'expiry', columns: { day: 'text', stream: 'text' }, key: ['day', 'stream'] },
    SCHEDULE_TABLE,
    CLASS_HOLDS_TABLE,
  ],
  apply(event, rows) {
    const kind = streamKind(event.stream);
    if (kind === 'governance') wholly(governanceParts(event, rows));
    else if (kind === 'dossier') applyToDossier(event, rows);
  },
  forget(stream, rows) {
    replace(rows.get('dossier', [stream]), undefined, rows);
  },
  longWork: { isLong: decidesForAll, parts: governanceParts },
};

const HOLDS: ReadonlySet<string> = new Set(['hold-placed', 'hold-lifted']);

/** Another schedule, or a hold by class. */
export function decidesForAll(event: LedgerEvent): boolean {
  return streamKind(event.stream) === 'governance'
    && (event.type === 'schedule-adopted' || HOLDS.has(event.type) || (isCorrection(event) && HOLDS.has(event.data.ofType)));
}

function* governanceParts(event: LedgerEvent, rows: Rows): Generator<void> {
  if (!decidesForAll(event)) return;
  if (event.type === 'schedule-adopted') keepSchedule((event as LedgerEvent & ScheduleAdopted).data, rows);
  else keepClassHolds(evolveGovernance(classHoldsState(rows) ?? initialGovernance, event as LedgerEvent & GovernanceEvent), rows);
  yield* recomputeAll(rows);
}

const AT_ONCE = 500;

/** Some hundreds at a time: a ledger may hold more dossiers than fit in memory. */
function* recomputeAll(rows: Rows): Generator<void> {
  const schedule = adoptedSchedule(rows);
  const classHolds = holdsOf(classHoldsState(rows));
  let after: readonly string[] = [];
  for (;;) {
    const page = rows.page('dossier', { after, limit: AT_ONCE });
    for (const row of page) {
      const moved = withDates(row, stateOf(row), schedule, classHolds);
      if (Object.keys(moved).some((column) => moved[column] !== row[column])) replace(row, moved, rows);
    }
    if (page.length < AT_ONCE) return;
    after = [page.at(-1)!['stream'] as string];
    yield;
  }
}

function holdsOf(state: GovernanceState | null): readonly ClassHold[] {
  return state?.classHolds ?? [];
}

function applyToDossier(event: LedgerEvent, rows: Rows): void {
  const known = rows.get('dossier', [event.stream]);
  if (event.type === 'destruction-begun' || event.type === 'destruction-called-off') {
    if (known !== undefined) update(known, { begun: gate(event as LedgerEvent & GateEvent) }, stateOf(known), rows);
  } else if (RETENTION_EVENTS.has(event.type)) {
    const state = evolveRetention(known === undefined ? initialRetention : stateOf(known), event as LedgerEvent & RetentionInput);
    update(known, { stream: event.stream, seen_on: seenOn(known, event) }, state, rows);
  } else if (known === undefined) {
    // A fact of a dossier nobody opened yet: provisional, and on the agenda until it is.
    update(known, { stream: event.stream, seen_on: seenOn(known, event) }, initialRetention, rows);
  }
}

function stateOf(row: Row): RetentionState {
  return jsonIn<RetentionState>(row, 'state');
}

function gate(event: LedgerEvent & GateEvent): number {
  return event.type === 'destruction-begun' ? 1 : 0;
}

/** The earliest day the dossier is known by: "oldest first" among those without a date. */
function seenOn(known: Row | undefined, event: LedgerEvent): string {
  const data = event.data as Partial<Occurred>;
  const day = data.occurredAt !== undefined || data.occurredOn !== undefined ? dayTextOf(data as Occurred) : event.recordedAt.slice(0, 10);
  const before = known?.['seen_on'] as string | undefined;
  return before === undefined || day < before ? day : before;
}

function update(known: Row | undefined, changes: Row, state: RetentionState, rows: Rows): void {
  const base: Row = { begun: 0, ...known, ...changes, state: new StoredJson(state) };
  replace(known, withDates(base, state, adoptedSchedule(rows), holdsOf(classHoldsState(rows))), rows);
}

function withDates(row: Row, state: RetentionState, schedule: RetentionSchedule | null, classHolds: readonly ClassHold[]): Row {
  return { ...row, ...dateColumns(row, state, schedule, classHolds) };
}

/** The row and what is counted of it, always together. */
function replace(before: Row | undefined, after: Row | undefined, rows: Rows): void {
  if (before?.['standing'] !== after?.['standing'] || before?.['sort_day'] !== after?.['sort_day']) {
    count(before, -1, rows);
    count(after, 1, rows);
  }
  if (before?.['expires_on'] !== after?.['expires_on']) {
    if (before?.['expires_on'] != null) rows.remove('expiry', [before['expires_on'], before['stream']!]);
    if (after?.['expires_on'] != null) rows.put('expiry', { day: after['expires_on'], stream: after['stream']! });
  }
  if (after !== undefined) rows.put('dossier', after);
  else if (before !== undefined) rows.remove('dossier', [before['stream'] as StreamName]);
}

function count(row: Row | undefined, by: 1 | -1, rows: Rows): void {
  if (row === undefined) return;
  const key = [row['standing']!, row['sort_day']!];
  const dossiers = (rows.get('tally', key)?.['dossiers'] as number | undefined ?? 0) + by;
  if (dossiers === 0) rows.remove('tally', key);
  else rows.put('tally', { standing: key[0]!, day: key[1]!, dossiers });
}
