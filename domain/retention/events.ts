import type { NewEvent } from '#domain/ledger/event';
import type { FactData } from '#domain/ledger/fact';

/** A brondatum: the day from which a term runs (codes: retentionTriggers). `corrects` replaces an earlier one. */
export type RetentionTrigger = NewEvent<'retention-trigger', FactData & {
  readonly trigger: string;
  /** Calendar date. */
  readonly on: string;
  /** Event id of the trigger this one replaces. */
  readonly corrects?: string;
}>;

/** Stops destruction whatever the date, up to the gate (codes: holdKinds). */
export type HoldPlaced = NewEvent<'hold-placed', FactData & {
  readonly kind: string;
  readonly on: string;
  readonly holdId?: string;
}>;

/** Lifts the hold with this holdId; without one, the holds of this kind. */
export type HoldLifted = NewEvent<'hold-lifted', FactData & {
  readonly kind: string;
  readonly on: string;
  readonly holdId?: string;
}>;

export type RetentionEvent = RetentionTrigger | HoldPlaced | HoldLifted;
