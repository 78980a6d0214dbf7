import type { StreamKind } from '#domain/ledger/ids';
import { events, refuse, type Decision } from '#domain/ledger/decider';
import type { NewEvent } from '#domain/ledger/event';
import { refusal } from '#domain/ledger/refusals';

/** Streams with a term of their own: they go without a list, by a run of their own kind. */
export const OWN_TERM_KINDS = ['meeting', 'rights-request', 'searches', 'destruction-list-items'] as const satisfies readonly StreamKind[];
export type OwnTermKind = (typeof OWN_TERM_KINDS)[number];

export function isOwnTermKind(kind: StreamKind): kind is OwnTermKind {
  return (OWN_TERM_KINDS as readonly StreamKind[]).includes(kind);
}

/** In the stream itself: from here it takes only `stream-destruction-called-off`. */
export type StreamDestructionBegun = NewEvent<'stream-destruction-begun', {
  readonly runId: string;
  readonly kind: OwnTermKind;
  /** Id of the rule of the adopted schedule, or the name of the ledger's own term. */
  readonly rule: string;
  readonly firstDestructionDay: string;
  readonly on: string;
}>;

export type StreamDestructionCalledOff = NewEvent<'stream-destruction-called-off', {
  readonly runId: string;
  readonly kind: OwnTermKind;
  readonly reason: string;
}>;

export type OwnStreamEvent = StreamDestructionBegun | StreamDestructionCalledOff;

export function isOwnStreamEvent(event: { readonly type: string }): event is OwnStreamEvent {
  return event.type === 'stream-destruction-begun' || event.type === 'stream-destruction-called-off';
}

/** Run that has begun with the stream; null: none. */
export function begunAfter(before: string | null, event: OwnStreamEvent): string | null {
  if (event.type === 'stream-destruction-begun') return event.data.runId;
  return before === event.data.runId ? null : before;
}

/** For the decider of such a stream: what its own rules say, unless its destruction has begun. */
export function unlessBegun<Event extends NewEvent>(begun: string | null, decide: () => Decision<Event>): Decision<Event> {
  return begun === null ? decide()
    : refuse(refusal('destruction-begun', 'De vernietiging hiervan is begonnen. Er is niets vastgelegd.'));
}

export function callOffStream(runId: string, kind: OwnTermKind, reason: string): Decision<StreamDestructionCalledOff> {
  return events({ type: 'stream-destruction-called-off', schema: 1, data: { runId, kind, reason } });
}
