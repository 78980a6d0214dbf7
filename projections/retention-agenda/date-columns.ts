import type { ClassHold } from '#domain/retention/class-holds';
import { procedureOf } from '#domain/retention/procedure';
import { coveringClassHolds, retentionDate, standingHoldKinds, type RetentionDate } from '#domain/retention/retention-date';
import type { RetentionSchedule } from '#domain/retention/schedule';
import type { RetentionState } from '#domain/retention/state';
import type { Row } from '#projections/projection';

/**
 * Where a dossier stands whatever the day: the first reason that stops it, else `dated`, or `extended` when an
 * extension moved its date. `awaits-source`: its source leads its own destruction; `gone-at-source`: that source has
 * destroyed it, and it may follow; `held-at-source`: it may not, for it is held; `permanent-at-source`: it may not, for
 * it is kept for good, which the source should not have destroyed.
 */
export type Standing =
  | 'begun' | 'permanent' | 'held' | 'held-at-source' | 'permanent-at-source' | 'gone-at-source' | 'awaits-source' | 'provisional' | 'open' | 'no-start-date' | 'no-rule' | 'blocked' | 'dated' | 'extended';

/** The columns that follow from state, schedule and holds; `row` has `seen_on` and `begun`. */
export function dateColumns(row: Row, state: RetentionState, schedule: RetentionSchedule | null, classHolds: readonly ClassHold[]): Row {
  const date = retentionDate(state, schedule, classHolds);
  const dated = date.kind === 'dated' ? date : null;
  const allowedFrom = followFrom(state, date, classHolds) ?? dated?.allowedFrom ?? null;
  const rule = date.kind === 'undated' ? null : date.rule;
  const holds = standingHoldKinds(state, date, classHolds);
  const closedOn = state.reopened ? null : state.closing?.on ?? null;
  return {
    standing: standingOf(row['begun'] === 1, date, holds, closedOn, state), sort_day: allowedFrom ?? closedOn ?? row['seen_on']!,
    kind: date.kind, why: date.kind === 'undated' ? date.why : null,
    rule: rule?.id ?? null, rule_version: rule?.version ?? null,
    trigger: dated?.trigger.code ?? null, trigger_on: dated?.trigger.on ?? null, trigger_from: dated?.trigger.from ?? null,
    closed_on: closedOn, retained_through: dated?.retainedThrough ?? null, first_destruction_day: dated?.firstDestructionDay ?? null,
    allowed_from: allowedFrom,
    procedure: dated === null || schedule === null ? null : procedureOf(state, dated, schedule),
    expires_on: dated === null || state.expired.includes(dated.firstDestructionDay) ? null : dated.firstDestructionDay,
    extended: dated?.extended === true ? 1 : 0, signals: asText(dated?.signals ?? NONE), holds: asText(holds),
  };
}

const NONE: readonly string[] = [];

function asText(codes: readonly string[]): string {
  return codes.length === 0 ? '[]' : JSON.stringify(codes);
}

/** First day on which it may follow its source, which has destroyed it; null when it has not, or does not lead. */
function followFrom(state: RetentionState, date: RetentionDate, classHolds: readonly ClassHold[]): string | null {
  const { sourceLeads, goneAtSource, extendedUntil, holds } = state;
  if (sourceLeads !== true || goneAtSource === undefined) return null;
  const until = [...holds, ...coveringClassHolds(state, date, classHolds)].flatMap(({ liftedOn }) => liftedOn ?? []);
  const last = [...until, ...(extendedUntil === null ? [] : [extendedUntil])].sort().at(-1);
  return last === undefined || last < goneAtSource ? goneAtSource : Temporal.PlainDate.from(last).add({ days: 1 }).toString();
}

function standingOf(begun: boolean, date: RetentionDate, holds: readonly string[], closedOn: string | null, { sourceLeads, goneAtSource }: RetentionState): Standing {
  if (begun) return 'begun';
  const gone = sourceLeads === true && goneAtSource !== undefined;
  if (date.kind === 'permanent') return gone ? 'permanent-at-source' : 'permanent';
  if (holds.length > 0) return gone ? 'held-at-source' : 'held';
  if (gone) return 'gone-at-source';
  if (date.kind === 'dated' && sourceLeads === true) return 'awaits-source';
  if (date.kind === 'dated') return date.extended ? 'extended' : 'dated';
  switch (date.why) {
    case 'provisional': return 'provisional';
    case 'trigger-before-birth': return 'blocked';
    case 'no-trigger': return closedOn === null ? 'open' : 'no-start-date';
    case 'no-period': return closedOn === null ? 'open' : 'blocked';
    case 'reopened': return 'open';
    case 'no-schedule':
    case 'no-rule':
    case 'rule-not-adopted': return closedOn === null ? 'open' : 'no-rule';
  }
}
