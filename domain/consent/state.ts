import type { ConsentEvent } from '#domain/consent/events';

/**
 * What deciding needs to know of consent: nothing yet, since every consent act is recorded and its meaning is
 * computed from the acts themselves (status.ts). Counts only: the state of a long stream must stay small.
 */
export interface ConsentState {
  readonly requested: number;
  readonly given: number;
  readonly refused: number;
  readonly withdrawn: number;
}

export const initialConsent: ConsentState = { requested: 0, given: 0, refused: 0, withdrawn: 0 };

export function evolveConsent(state: ConsentState, event: ConsentEvent): ConsentState {
  switch (event.type) {
    case 'consent-requested':
      return { ...state, requested: state.requested + 1 };
    case 'consent-given':
      return { ...state, given: state.given + 1 };
    case 'consent-refused':
      return { ...state, refused: state.refused + 1 };
    case 'consent-withdrawn':
      return { ...state, withdrawn: state.withdrawn + 1 };
    default:
      throw new Error(`not a consent event: ${String((event satisfies never as { type: string }).type)}`);
  }
}
