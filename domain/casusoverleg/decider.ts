import type { MeetingEvent } from '#domain/casusoverleg/events';
import { begunAfter, isOwnStreamEvent, unlessBegun, type OwnStreamEvent } from '#domain/destruction/own-stream';
import { isCorrection, type Correction } from '#domain/ledger/corrections';
import type { Decider } from '#domain/ledger/decider';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import { recordFact, type RecordFactCommand } from '#domain/ledger/record-fact';

/** A meeting's own stream: its frame, and when its outcome was told. Found by meetingId. */
export interface MeetingState {
  readonly meetingId: string | null;
  /** Calendar date; null until the frame is there. */
  readonly on: string | null;
  readonly outcomesShared: number;
  readonly corrections: number;
  /** Run that has begun with its destruction; null: none. */
  readonly begun: string | null;
}

export type MeetingFact = MeetingEvent | Correction;
export type MeetingStreamEvent = (MeetingFact | OwnStreamEvent) & FactOrigin;

function evolve(state: MeetingState, event: MeetingStreamEvent): MeetingState {
  if (isCorrection(event)) {
    const gone = event.type === 'event-annulled' && event.data.ofType === 'casusoverleg-held';
    return { ...state, on: gone ? null : state.on, corrections: state.corrections + 1 };
  }
  if (isOwnStreamEvent(event)) return { ...state, begun: begunAfter(state.begun, event) };
  switch (event.type) {
    case 'casusoverleg-held':
      return { ...state, meetingId: event.data.meetingId, on: event.data.on };
    case 'casusoverleg-outcome-shared':
      return { ...state, meetingId: event.data.meetingId, outcomesShared: state.outcomesShared + 1 };
    default:
      throw new Error(`a meeting does not own this event: ${String((event satisfies never as { type: string }).type)}`);
  }
}

export const meetingDecider: Decider<MeetingState, RecordFactCommand<MeetingFact>, MeetingStreamEvent> = {
  initial: { meetingId: null, on: null, outcomesShared: 0, corrections: 0, begun: null },
  evolve,
  decide: (command, state) => unlessBegun(state.begun, () => recordFact(command)),
};
