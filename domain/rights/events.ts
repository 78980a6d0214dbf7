import type { NewEvent } from '#domain/ledger/event';
import type { FactData } from '#domain/ledger/fact';

/** AVG 21, Awb 6–7 and 9, AVG 77: an objection of any of these kinds (codes: objectionKinds). */
export type ObjectionReceived = NewEvent<'objection-received', FactData & {
  readonly kind: string;
  /** Calendar date. */
  readonly receivedOn: string;
  readonly against?: string;
  readonly objectionId?: string;
}>;

export type RightsEvent = ObjectionReceived;
