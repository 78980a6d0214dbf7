import { closingStandsIn, type RetentionRule } from '#domain/retention/schedule';
import { standingTriggers, type RetentionState } from '#domain/retention/state';
import { partsOf } from '#domain/retention/triggers';

export interface TriggerFound {
  readonly code: string;
  /** Calendar date. */
  readonly on: string;
  readonly from: 'sent' | 'closing' | 'birth-date';
}

/**
 * The latest of what was sent; else what may stand in; for "the later of two" both parts are needed. Null when there
 * is none, with the codes waited for added to `missing`.
 */
export function triggerFound(rule: RetentionRule, code: string, state: RetentionState, missing: string[]): TriggerFound | null {
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
