import type { NewEvent } from '#domain/ledger/event';
import type { CommonData, DecidedBy, FactData } from '#domain/ledger/fact';

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

/** Which dossiers a hold by class stops, also those still to come; what is left out does not narrow it. */
export interface HoldScope {
  readonly rules?: readonly string[];
  /** codes: laws */
  readonly laws?: readonly string[];
  /** Calendar dates, inclusive: dossiers opened in it. */
  readonly period?: { readonly from?: string; readonly until?: string };
}

/** A hold over many dossiers: in the governance stream, since it belongs to none of them. */
export type ClassHoldPlaced = NewEvent<'hold-placed', CommonData & {
  readonly kind: string;
  readonly on: string;
  readonly scope: HoldScope;
  readonly holdId?: string;
}>;

export type ClassHoldLifted = NewEvent<'hold-lifted', CommonData & {
  readonly kind: string;
  readonly on: string;
  readonly scope: HoldScope;
  readonly holdId?: string;
}>;

/** From now on these rules; a shorter term only with the archivist's advice. */
export type RetentionRuleChanged = NewEvent<'retention-rule-changed', FactData & {
  readonly retentionRules: readonly string[];
  readonly archivistAdvice?: string;
  readonly decidedBy?: DecidedBy;
}>;

export type RetentionExtended = NewEvent<'retention-extended', FactData & {
  /** Last calendar day on which it is kept. */
  readonly until: string;
  readonly ground?: string;
  readonly decidedBy?: DecidedBy;
}>;

/** The archivist's: destroy, or keep for good (a hotspot, an exception). */
export type DesignationChanged = NewEvent<'designation-changed', FactData & {
  readonly designation: 'vernietigen' | 'blijvend_bewaren';
  readonly hotspot?: string;
  readonly exception?: string;
  /** Later: `transferred`. */
  readonly outcome?: string;
}>;

/**
 * The ledger's own, on the first day on which the term is over (00:00 Amsterdam), held or not. A date that moved
 * afterwards gives another one.
 */
export type RetentionExpired = NewEvent<'retention-expired', {
  readonly occurredAt: string;
  readonly rule: { readonly id: string; readonly version: string };
  /** Calendar date; null when nothing is retained (P0D). */
  readonly retainedThrough: string | null;
  readonly firstDestructionDay: string;
}>;

/**
 * The source that leads its own destruction has destroyed the dossier. Its copy here follows, on a list of its own
 * kind; from a source that does not lead it has no effect.
 */
export type DestroyedAtSource = NewEvent<'destroyed-at-source', FactData & {
  /** Calendar date. */
  readonly on: string;
  /** The source's own verklaring van vernietiging: where it is kept, and its SHA-256 in hex. */
  readonly certificate?: { readonly reference: string; readonly sha256?: string };
}>;

export type RetentionEvent =
  | DestroyedAtSource | RetentionTrigger | HoldPlaced | HoldLifted | RetentionRuleChanged | RetentionExtended | DesignationChanged
  | RetentionExpired;
