import { begunAfter, isOwnStreamEvent, unlessBegun, type OwnStreamEvent } from '#domain/destruction/own-stream';
import { isCorrection, revised, type Correction } from '#domain/ledger/corrections';
import type { Decider } from '#domain/ledger/decider';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import type { SubjectId } from '#domain/ledger/ids';
import { recordFact, type RecordFactCommand } from '#domain/ledger/record-fact';
import type { RightsRequestEvent } from '#domain/rights/events';

/** One request of a person, in a stream of its own, found by requestId. */
export interface RightsRequestState {
  readonly requestId: string | null;
  /** codes: dataSubjectRights; null while only a later step is known. */
  readonly right: string | null;
  /** Calendar dates; null while not known. */
  readonly receivedOn: string | null;
  readonly extendedToldOn: string | null;
  readonly decidedOn: string | null;
  readonly outcome: string | null;
  /** Run that has begun with its destruction; null: none. */
  readonly begun: string | null;
  readonly facts: readonly (RightsRequestEvent & { readonly id: string | null })[];
}

export type RightsRequestFact = RightsRequestEvent | Correction;
export type RightsRequestStreamEvent = (RightsRequestFact | OwnStreamEvent) & FactOrigin;

const initial: RightsRequestState = {
  requestId: null, right: null, receivedOn: null, extendedToldOn: null, decidedOn: null, outcome: null, begun: null, facts: [],
};

function evolve(state: RightsRequestState, event: RightsRequestStreamEvent): RightsRequestState {
  if (isCorrection(event)) {
    const facts = revised(state.facts, event, (replacement) => replacement as unknown as RightsRequestState['facts'][number]);
    return facts.reduce(apply, { ...initial, begun: state.begun, facts });
  }
  if (isOwnStreamEvent(event)) return { ...state, begun: begunAfter(state.begun, event) };
  const fact = { type: event.type, schema: event.schema, data: event.data, id: event.id ?? null } as RightsRequestState['facts'][number];
  return apply({ ...state, facts: [...state.facts, fact] }, fact);
}

function apply(state: RightsRequestState, event: RightsRequestEvent): RightsRequestState {
  const { requestId } = event.data;
  switch (event.type) {
    case 'rights-request-received':
      return { ...state, requestId, right: event.data.right, receivedOn: event.data.receivedOn };
    case 'rights-request-extended':
      return { ...state, requestId, extendedToldOn: event.data.extendedToldOn ?? null };
    case 'rights-request-decided':
      return { ...state, requestId, decidedOn: event.data.decidedOn ?? null, outcome: event.data.outcome ?? null };
    default:
      throw new Error(`a rights request does not own this event: ${String((event satisfies never as { type: string }).type)}`);
  }
}

/** Received, and not decided on, whatever the decision was. */
export function isPending({ facts }: RightsRequestState): boolean {
  return facts.some(({ type }) => type === 'rights-request-received') && !facts.some(({ type }) => type === 'rights-request-decided');
}

/** Whom it is about, as known under the law of such requests; null while only a later step is known. */
export function requestSubject({ facts }: RightsRequestState): SubjectId | null {
  const received = facts.findLast((fact) => fact.type === 'rights-request-received');
  return received?.type === 'rights-request-received' ? received.data.subject.subjectId : null;
}

export const rightsRequestDecider: Decider<RightsRequestState, RecordFactCommand<RightsRequestFact>, RightsRequestStreamEvent> = {
  initial, evolve, decide: (command, state) => unlessBegun(state.begun, () => recordFact(command)),
};
