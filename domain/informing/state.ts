import type { InformingEvent } from '#domain/informing/events';

/** Nothing is decided from what was told: counts only. */
export interface InformingState {
  readonly informed: number;
  readonly deferred: number;
}

export const initialInforming: InformingState = { informed: 0, deferred: 0 };

export function evolveInforming(state: InformingState, event: InformingEvent): InformingState {
  switch (event.type) {
    case 'subject-informed':
      return { ...state, informed: state.informed + 1 };
    case 'informing-deferred':
      return { ...state, deferred: state.deferred + 1 };
    default:
      throw new Error(`not an informing event: ${String((event satisfies never as { type: string }).type)}`);
  }
}
