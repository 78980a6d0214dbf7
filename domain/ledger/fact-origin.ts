import type { EventId } from '#domain/ledger/ids';

/**
 * What a fold may know of an event beyond its data: its id (others point at it) and who sent it. A recorded event
 * has both in header and payload; a decided one gets them from the command, so that the state after an append equals
 * the state read back.
 */
export interface FactOrigin {
  readonly id?: EventId;
  readonly origin?: { readonly source: string };
}
