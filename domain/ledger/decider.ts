import type { NewEvent } from '#domain/ledger/event';
import type { Refusal } from '#domain/ledger/refusals';

/**
 * The one shape of every rule about what may be recorded. All three functions are pure: clock, ids and
 * everything from outside arrive inside the command, because a decision is taken again after a conflict.
 * `evolve` throws on an event type it does not own: an event that is skipped in silence would be a lost fact.
 */
export interface Decider<State, Command, Event extends NewEvent = NewEvent> {
  readonly initial: State;
  evolve(state: State, event: Event): State;
  decide(command: Command, state: State): Decision<Event>;
}

export type Decision<Event extends NewEvent = NewEvent> =
  | { readonly kind: 'events'; readonly events: readonly Event[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export function events<Event extends NewEvent>(...list: readonly Event[]): Decision<Event> {
  return { kind: 'events', events: list };
}

export function refuse(refusal: Refusal): Decision<never> {
  return { kind: 'refused', refusal };
}
