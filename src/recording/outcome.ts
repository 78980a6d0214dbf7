import type { Refusal } from '#domain/ledger/refusals';
import type { EventId, Position } from '#domain/ledger/ids';
import type { PartResult } from '#src/recording/parts';

/** What a sender gets for an accepted event (api.md). Times in UTC; leafHash in hex; checkpoint as a signed note. */
export interface Receipt {
  readonly id: EventId;
  readonly source: string;
  readonly sourceId: string;
  /** `known`: this (source, id) with this content was recorded before; this is its first receipt again. */
  readonly status: 'recorded' | 'known';
  readonly position: Position;
  readonly leafIndex: Position;
  readonly leafHash: string;
  readonly recordedAt: string;
  readonly checkpoint: string;
  /** Of a message that was split: what became of each part, by its place in what was sent. */
  readonly items?: readonly PartResult[];
}

/** Expected refusals are values; what throws is a broken invariant. */
export type Outcome<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export function done<Value>(value: Value): Outcome<Value> {
  return { kind: 'done', value };
}

export function refused(refusal: Refusal): Outcome<never> {
  return { kind: 'refused', refusal };
}
