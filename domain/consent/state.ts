import type { ConsentFact } from '#domain/consent/events';

/**
 * What deciding needs to know of consent: nothing yet, since every consent act is recorded and its meaning is
 * computed from the acts themselves (status.ts). Counts of what was recorded only, corrected or not: the state of a long stream must stay small.
 */
export interface ConsentState {
  readonly requested: number;
  readonly given: number;
  readonly refused: number;
  readonly withdrawn: number;
  readonly renewed: number;
  readonly disputed: number;
  readonly resolved: number;
  readonly plans: number;
  /** What the ledger itself recorded: terms that ran out. */
  readonly expired: number;
}

export const initialConsent: ConsentState = {
  requested: 0, given: 0, refused: 0, withdrawn: 0, renewed: 0, disputed: 0, resolved: 0, plans: 0, expired: 0,
};

export function evolveConsent(state: ConsentState, event: ConsentFact): ConsentState {
  switch (event.type) {
    case 'consent-requested':
      return { ...state, requested: state.requested + 1 };
    case 'consent-given':
      return { ...state, given: state.given + 1 };
    case 'consent-refused':
      return { ...state, refused: state.refused + 1 };
    case 'consent-withdrawn':
      return { ...state, withdrawn: state.withdrawn + 1 };
    case 'consent-renewed':
      return { ...state, renewed: state.renewed + 1 };
    case 'consent-disputed':
      return { ...state, disputed: state.disputed + 1 };
    case 'consent-dispute-resolved':
      return { ...state, resolved: state.resolved + 1 };
    case 'plan-started':
    case 'plan-ended':
      return { ...state, plans: state.plans + 1 };
    case 'consent-expired':
      return { ...state, expired: state.expired + 1 };
    default:
      throw new Error(`not a consent event: ${String((event satisfies never as { type: string }).type)}`);
  }
}
