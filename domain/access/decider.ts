import type { AccessEvent, PersonalDataViewed } from '#domain/access/events';
import { isCorrection, type Correction } from '#domain/ledger/corrections';
import type { Decider } from '#domain/ledger/decider';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import { recordFact, type RecordFactCommand } from '#domain/ledger/record-fact';

/** Who looked, counted: nothing is decided from it. The gate of the dossier's own stream is the recorder's to ask. */
export interface AccessState {
  readonly accessed: number;
  readonly reviewed: number;
  readonly viewed: number;
  readonly corrections: number;
}

export type AccessFact = AccessEvent | Correction;
/** `personal-data-viewed` is the ledger's own: nobody sends it, so nothing is decided about it. */
export type AccessStreamEvent = (AccessFact | PersonalDataViewed) & FactOrigin;

function evolve(state: AccessState, event: AccessStreamEvent): AccessState {
  if (isCorrection(event)) return { ...state, corrections: state.corrections + 1 };
  switch (event.type) {
    case 'dossier-accessed':
      return { ...state, accessed: state.accessed + 1 };
    case 'access-reviewed':
      return { ...state, reviewed: state.reviewed + 1 };
    case 'personal-data-viewed':
      return { ...state, viewed: state.viewed + 1 };
    default:
      throw new Error(`an access stream does not own this event: ${String((event satisfies never as { type: string }).type)}`);
  }
}

export const accessDecider: Decider<AccessState, RecordFactCommand<AccessFact>, AccessStreamEvent> = {
  initial: { accessed: 0, reviewed: 0, viewed: 0, corrections: 0 },
  evolve,
  decide: (command) => recordFact(command),
};
