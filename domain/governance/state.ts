import type { GovernanceEvent } from '#domain/governance/events';
import type { RetentionRule } from '#domain/retention/schedule';

/** What the organisation has decided, folded from its governance stream. */
export interface GovernanceState {
  /** The schedule in force; null while none was adopted, and then nothing is ever due. */
  readonly schedule: AdoptedSchedule | null;
}

export interface AdoptedSchedule {
  readonly version: string;
  readonly use?: 'test';
  readonly rules: readonly RetentionRule[];
  readonly adoptedBy: string;
  readonly mandate: string;
  readonly archivistAdvice: string;
  readonly on: string;
}

export const initialGovernance: GovernanceState = { schedule: null };

export function evolveGovernance(state: GovernanceState, event: GovernanceEvent): GovernanceState {
  switch (event.type) {
    case 'schedule-adopted':
      return { ...state, schedule: event.data };
    case 'token-issued':
      return state;
    default:
      throw new Error(`the governance stream does not own this event: ${String((event satisfies never as { type: string }).type)}`);
  }
}
