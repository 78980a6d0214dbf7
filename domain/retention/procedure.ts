import type { Procedure } from '#domain/destruction/events';
import { STANDING_TERM_YEARS } from '#domain/destruction/standing';
import { parsePeriod } from '#domain/retention/arithmetic';
import type { AdoptedRules, Dated } from '#domain/retention/retention-date';
import type { RetentionRule } from '#domain/retention/schedule';
import type { RetentionFact } from '#domain/retention/kept-facts';
import type { RetentionState } from '#domain/retention/state';

/** From light to heavy. */
const WEIGHT: readonly Procedure[] = ['standing', 'short', 'full'];

/**
 * The lightest procedure by which the dossier may go: that of its heaviest rule. A term that had already run out when
 * what it runs from was recorded always takes the full one: one wrong message must not make a dossier go in a night.
 */
export function procedureOf(state: RetentionState, date: Dated, schedule: AdoptedRules): Procedure {
  const knownOn = termKnownOn(state);
  if (knownOn === null || date.firstDestructionDay <= knownOn) return 'full';
  const procedures = date.rules.map(({ id, version }) => {
    const rule = schedule.rules.find((one) => one.id === id && one.version === version);
    return rule === undefined ? 'full' : policyOf(rule);
  });
  return WEIGHT.findLast((procedure) => procedures.includes(procedure)) ?? 'full';
}

/** The rule's own policy; a standing one of a longer term than that is meant for does not count as such. */
export function policyOf({ policy, period }: Pick<RetentionRule, 'policy' | 'period'>): Procedure {
  if (policy !== 'standing') return policy ?? 'full';
  const term = period === null ? null : parsePeriod(period);
  return term !== null && term.years + term.months / 12 + term.days / 365 <= STANDING_TERM_YEARS ? 'standing' : 'full';
}

const STARTS_A_TERM: ReadonlySet<RetentionFact['type']> = new Set(['dossier-opened', 'subject-joined', 'dossier-closed', 'retention-trigger']);

/** Day on which the last fact was recorded that a term can run from; null when that is not known of all of them. */
function termKnownOn({ facts }: RetentionState): string | null {
  let latest: string | null = null;
  for (const { type, recordedOn } of facts) {
    if (!STARTS_A_TERM.has(type)) continue;
    if (recordedOn === null) return null;
    if (latest === null || recordedOn > latest) latest = recordedOn;
  }
  return latest;
}
