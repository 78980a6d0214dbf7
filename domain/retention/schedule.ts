/** One rule of a retention schedule, as `retention-schedule.json` writes it and `schedule-adopted` keeps it. */
export interface RetentionRule {
  readonly id: string;
  readonly version: string;
  readonly law: string;
  /** codes: results */
  readonly result: string | null;
  readonly name: string;
  /** ISO 8601 duration of whole days, months or years; null when nothing is ever destroyed. */
  readonly period: string | null;
  /** codes: retentionTriggers */
  readonly trigger: string | null;
  /**
   * ZGW: how the brondatum is found. `afgehandeld`: the closing date stands in when no trigger was sent.
   * Absent: see `closingStandsIn`.
   */
  readonly zgwAfleidingswijze?: string | null;
  readonly waardering: 'vernietigen' | 'blijvend_bewaren';
  readonly extendable: boolean;
  readonly policy: 'full' | 'short' | 'standing' | null;
  readonly selectielijst: { readonly list: string; readonly number: string; readonly resultaat?: string } | null;
  /**
   * Calendar dates, inclusive; absent or null: no bound. Which version of a rule applies is decided by the day of
   * closing (lists of 2012, 2017 and 2020 for the cases of their own years).
   */
  readonly validFrom?: string | null;
  readonly validUntil?: string | null;
}

/** The schedule in force: what the last `schedule-adopted` said, by value. */
export interface RetentionSchedule {
  readonly version: string;
  readonly use?: 'test';
  readonly rules: readonly RetentionRule[];
  /** Calendar date of adoption: nothing was due under it before. */
  readonly on: string;
}

export interface RuleFacts {
  readonly law: string | null;
  readonly result: string | null;
  /** Rule ids the dossier itself names. */
  readonly retentionRules: readonly string[];
  /** Calendar date that decides which version of a rule applies; null while it is not known: then all of them count. */
  readonly onDay: string | null;
}

export type ChosenRules =
  | { readonly kind: 'rules'; readonly rules: readonly RetentionRule[] }
  /** `rule-not-adopted`: the dossier names a rule that this schedule does not hold, or not for its day. */
  | { readonly kind: 'none'; readonly why: 'no-rule' | 'rule-not-adopted' };

/**
 * Which rules apply (retention-and-destruction.md, "Which rule, which trigger"): the dossier's own rules win; then
 * (law, result) when exactly one fits; then the one rule of that law that names no result; then the one `algemeen`
 * rule for the result, only when the law itself has no rule for it: three leerplicht rules for one result must not
 * end in a shorter general one.
 */
export function chooseRules(facts: RuleFacts, schedule: Pick<RetentionSchedule, 'rules'>): ChosenRules {
  const inForce = schedule.rules.filter((rule) => isValidOn(rule, facts.onDay));
  if (facts.retentionRules.length > 0) {
    const rules: RetentionRule[] = [];
    for (const id of new Set(facts.retentionRules)) {
      const versions = inForce.filter((candidate) => candidate.id === id);
      if (versions.length === 0) return { kind: 'none', why: 'rule-not-adopted' };
      rules.push(...versions);
    }
    return { kind: 'rules', rules };
  }
  const { law, result } = facts;
  if (law === null) return { kind: 'none', why: 'no-rule' };
  const ofLaw = inForce.filter((rule) => rule.law === law);
  const exact = result === null ? [] : ofLaw.filter((rule) => rule.result === result);
  if (isOneRule(exact)) return { kind: 'rules', rules: exact };
  const general = ofLaw.filter((rule) => rule.result === null);
  if (isOneRule(general)) return { kind: 'rules', rules: general };
  if (result !== null && exact.length === 0) {
    const algemeen = inForce.filter((rule) => rule.law === 'algemeen' && rule.result === result);
    if (isOneRule(algemeen)) return { kind: 'rules', rules: algemeen };
  }
  return { kind: 'none', why: 'no-rule' };
}

function isValidOn(rule: RetentionRule, day: string | null): boolean {
  if (day === null) return true;
  return (rule.validFrom ?? day) <= day && day <= (rule.validUntil ?? day);
}

/** One rule, be it in several versions when the day is not known. */
function isOneRule(rules: readonly RetentionRule[]): boolean {
  return rules.length > 0 && rules.every((rule) => rule.id === rules[0]!.id);
}

/**
 * Triggers that a finished case ends with by its nature. End of a benefit, of debt counselling, of transport and of
 * care are not among them: the case in which they were granted is closed years before they end.
 */
const ENDS_WITH_THE_CASE: ReadonlySet<string> = new Set([
  'end-of-youth-care', 'end-of-provision', 'refusal', 'investigation-closed', 'plan-ended', 'process-completed',
  'process-aborted', 'supervision-ended', 'enforcement-ended', 'request-handled', 'dossier-finalised',
]);

/** May the closing date stand in for this (single) trigger of the rule? `last-change` is only ever sent. */
export function closingStandsIn(rule: RetentionRule, trigger: string): boolean {
  if (trigger === 'last-change' || trigger === 'birth-date' || trigger === 'birth-year') return false;
  if (typeof rule.zgwAfleidingswijze === 'string') return rule.zgwAfleidingswijze === 'afgehandeld';
  return ENDS_WITH_THE_CASE.has(trigger);
}
