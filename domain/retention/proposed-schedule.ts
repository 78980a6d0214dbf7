import proposal from '#domain/reference/retention-schedule.json' with { type: 'json' };
import example from '#domain/reference/retention-schedule-westerkwartier-2021.json' with { type: 'json' };
import type { RetentionRule } from '#domain/retention/schedule';

/** The shipped proposal (Selectielijst 2020): drives nothing until it is adopted. */
export function proposedSchedule(): { readonly version: string; readonly rules: readonly RetentionRule[] } {
  return { version: proposal.schedule, rules: proposal.rules.map((rule) => ruleByValue(rule as unknown as RetentionRule)) };
}

interface ExampleRule {
  readonly id: string; readonly version: string; readonly law: string; readonly name: string;
  readonly period: string | null; readonly trigger: string | null; readonly extendable: boolean; readonly status: string;
}

/**
 * The old policy of Westerkwartier (2021) as a schedule with `use: test`: tests and demonstrations only. Superseded
 * rows, rows without a trigger of their own and rows that follow another dossier are left out.
 */
export function exampleSchedule(): { readonly version: string; readonly use: 'test'; readonly rules: readonly RetentionRule[] } {
  const rules = (example.rules as unknown as readonly ExampleRule[])
    .filter((rule) => rule.period !== null && rule.trigger !== null && rule.trigger !== 'follows-dossier')
    .map((rule): RetentionRule => ({
      id: rule.id, version: rule.version, law: rule.law, result: null, name: rule.name, period: rule.period,
      trigger: rule.trigger, waardering: 'vernietigen', extendable: rule.extendable, policy: 'full', selectielijst: null,
    }));
  return { version: example.schedule, use: 'test', rules };
}

/** Only what a rule is: notes and status of the file are not adopted with it. */
function ruleByValue(rule: RetentionRule): RetentionRule {
  const { id, version, law, result, name, period, trigger, zgwAfleidingswijze, waardering, extendable, policy, selectielijst } = rule;
  return {
    id, version, law, result, name, period, trigger, zgwAfleidingswijze: zgwAfleidingswijze ?? null, waardering,
    extendable, policy, selectielijst,
  };
}
