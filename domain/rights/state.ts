import type { RightsEvent } from '#domain/rights/events';

/** Objections against this dossier's processing; an avg-21 objection makes the advice say no until resolved. */
export interface RightsState {
  readonly objections: number;
  readonly openAgainstProcessing: number;
}

export const initialRights: RightsState = { objections: 0, openAgainstProcessing: 0 };

export function evolveRights(state: RightsState, event: RightsEvent): RightsState {
  switch (event.type) {
    case 'objection-received':
      return {
        objections: state.objections + 1,
        openAgainstProcessing: state.openAgainstProcessing + (event.data.kind === 'avg-21' ? 1 : 0),
      };
    default:
      throw new Error(`not a rights event: ${String((event as { type: string }).type)}`);
  }
}
