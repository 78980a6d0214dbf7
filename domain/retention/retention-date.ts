import { dayAfter, later, termOf } from '#domain/retention/arithmetic';
import { coveringHolds, type ClassHold } from '#domain/retention/class-holds';
import { chooseRules, type ChosenRules, type RetentionRule, type RetentionSchedule } from '#domain/retention/schedule';
import { standingHolds, type RetentionState } from '#domain/retention/state';
import { triggerFound, type TriggerFound } from '#domain/retention/trigger-found';

/**
 * Why there is no date; nothing is destroyed without one (conventions C5, C6, C10). `trigger-before-birth`: the day
 * from which the term would run lies before anyone the dossier is about was born, so one of the two is wrong.
 */
export type Undated =
  | 'provisional' | 'reopened' | 'no-schedule' | 'no-rule' | 'rule-not-adopted' | 'no-period' | 'no-trigger'
  | 'trigger-before-birth';

/**
 * Recorded, and without effect: an extension on a rule that is not extendable; a shorter rule that was named without
 * the archivist's advice.
 */
export type RetentionSignal = 'extension-without-effect' | 'shorter-rule-without-advice';

/** A schedule's rules; `on`: the calendar date of adoption, before which nothing is allowed under it. */
export type AdoptedRules = Pick<RetentionSchedule, 'rules'> & { readonly on?: string };

export interface RuleReference {
  readonly id: string;
  readonly version: string;
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
  /** An extension moved it here. */
  readonly extended: boolean;
  readonly signals: readonly RetentionSignal[];
}

export type RetentionDate =
  | Dated
  | { readonly kind: 'undated'; readonly why: Undated; readonly missing: readonly string[] }
  | { readonly kind: 'permanent'; readonly rule: RuleReference | null };

interface RuleTerm {
  readonly rule: RetentionRule;
  readonly trigger: TriggerFound;
  readonly retainedThrough: Temporal.PlainDate | null;
  readonly first: Temporal.PlainDate;
}

/**
 * The one computation of a dossier's date: agenda, list, gate and nightly run ask it (conventions C1–C12). Several
 * rules: the latest date, none while one lacks its trigger. An open dossier has a date only by triggers that were sent.
 * Of `classHolds` only the lifted ones move anything: `allowedFrom`.
 */
export function retentionDate(state: RetentionState, schedule: AdoptedRules | null, classHolds: readonly ClassHold[] = []): RetentionDate {
  if (state.designation === 'blijvend_bewaren') return { kind: 'permanent', rule: null };
  // The archivist may decide otherwise than the source nominated; a rule that keeps for good has no term to destroy by.
  if (state.closing?.archiefnominatie === 'blijvend_bewaren' && state.designation === null) return { kind: 'permanent', rule: null };
  if (!state.opened) return undated('provisional');
  if (state.reopened) return undated('reopened');
  if (schedule === null) return undated('no-schedule');
  const chosen = rulesOf(state, schedule);
  if (chosen.kind === 'none') return undated(chosen.why);

  const permanent = chosen.rules.find((rule) => rule.waardering === 'blijvend_bewaren');
  if (permanent !== undefined) return { kind: 'permanent', rule: reference(permanent) };
  const terms = termsOf(chosen.rules, state);
  if (terms.kind === 'undated') return terms;
  const latest = terms.list.reduce((kept, term) => (Temporal.PlainDate.compare(term.first, kept.first) > 0 ? term : kept));
  const { retainedThrough, first, extended } = moved(latest, chosen.rules, state);
  const rules = chosen.rules.map(reference);
  const earliest = schedule.on === undefined ? first : later(first, Temporal.PlainDate.from(schedule.on));
  return {
    kind: 'dated', rule: reference(latest.rule), rules, trigger: latest.trigger,
    retainedThrough: retainedThrough?.toString() ?? null, firstDestructionDay: first.toString(),
    allowedFrom: afterLastLifting(earliest, [...state.holds, ...covering(state, rules, classHolds)]).toString(),
    extended, signals: signalsOf(state, chosen.rules, latest.rule),
  };
}

/** The dossier's own rules or those that fit it, and beside them what was named without the archivist's advice. */
function rulesOf(state: RetentionState, schedule: AdoptedRules): ChosenRules {
  const onDay = state.closing?.on ?? null;
  const facts = { law: state.law, result: state.closing?.result ?? null, onDay };
  const own = chooseRules({ ...facts, retentionRules: state.retentionRules }, schedule);
  if (state.alsoRules.length === 0) return own;
  const also = chooseRules({ ...facts, retentionRules: state.alsoRules }, schedule);
  if (also.kind === 'none') return also;
  if (own.kind === 'none') return own.why === 'no-rule' ? also : own;
  return { kind: 'rules', rules: [...new Set([...own.rules, ...also.rules])] };
}

function termsOf(rules: readonly RetentionRule[], state: RetentionState): { readonly kind: 'terms'; readonly list: readonly RuleTerm[] } | (RetentionDate & { readonly kind: 'undated' }) {
  const missing: string[] = [];
  const list: RuleTerm[] = [];
  for (const rule of rules) {
    if (rule.period === null || rule.trigger === null) return undated('no-period');
    const trigger = triggerFound(rule, rule.trigger, state, missing);
    if (trigger === null) continue;
    if (isBeforeBirth(trigger, state)) return undated('trigger-before-birth');
    const term = termOf(rule.trigger, Temporal.PlainDate.from(trigger.on), rule.period);
    list.push({ rule, trigger, retainedThrough: term.retainedThrough, first: term.firstDestructionDay });
  }
  return missing.length > 0 || list.length === 0 ? { kind: 'undated', why: 'no-trigger', missing } : { kind: 'terms', list };
}

/** Before the first of those whose birth is known was born. */
function isBeforeBirth({ code, on }: TriggerFound, { birthDates }: RetentionState): boolean {
  if (code === 'birth-date' || code === 'birth-year') return false;
  const first = birthDates.filter((date) => date !== null).sort()[0];
  return first !== undefined && on < first;
}

function moved(latest: RuleTerm, rules: readonly RetentionRule[], state: RetentionState): Pick<RuleTerm, 'retainedThrough' | 'first'> & { readonly extended: boolean } {
  let { retainedThrough, first } = latest;
  // C11: where the source leads its own date counts, and going on that day is in time; else it never brings ours forward.
  const sourceDate = state.closing?.archiefactiedatum ?? null;
  if (sourceDate !== null && state.sourceLeads === true) {
    first = Temporal.PlainDate.from(sourceDate);
    retainedThrough = first.subtract({ days: 1 });
  } else if (sourceDate !== null && sourceDate >= first.toString()) {
    retainedThrough = Temporal.PlainDate.from(sourceDate);
    first = dayAfter(retainedThrough);
  }
  const { extendedUntil } = state;
  const extended = extendedUntil !== null && rules.some((rule) => rule.extendable) && extendedUntil >= first.toString();
  if (extended) {
    retainedThrough = Temporal.PlainDate.from(extendedUntil);
    first = dayAfter(retainedThrough);
  }
  return { retainedThrough, first, extended };
}

function signalsOf(state: RetentionState, rules: readonly RetentionRule[], deciding: RetentionRule): readonly RetentionSignal[] {
  const unextendable = state.extendedUntil !== null && !rules.some((rule) => rule.extendable);
  const notTaken = state.alsoRules.length > 0 && !state.alsoRules.includes(deciding.id);
  return [...(unextendable ? ['extension-without-effect' as const] : []), ...(notTaken ? ['shorter-rule-without-advice' as const] : [])];
}

/** C7: max(firstDestructionDay, day after the last lifting). Whether a hold still stands is asked apart. */
function afterLastLifting(first: Temporal.PlainDate, holds: readonly { readonly liftedOn: string | null }[]): Temporal.PlainDate {
  return holds.reduce((day, { liftedOn }) => (liftedOn === null ? day : later(day, dayAfter(Temporal.PlainDate.from(liftedOn)))), first);
}

function covering(state: RetentionState, rules: readonly RuleReference[] | null, classHolds: readonly ClassHold[]): readonly ClassHold[] {
  return classHolds.length === 0 ? [] : coveringHolds(classHolds, {
    rules: rules === null ? null : rules.map(({ id }) => id), law: state.law, openedOn: state.openedOn,
  });
}

/** Holds by class, standing or lifted, that cover the dossier with the rules of its date. */
export function coveringClassHolds(state: RetentionState, date: RetentionDate, classHolds: readonly ClassHold[]): readonly ClassHold[] {
  const rules = date.kind === 'dated' ? date.rules : date.kind === 'permanent' && date.rule !== null ? [date.rule] : null;
  return covering(state, rules, classHolds);
}

/** Kinds of hold that stand, its own and those by class; sorted, each once (codes: holdKinds). */
export function standingHoldKinds(state: RetentionState, date: RetentionDate, classHolds: readonly ClassHold[]): readonly string[] {
  const byClass = coveringClassHolds(state, date, classHolds).filter(({ liftedOn }) => liftedOn === null);
  return [...new Set([...standingHolds(state), ...byClass].map(({ kind }) => kind))].sort();
}

export type Due =
  | { readonly due: true; readonly date: Dated }
  | { readonly due: false; readonly why: 'undated' | 'permanent' | 'held' | 'source-leads' | 'not-yet'; readonly date: RetentionDate };

/** May it be destroyed today? Asked by agenda, list and gate alike; `today` is a calendar date in Amsterdam. */
export function isDue(
  state: RetentionState, schedule: AdoptedRules | null, today: Temporal.PlainDate, classHolds: readonly ClassHold[],
): Due {
  const date = retentionDate(state, schedule, classHolds);
  if (date.kind === 'permanent') return { due: false, why: 'permanent', date };
  if (standingHoldKinds(state, date, classHolds).length > 0) return { due: false, why: 'held', date };
  if (state.sourceLeads === true) return { due: false, why: 'source-leads', date };
  if (date.kind === 'undated') return { due: false, why: 'undated', date };
  return date.allowedFrom <= today.toString() ? { due: true, date } : { due: false, why: 'not-yet', date };
}

/**
 * May it go on other grounds than its own term: erased at the person's request, or after its source? What must be kept
 * stays: for good, held (also on the day of lifting, C7), or extended by a decision.
 */
export function keptBecause(
  state: RetentionState, schedule: AdoptedRules | null, today: Temporal.PlainDate, classHolds: readonly ClassHold[],
): 'permanent' | 'held' | 'extended' | null {
  const date = retentionDate(state, schedule, classHolds);
  if (date.kind === 'permanent') return 'permanent';
  const day = today.toString();
  if ([...state.holds, ...coveringClassHolds(state, date, classHolds)].some(({ liftedOn }) => liftedOn === null || liftedOn >= day)) return 'held';
  return state.extendedUntil !== null && state.extendedUntil >= day ? 'extended' : null;
}

function undated(why: Undated): RetentionDate & { readonly kind: 'undated' } {
  return { kind: 'undated', why, missing: [] };
}

function reference(rule: RetentionRule): RuleReference {
  return { id: rule.id, version: rule.version };
}
