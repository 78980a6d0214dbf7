import type { GateEvent } from '#domain/destruction/events';
import type { ScheduleAdopted } from '#domain/governance/events';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind, type StreamName } from '#domain/ledger/ids';
import { dayOf, type Occurred } from '#domain/ledger/moments';
import { retentionDate } from '#domain/retention/retention-date';
import type { RetentionSchedule } from '#domain/retention/schedule';
import {
  evolveRetention, initialRetention, RETENTION_EVENTS, standingHolds, type RetentionInput, type RetentionState,
} from '#domain/retention/state';
import { adoptedSchedule, keepSchedule, SCHEDULE_TABLE } from '#projections/adopted-schedule';
import type { Projection, Row, Rows } from '#projections/projection';

/** When may which dossier go, and if not, why not? One row per dossier; what depends on today is for the query. */
export const retentionAgendaProjection: Projection = {
  name: 'retention-agenda',
  version: 2,
  tables: [
    {
      name: 'dossier',
      columns: {
        stream: 'text', state: 'text', seen_on: 'text', closed_on: 'text', opened: 'integer', begun: 'integer',
        kind: 'text', why: 'text', rule: 'text', rule_version: 'text', trigger: 'text', trigger_on: 'text', trigger_from: 'text',
        retained_through: 'text', first_destruction_day: 'text', allowed_from: 'text', holds: 'text',
      },
      key: ['stream'],
      indexes: [['kind']],
    },
    SCHEDULE_TABLE,
  ],
  apply(event, rows) {
    if (event.type === 'schedule-adopted') adopt(event as LedgerEvent & ScheduleAdopted, rows);
    else if (streamKind(event.stream) === 'dossier') applyToDossier(event, rows);
  },
  forget(stream, rows) {
    rows.remove('dossier', [stream]);
  },
};

function adopt(event: LedgerEvent & ScheduleAdopted, rows: Rows): void {
  const schedule = keepSchedule(event.data, rows);
  for (const row of rows.select('dossier')) {
    rows.put('dossier', { ...row, ...dateColumns(JSON.parse(row['state'] as string) as RetentionState, schedule) });
  }
}

function applyToDossier(event: LedgerEvent, rows: Rows): void {
  const known = rows.get('dossier', [event.stream]);
  if (event.type === 'destruction-begun' || event.type === 'destruction-called-off') {
    if (known !== undefined) rows.put('dossier', { ...known, begun: gate(event as LedgerEvent & GateEvent) });
  } else if (RETENTION_EVENTS.has(event.type)) {
    const before = known === undefined ? initialRetention : JSON.parse(known['state'] as string) as RetentionState;
    const state = evolveRetention(before, event as LedgerEvent & RetentionInput);
    rows.put('dossier', dossierRow(event.stream, seenOn(known, event), state, known?.['begun'] as number | undefined ?? 0, rows));
  } else if (known === undefined) {
    // A fact of a dossier nobody opened yet: provisional, and on the agenda until it is.
    rows.put('dossier', dossierRow(event.stream, seenOn(known, event), initialRetention, 0, rows));
  }
}

function gate(event: LedgerEvent & GateEvent): number {
  return event.type === 'destruction-begun' ? 1 : 0;
}

/** The earliest day the dossier is known by: "oldest first" among those without a date. */
function seenOn(known: Row | undefined, event: LedgerEvent): string {
  const data = event.data as Partial<Occurred>;
  const day = data.occurredAt !== undefined || data.occurredOn !== undefined ? dayOf(data as Occurred).toString() : event.recordedAt.slice(0, 10);
  const before = known?.['seen_on'] as string | undefined;
  return before === undefined || day < before ? day : before;
}

function dossierRow(stream: StreamName, seen: string, state: RetentionState, begun: number, rows: Rows): Row {
  return {
    stream, state: JSON.stringify(state), seen_on: seen, closed_on: state.reopened ? null : state.closing?.on ?? null, opened: state.opened ? 1 : 0,
    begun, ...dateColumns(state, adoptedSchedule(rows)),
  };
}

function dateColumns(state: RetentionState, schedule: RetentionSchedule | null): Row {
  const date = retentionDate(state, schedule);
  const dated = date.kind === 'dated' ? date : null;
  const rule = date.kind === 'undated' ? null : date.rule;
  return {
    kind: date.kind, why: date.kind === 'undated' ? date.why : null,
    rule: rule?.id ?? null, rule_version: rule?.version ?? null,
    trigger: dated?.trigger.code ?? null, trigger_on: dated?.trigger.on ?? null, trigger_from: dated?.trigger.from ?? null,
    retained_through: dated?.retainedThrough ?? null, first_destruction_day: dated?.firstDestructionDay ?? null,
    allowed_from: dated?.allowedFrom ?? null,
    holds: JSON.stringify([...new Set(standingHolds(state).map((hold) => hold.kind))].sort()),
  };
}
