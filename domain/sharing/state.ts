import type { SharingEvent } from '#domain/sharing/events';

/** Decisions taken and exchanges made, counted as they were recorded: a sharing without a decision is a signal, never a refusal. */
export interface SharingState {
  readonly decisions: number;
  readonly sharings: number;
  /** What surrounds them: stored, looked up, given back, disagreed on. */
  readonly others: number;
}

export const initialSharing: SharingState = { decisions: 0, sharings: 0, others: 0 };

export function evolveSharing(state: SharingState, event: SharingEvent): SharingState {
  switch (event.type) {
    case 'sharing-decided':
      return { ...state, decisions: state.decisions + 1 };
    case 'data-shared':
      return { ...state, sharings: state.sharings + 1 };
    case 'data-stored':
    case 'lookup-performed':
    case 'document-returned':
    case 'disagreement-escalated':
    case 'disagreement-resolved':
      return { ...state, others: state.others + 1 };
    default:
      throw new Error(`not a sharing event: ${String((event satisfies never as { type: string }).type)}`);
  }
}
