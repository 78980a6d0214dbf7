import type { ClassHold } from '#domain/retention/class-holds';
import { isDue, retentionDate, type AdoptedRules, type RetentionDate, type RuleReference, type Undated } from '#domain/retention/retention-date';
import type { RetentionState } from '#domain/retention/state';

/** What a dossier's date is under one schedule. Dates are calendar dates. */
export interface DateShown {
  readonly kind: RetentionDate['kind'];
  readonly retainedThrough: string | null;
  readonly firstDestructionDay: string | null;
  readonly rule: RuleReference | null;
  readonly why: Undated | null;
}

export const CHANGE_REASONS = {
  'gets-date': 'Krijgt een datum.',
  'loses-date': 'Heeft geen datum meer.',
  'kept-for-good': 'Wordt blijvend bewaard.',
  'no-longer-kept': 'Wordt niet meer blijvend bewaard.',
  'other-rule': 'Valt onder een andere regel.',
  'other-term': 'Dezelfde regel, met een andere termijn of begingebeurtenis.',
} as const;
export type ChangeReason = keyof typeof CHANGE_REASONS;

export interface ScheduleChange {
  readonly from: DateShown;
  readonly to: DateShown;
  readonly reason: ChangeReason;
  /** Destruction would be allowed at once. */
  readonly dueAtOnce: boolean;
}

/** What another schedule, adopted today, does to a dossier; null when its date does not move. */
export function scheduleChange(
  state: RetentionState, schedules: { readonly now: AdoptedRules | null; readonly proposed: AdoptedRules }, today: Temporal.PlainDate,
  classHolds: readonly ClassHold[],
): ScheduleChange | null {
  const from = shown(retentionDate(state, schedules.now, classHolds));
  const to = shown(retentionDate(state, schedules.proposed, classHolds));
  if (from.kind === to.kind && from.firstDestructionDay === to.firstDestructionDay) return null;
  const dueAtOnce = isDue(state, schedules.proposed, today, classHolds).due && !isDue(state, schedules.now, today, classHolds).due;
  return { from, to, reason: reasonOf(from, to), dueAtOnce };
}

function shown(date: RetentionDate): DateShown {
  return {
    kind: date.kind,
    retainedThrough: date.kind === 'dated' ? date.retainedThrough : null,
    firstDestructionDay: date.kind === 'dated' ? date.firstDestructionDay : null,
    rule: date.kind === 'undated' ? null : date.rule,
    why: date.kind === 'undated' ? date.why : null,
  };
}

function reasonOf(from: DateShown, to: DateShown): ChangeReason {
  if (to.kind === 'permanent') return 'kept-for-good';
  if (to.kind === 'undated') return from.kind === 'permanent' ? 'no-longer-kept' : 'loses-date';
  if (from.kind === 'permanent') return 'no-longer-kept';
  if (from.kind === 'undated') return 'gets-date';
  return from.rule?.id === to.rule?.id ? 'other-term' : 'other-rule';
}
