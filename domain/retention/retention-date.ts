import { later, termOf } from '#domain/retention/arithmetic';
import { chooseRules, closingStandsIn, type RetentionRule, type RetentionSchedule } from '#domain/retention/schedule';
import { standingHolds, standingTriggers, type RetentionState } from '#domain/retention/state';
import { partsOf } from '#domain/retention/triggers';

/** Why there is no date; nothing is destroyed without one (conventions C5, C6, C10). */
export type Undated =
  | 'provisional' | 'reopened' | 'no-schedule' | 'no-rule' | 'rule-not-adopted' | 'no-period' | 'no-trigger';

/** A schedule's rules; `on`: the calendar date of adoption, before which nothing is allowed under it. */
export type AdoptedRules = Pick<RetentionSchedule, 'rules'> & { readonly on?: string };

export interface RuleReference {
  readonly id: string;
  readonly version: string;
}

export interface TriggerFound {
  readonly code: string;
  /** Calendar date. */
  readonly on: string;
  readonly from: 'sent' | 'closing' | 'birth-date';
}

/** Dates are calendar dates as text; `retainedThrough` is null for P0D (C8). */
export interface Dated {
  readonly kind: 'dated';
  /** The rule with the latest date: the one that decides. */
  readonly rule: RuleReference;
  readonly rules: readonly RuleReference[];
  readonly trigger: TriggerFound;
  readonly retainedThrough: string | null;
  readonly firstDestructionDay: string;
  /** From when destruction is allowed: not before the schedule's adoption, and after the last hold's lifting (C7). */
  readonly allowedFrom: string;
}

export type RetentionDate =
  | Dated
  | { readonly kind: 'undated'; readonly why: Undated; readonly missing: readonly string[] }
  | { readonly kind: 'permanent'; readonly rule: RuleReference | null };

/**
 * The one computation of a dossier's date: agenda, list and gate ask it (conventions C1–C12). Several rules: the
 * latest date, none while one lacks its trigger. An open dossier has a date only by triggers that were sent.
 */
export function retentionDate(state: RetentionState, schedule: AdoptedRules | null): RetentionDate {
  if (state.designation === 'blijvend_bewaren' || state.closing?.archiefnominatie === 'blijvend_bewaren') return { kind: 'permanent', rule: null };
  if (!state.opened) return undated('provisional');
  if (state.reopened) return undated('reopened');
  if (schedule === null) return undated('no-schedule');
  const chosen = chooseRules({ law: state.law, result: state.closing?.result ?? null, retentionRules: state.retentionRules }, schedule);
  if (chosen.kind === 'none') return undated(chosen.why);

  const permanent = chosen.rules.find((rule) => rule.waardering === 'blijvend_bewaren');
  if (permanent !== undefined) return { kind: 'permanent', rule: reference(permanent) };
  const missing: string[] = [];
  let latest: { rule: RetentionRule; trigger: TriggerFound; retainedThrough: Temporal.PlainDate | null; first: Temporal.PlainDate } | null = null;
  for (const rule of chosen.rules) {
    if (rule.period === null || rule.trigger === null) return undated('no-period');
    const trigger = triggerOf(rule, rule.trigger, state, missing);
    if (trigger === null) continue;
    const term = termOf(rule.trigger, Temporal.PlainDate.from(trigger.on), rule.period);
    if (latest === null || Temporal.PlainDate.compare(term.firstDestructionDay, latest.first) > 0) {
      latest = { rule, trigger, retainedThrough: term.retainedThrough, first: term.firstDestructionDay };
    }
  }
  if (missing.length > 0 || latest === null) return { kind: 'undated', why: 'no-trigger', missing };

  // C11 as long as no source is configured to lead its own destruction: its date never brings ours forward.
  const sourceDate = state.closing?.archiefactiedatum ?? null;
  if (sourceDate !== null && sourceDate >= latest.first.toString()) {
    const retainedThrough = Temporal.PlainDate.from(sourceDate);
    latest = { ...latest, retainedThrough, first: retainedThrough.add({ days: 1 }) };
  }
  // On a rule that is not extendable an extension is recorded without effect.
  if (state.extendedUntil !== null && latest.rule.extendable && state.extendedUntil >= latest.first.toString()) {
    const retainedThrough = Temporal.PlainDate.from(state.extendedUntil);
    latest = { ...latest, retainedThrough, first: retainedThrough.add({ days: 1 }) };
  }
  return {
    kind: 'dated', rule: reference(latest.rule), rules: chosen.rules.map(reference), trigger: latest.trigger,
    retainedThrough: latest.retainedThrough?.toString() ?? null, firstDestructionDay: latest.first.toString(),
    allowedFrom: afterLastLifting(state, schedule.on === undefined ? latest.first : later(latest.first, Temporal.PlainDate.from(schedule.on))).toString(),
  };
}

/** C7: max(firstDestructionDay, day after the last lifting). Whether a hold still stands is asked apart. */
function afterLastLifting(state: RetentionState, first: Temporal.PlainDate): Temporal.PlainDate {
  return state.holds.reduce(
    (day, hold) => (hold.liftedOn === null ? day : later(day, Temporal.PlainDate.from(hold.liftedOn).add({ days: 1 }))),
    first,
  );
}

/** The latest of what was sent; else what may stand in; for "the later of two" both parts are needed. */
function triggerOf(rule: RetentionRule, code: string, state: RetentionState, missing: string[]): TriggerFound | null {
  const sentWhole = latestSent(state, code);
  if (sentWhole !== null) return sentWhole;
  let latest: TriggerFound | null = null;
  let complete = true;
  for (const part of partsOf(code)) {
    const found = latestSent(state, part) ?? standIn(rule, part, state);
    if (found === null) {
      missing.push(part);
      complete = false;
    } else if (latest === null || found.on > latest.on) latest = found;
  }
  return complete ? latest : null;
}

function latestSent(state: RetentionState, code: string): TriggerFound | null {
  const days = standingTriggers(state, code).map((sent) => sent.on).sort();
  const on = days.at(-1);
  return on === undefined ? null : { code, on, from: 'sent' };
}

function standIn(rule: RetentionRule, code: string, state: RetentionState): TriggerFound | null {
  if (state.closing === null) return null;
  if (code === 'birth-date' || code === 'birth-year') {
    // The youngest counts, and one unknown date of birth leaves the dossier without a date.
    const dates = state.birthDates.filter((date) => date !== null).sort();
    const on = dates.at(-1);
    return on === undefined || dates.length < state.birthDates.length ? null : { code, on, from: 'birth-date' };
  }
  return closingStandsIn(rule, code) ? { code, on: state.closing.on, from: 'closing' } : null;
}

export type Due =
  | { readonly due: true; readonly date: Dated }
  | { readonly due: false; readonly why: 'undated' | 'permanent' | 'held' | 'not-yet'; readonly date: RetentionDate };

/** May it be destroyed today? Asked by agenda, list and gate alike; `today` is a calendar date in Amsterdam. */
export function isDue(
  state: RetentionState, schedule: AdoptedRules | null, today: Temporal.PlainDate,
): Due {
  const date = retentionDate(state, schedule);
  if (date.kind === 'permanent') return { due: false, why: 'permanent', date };
  if (standingHolds(state).length > 0) return { due: false, why: 'held', date };
  if (date.kind === 'undated') return { due: false, why: 'undated', date };
  return date.allowedFrom <= today.toString() ? { due: true, date } : { due: false, why: 'not-yet', date };
}

function undated(why: Undated): RetentionDate {
  return { kind: 'undated', why, missing: [] };
}

function reference(rule: RetentionRule): RuleReference {
  return { id: rule.id, version: rule.version };
}
