import type { NewEvent } from '#domain/ledger/event';
import type { CommonData } from '#domain/ledger/fact';
import type { Position, StreamName } from '#domain/ledger/ids';

/** In the dossier's own stream: from here it takes only `destruction-called-off`. */
export type DestructionBegun = NewEvent<'destruction-begun', {
  readonly runId: string;
  readonly listId: string;
  readonly rule: { readonly id: string; readonly version: string };
  readonly firstDestructionDay: string;
  readonly on: string;
}>;
export type DestructionCalledOff = NewEvent<'destruction-called-off', { readonly runId: string; readonly reason: string }>;
export type GateEvent = DestructionBegun | DestructionCalledOff;

/** Stream `destruction-list-<uuid>`: counts only. Who did it is the event's `person`. */
export type ListEvent =
  | NewEvent<'destruction-list-drawn-up', { readonly name: string; readonly items: number; readonly itemsStream: StreamName; readonly scheduleVersion: string; readonly on: string }>
  | NewEvent<'destruction-list-submitted', { readonly on: string }>
  | NewEvent<'destruction-list-reviewed', { readonly on: string }>
  | NewEvent<'destruction-list-changes-requested', { readonly on: string }>
  | NewEvent<'destruction-list-approved', {
    readonly on: string;
    readonly executableFrom: string;
    /** Approved with a token of the ledger's own issuer: the certificate says so. */
    readonly localToken?: boolean;
  }>
  | NewEvent<'destruction-list-cancelled', { readonly on: string }>
  | NewEvent<'destruction-list-started', { readonly runId: string; readonly on: string }>
  | NewEvent<'destruction-list-executed', { readonly runId: string; readonly destroyed: number; readonly skipped: Readonly<Record<string, number>>; readonly on: string }>
  | NewEvent<'destruction-list-purged', { readonly runId: string; readonly on: string }>;

/** A location says that its copy is destroyed: goes to the list, not to a dossier. */
export type DestructionConfirmed = NewEvent<'destruction-confirmed', CommonData & {
  readonly destructionRequestId: string;
  /** Calendar date. */
  readonly destroyedOn?: string;
}>;

export interface ListItem {
  /** From 1, in the order of the list. */
  readonly n: number;
  readonly stream: StreamName;
  readonly rule: string;
  readonly firstDestructionDay: string;
}

/**
 * Stream `destruction-list-items-<uuid>`: own key, destroyed 30 days after execution. A long list is written in
 * chunks (stores.md clause 6); a list is drawn up only after its last chunk. Reasons are free text and live here.
 */
export type ListItemsEvent =
  | NewEvent<'destruction-list-items-recorded', {
    readonly listId: string;
    readonly items: readonly ListItem[];
    readonly chunk?: number;
    readonly chunks?: number;
  }>
  | NewEvent<'destruction-list-reason-recorded', {
    readonly listId: string;
    readonly about: 'cancelled' | 'changes-requested';
    /** Revision of the list's event this belongs to; without such an event at that place it was never decided. */
    readonly listRevision: number;
    readonly reason: string;
  }>;

/** Inclusive leaf ranges, sorted, over all streams of a run together, never one dossier's. */
export type LeafRange = readonly [from: Position, through: Position];

/** Ranges of a run; when they do not fit one event, the run's ranges are those of all its chunks together. */
export interface RunRanges {
  readonly runId: string;
  readonly ranges: readonly LeafRange[];
  readonly dossiers: number;
  /** 1-based; absent means 1 of 1. */
  readonly chunk?: number;
  readonly chunks?: number;
}

/** Streams of kind `log-`: plain JSON signed by the log key, no personal data. */
export type LogEvent =
  | NewEvent<'epoch-started', { readonly epoch: number; readonly origin: string; readonly logKey: string; readonly vault: string; readonly oin: string; readonly previous: null | { readonly checkpoint: string; readonly lost: LeafRange | null } }>
  | NewEvent<'figures-fixed', FiguresFixed>
  | NewEvent<'run-begun', RunRanges>
  | NewEvent<'run-closed', RunRanges>
  | NewEvent<'certificate-issued', { readonly runId: string; readonly certificate: unknown }>
  | NewEvent<'certificate-completed', { readonly runId: string; readonly certificate: unknown }>;

/** The additive cells of the yearly figures as they stood when every event up to and including `upTo` was counted. */
export interface FiguresFixed {
  readonly runId: string;
  readonly upTo: Position;
  /** 1-based; the last chunk closes the set (stores.md clause 6: 256 KiB an event). */
  readonly chunk: number;
  readonly chunks: number;
  readonly definitionsVersion: number;
  readonly cells: readonly FigureCell[];
}

/** One additive number: figure code, calendar year in Amsterdam, further dimensions in the figure's own order. */
export interface FigureCell {
  readonly figure: string;
  readonly year: number;
  readonly dimensions: readonly string[];
  readonly count: number;
}
