import type { ErasureOfList, ListKind } from '#domain/destruction/list-kind';
import type { Heard, TellingMeans } from '#domain/destruction/list-people';
import type { NewEvent } from '#domain/ledger/event';
import type { CommonData } from '#domain/ledger/fact';
import type { EventId, Position, StreamName } from '#domain/ledger/ids';

/** In the dossier's own stream: from here it takes only `destruction-called-off`. */
export type DestructionBegun = NewEvent<'destruction-begun', {
  readonly runId: string;
  readonly listId: string;
  readonly rule: { readonly id: string; readonly version: string };
  readonly firstDestructionDay: string;
  readonly on: string;
  /** Absent: its term was over. Of an erasure the rule is the right that was granted, and the day that of the decision. */
  readonly ground?: Exclude<ListKind, 'term'>;
}>;
export type DestructionCalledOff = NewEvent<'destruction-called-off', { readonly runId: string; readonly reason: string }>;
export type GateEvent = DestructionBegun | DestructionCalledOff;

/**
 * Which road a list takes: `full`; `short` without a step of the archivist; `standing` under an authorisation that was
 * given beforehand, without any step of a person.
 */
export type Procedure = 'full' | 'short' | 'standing';

/** Stream `destruction-list-<uuid>`: counts only. Who did it is the event's `person`. */
export type ListEvent =
  | NewEvent<'destruction-list-drawn-up', {
    readonly name: string;
    readonly items: number;
    readonly itemsStream: StreamName;
    readonly scheduleVersion: string;
    readonly on: string;
    /** Absent: full. */
    readonly procedure?: Exclude<Procedure, 'full'>;
    /** Of a standing list: under which authorisation, and the day on which that was given. */
    readonly authorisation?: { readonly id: string; readonly on: string };
    /** Absent: what has reached the end of its term. */
    readonly kind?: Exclude<ListKind, 'term'>;
    /** Of an erasure list. */
    readonly erasure?: ErasureOfList;
    /** Of a follow list: the first calendar day on which it may be executed. */
    readonly executableFrom?: string;
    /** Number of the first item of each chunk of the items' stream, so that a page is read without the others. */
    readonly chunkStarts?: readonly number[];
  }>
  /** An item was taken off the list, or put back on it; which and why is in the stream of the items. */
  | NewEvent<'destruction-list-exceptions-changed', { readonly on: string; readonly excepted: number }>
  /** Of a co-reviewer or the archivist; the words are in the stream of the items. */
  | NewEvent<'destruction-list-advised', { readonly on: string; readonly advice: Advice }>
  /** Whose step it was is known from before; the event's person has it from now on. */
  | NewEvent<'destruction-list-person-replaced', { readonly on: string; readonly part: ReplaceablePart }>
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
  | NewEvent<'destruction-list-purged', { readonly runId: string; readonly on: string }>
  /** Of an erasure list: somebody with an interest was heard on that day; in which words is in the stream of the items. */
  | NewEvent<'destruction-list-heard', { readonly on: string; readonly whom: Heard }>
  /** Of an erasure list, before its run: how many got data of its dossiers, all together. */
  | NewEvent<'destruction-list-recipients-counted', { readonly on: string; readonly recipients: number }>
  /** So many of them were told on that day that it is gone (AVG 19); which is in the stream of the items. */
  | NewEvent<'destruction-list-recipients-told', { readonly on: string; readonly means: TellingMeans; readonly recipients: number }>;

export type Advice = 'agreed' | 'not-agreed';
/** The steps that one person holds while they are open. */
export type ReplaceablePart = 'drawing-up' | 'review';

/** A location says that its copy is destroyed: goes to the list, not to a dossier. */
export type DestructionConfirmed = NewEvent<'destruction-confirmed', CommonData & {
  readonly destructionRequestId: string;
  /** Calendar date. */
  readonly destroyedOn?: string;
  /** Name of the location as the list has it: needed from a person, who speaks for a place without a system. */
  readonly location?: string;
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
    readonly about: 'cancelled' | 'changes-requested' | 'answered' | 'advised' | 'person-replaced' | 'heard';
    /** Revision that the list's event would get. */
    readonly listRevision: number;
    /** Id of the list's own event that decides it; when the list has none with it, it was never decided. */
    readonly decisionId?: EventId;
    readonly reason: string;
  }>
  | NewEvent<'destruction-list-item-excepted', {
    readonly listId: string;
    readonly n: number;
    /** Null: back on the list. */
    readonly exception: ExceptionKind | null;
    /** Whose it is: who drew the list up, or its reviewer. */
    readonly part: ReplaceablePart;
    /** With `extend`: last calendar day on which it is to be kept. */
    readonly until?: string;
    /** With `other-rule`: the rule that is to apply. */
    readonly rule?: string;
    /** Id of the list's own event that decides it; when the list has none with it, it was never decided. */
    readonly decisionId: EventId;
    readonly reason: string;
  }>
  /** Of an erasure list, before its run: its dossiers say it no longer afterwards. */
  | NewEvent<'destruction-list-recipients-recorded', { readonly listId: string; readonly recipients: readonly RecipientToTell[] }>
  | NewEvent<'destruction-list-recipient-told', {
    readonly listId: string;
    /** Of the recipients, from 1, in the order in which they were recorded. */
    readonly numbers: readonly number[];
    readonly on: string;
    readonly means: TellingMeans;
    /** Id of the list's own event that decides it; when the list has none with it, it was never decided. */
    readonly decisionId: EventId;
  }>;

/** Who got data of an erased dossier, and must be told (AVG 19): an organisation, or another's system with its own reference. */
export interface RecipientToTell {
  readonly name: string;
  readonly reference?: string;
}

/** What is to become of an item that is taken off: a longer term, another rule, or kept for good. */
export const EXCEPTION_KINDS = ['extend', 'other-rule', 'keep'] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

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
  | NewEvent<'epoch-started', { readonly epoch: number; readonly origin: string; readonly logKey: string; readonly vault: string; readonly oin: string; readonly previous: null | PreviousEpoch }>
  | NewEvent<'backup-restored', BackupRestored>
  | NewEvent<'figures-fixed', FiguresFixed>
  | NewEvent<'run-begun', RunRanges>
  | NewEvent<'run-closed', RunRanges>
  | NewEvent<'certificate-issued', { readonly runId: string; readonly certificate: unknown }>
  | NewEvent<'certificate-completed', { readonly runId: string; readonly certificate: unknown }>;

/** What came before a new epoch. */
export interface PreviousEpoch {
  /** The last one that it published. */
  readonly checkpoint: string;
  /** Leaves under that checkpoint which did not come back: their places are taken by others now. */
  readonly lost: LeafRange | null;
  /** base64 Ed25519 of the old log key over the new name and key and that checkpoint. */
  readonly endorsement?: string;
}

/** Ledger, vault or both were put back from a backup; recorded when everything the fences name is gone again. */
export interface BackupRestored {
  /** Calendar date. */
  readonly on: string;
  readonly epoch: number;
  /** Leaves that came back. */
  readonly size: number;
  /** When the copies were made, RFC 3339; null for what was still in place. */
  readonly ledgerMadeAt: string | null;
  readonly vaultMadeAt: string | null;
  readonly lost: LeafRange | null;
  /** What had been destroyed after the copies were made. */
  readonly destroyedAgain: { readonly streams: number; readonly leaves: number };
  /** What cannot be read any more, since its key was not in the vault that came back. */
  readonly keysLost: { readonly streams: number; readonly leaves: number };
}

/** The additive cells of the yearly figures as they stood when every event up to and including `upTo` was counted. */
export interface FiguresFixed {
  readonly runId: string;
  readonly upTo: Position;
  /** 1-based; the last chunk closes the set (stores.md clause 6: 256 KiB an event). */
  readonly chunk: number;
  readonly chunks: number;
  readonly definitionsVersion: number;
  readonly cells: readonly FigureCell[];
  /** Streams that could not be opened after a backup was put back: in no figure. */
  readonly notCounted?: number;
}

/** One additive number: figure code, calendar year in Amsterdam, further dimensions in the figure's own order. */
export interface FigureCell {
  readonly figure: string;
  readonly year: number;
  readonly dimensions: readonly string[];
  readonly count: number;
}
