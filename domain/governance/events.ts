import type { ArchivistStep } from '#domain/destruction/list-policy';
import type { AuthorisationEnd, StandingAuthorisation } from '#domain/destruction/standing';
import type { ClockDoubt } from '#domain/governance/clock-trust';
import type { NewEvent } from '#domain/ledger/event';
import type { Correction } from '#domain/ledger/corrections';
import type { CommonData, DecidedBy } from '#domain/ledger/fact';
import type { ClassHoldLifted, ClassHoldPlaced } from '#domain/retention/events';
import type { RetentionRule } from '#domain/retention/schedule';

/** Nothing drives destruction before this (Archiefwet 1995 art. 3 and 5; zorgdrager: the college). */
export type ScheduleAdopted = NewEvent<'schedule-adopted', {
  readonly version: string;
  /** `test` schedules are adoptable in tests and demonstrations only. */
  readonly use?: 'test';
  /** The rules as adopted, by value: the account must not change when a file changes. */
  readonly rules: readonly RetentionRule[];
  readonly adoptedBy: string;
  readonly mandate: string;
  readonly archivistAdvice: string;
  /** Calendar date. */
  readonly on: string;
}>;

export type TokenIssued = NewEvent<'token-issued', {
  readonly tokenId: string;
  readonly role: string;
  readonly subject: string;
  readonly source?: string;
  readonly systems?: readonly string[];
  readonly expiresAt: string;
}>;

/** The whole ledger was written out in the clear, for whoever works on its folder; recorded before the first byte. */
export type ExportMade = NewEvent<'export-made', {
  readonly occurredAt: string;
  /** Leaves under the head when it began: their events, and this one, are in the file. */
  readonly size: number;
  /** One dossier that is kept for good, for an e-depot, instead of everything. Which one is not said: this stream outlives it. */
  readonly form?: 'mdto';
  /** Hexadecimal, of the dossier's file: shows later that it is the one that was handed over. */
  readonly sha256?: string;
}>;

export type FrameworkRatified = NewEvent<'framework-ratified', CommonData & {
  readonly version: string;
  readonly decision?: string;
  /** Calendar date of the decision. */
  readonly date?: string;
}>;

export type CovenantPublished = NewEvent<'covenant-published', CommonData & {
  readonly covenantId?: string;
  readonly participants?: readonly string[];
  /** Who may give whom which categories for what. */
  readonly matrix?: readonly { readonly from?: string; readonly to?: string; readonly categories?: readonly string[]; readonly purpose?: string }[];
  readonly url?: string;
  readonly date?: string;
}>;

/** A "bestuurlijk besluit tot afwijken": never a legal basis. */
export type DeviationAcknowledged = NewEvent<'deviation-acknowledged', CommonData & {
  readonly deviationId?: string;
  readonly scope?: string;
  readonly decidedBy?: DecidedBy;
  /** Last calendar day. */
  readonly until?: string;
}>;

export type DeviationEnded = NewEvent<'deviation-ended', CommonData & { readonly deviationId?: string; readonly on?: string }>;

export type DpiaAdopted = NewEvent<'dpia-adopted', CommonData & { readonly reference?: string; readonly date?: string }>;

export type DataBreachRecorded = NewEvent<'data-breach-recorded', CommonData & {
  readonly breachId?: string;
  /** RFC 3339 with offset: the 72 hours of AVG 33 run from here. */
  readonly discoveredAt: string;
  /** codes: breachKinds */
  readonly kind?: string;
  /** How many persons, from and up to. */
  readonly persons?: { readonly from: number; readonly upTo?: number };
}>;

export type DataBreachAssessed = NewEvent<'data-breach-assessed', CommonData & {
  readonly breachId?: string;
  readonly discoveredAt: string;
  readonly kind?: string;
  readonly persons?: { readonly from: number; readonly upTo?: number };
  /** yes, no or assessing */
  readonly notifiable?: string;
  readonly reasonNot?: string;
  /** RFC 3339 with offset. */
  readonly reportedToApAt?: string;
  readonly personsToldAt?: string;
}>;

/** Since when a source is connected and what it has: says what the figures miss. */
export type CoverageDeclared = NewEvent<'coverage-declared', CommonData & {
  readonly sources?: readonly { readonly source: string; readonly connectedSince?: string; readonly dossiers?: number; readonly onDate?: string }[];
}>;

/** Statutory message traffic: one assessment for all its exchanges. */
export type ExchangeRouteRegistered = NewEvent<'exchange-route-registered', CommonData & {
  readonly routeId: string;
  /** Id of a row of legal-bases.json. */
  readonly basis?: string;
  readonly recipientKind?: string;
  readonly categories?: readonly string[];
  readonly purpose?: string;
  readonly from?: string;
}>;

export type ExchangeRouteEnded = NewEvent<'exchange-route-ended', CommonData & { readonly routeId: string; readonly on?: string }>;

export type AccessGranted = NewEvent<'access-granted', CommonData & { readonly role?: string; readonly scope?: string; readonly purpose?: string }>;
export type AccessRevoked = NewEvent<'access-revoked', CommonData & { readonly role?: string; readonly scope?: string; readonly purpose?: string }>;

/** A first load: what it brings is late by its nature and gives no signal for that. */
export type ImportDeclared = NewEvent<'import-declared', CommonData & {
  readonly batch: string;
  /** CloudEvents source of the events. */
  readonly source: string;
  /** Calendar date from which the history is loaded. */
  readonly from: string;
}>;

/** A referral counted without a person. */
export type ReferralCounted = NewEvent<'referral-counted', CommonData & {
  readonly law: string;
  readonly year: number;
  readonly count?: number;
}>;

/** What is sent about the organisation; holds by class stop dossiers that are still to come too. */
export type GovernanceFact =
  | FrameworkRatified | CovenantPublished | DeviationAcknowledged | DeviationEnded | DpiaAdopted | DataBreachRecorded
  | DataBreachAssessed | CoverageDeclared | ExchangeRouteRegistered | ExchangeRouteEnded | AccessGranted | AccessRevoked
  | ImportDeclared | ReferralCounted | ClassHoldPlaced | ClassHoldLifted;

/** The ledger's own: from here on until `clock-confirmed` what is recorded bears a moment that is not believed. */
export type ClockSuspected = NewEvent<'clock-suspected', {
  /** What the clock said. */
  readonly occurredAt: string;
  readonly reason: ClockDoubt;
  /** The last tick that was believed, RFC 3339 in UTC; null when none could be read. */
  readonly lastTick: string | null;
}>;

/** Operations has looked at the clock and vouches for it. */
export type ClockConfirmed = NewEvent<'clock-confirmed', { readonly occurredAt: string }>;

/** How destruction lists go here; what is left out stays as it was. */
export type PolicyChanged = NewEvent<'policy-changed', {
  /** Calendar date of the decision. */
  readonly on: string;
  readonly archivistStep?: ArchivistStep;
  /** Calendar days between approval and execution. */
  readonly waitingDays?: number;
  /** Place of the decision: number and date. */
  readonly mandate: string;
}>;

/** The archivist's, beforehand, for rules of short terms: id, rules, end and caps as in `StandingAuthorisation`. */
export type StandingAuthorisationGiven = NewEvent<'standing-authorisation-given', StandingAuthorisation & { readonly mandate: string }>;

/** Withdrawn by a person, or stopped by the ledger when a night brought more than it allows. */
export type StandingAuthorisationEnded = NewEvent<'standing-authorisation-ended', {
  readonly id: string;
  readonly on: string;
  readonly reason: AuthorisationEnd;
}>;

/** What a night's run did or saw beyond the lapses, which are events of their own; a night of nothing is not recorded. */
export type NightlyRunRecorded = NewEvent<'nightly-run-recorded', {
  readonly occurredAt: string;
  /** Calendar date up to which was looked. */
  readonly today: string;
  readonly retentionExpired: number;
  readonly consentExpired: number;
  readonly authorityEnded: number;
  /** Calendar month (YYYY-MM) for which was looked whether there is anything to propose. */
  readonly proposedFor?: string;
  /** The list drawn up for it; absent when nothing may go. */
  readonly proposed?: { readonly listId: string; readonly items: number };
  /** Proposals that nobody took up, withdrawn for the new one. */
  readonly withdrawn?: readonly string[];
  /** Lists on which nobody acted: for how many days; `urgent` when that is long. */
  readonly reminded?: readonly { readonly listId: string; readonly phase: string; readonly days: number; readonly urgent: boolean }[];
  /** Erasure lists of which so many recipients were not told yet that it is gone (AVG 19), for how many days. */
  readonly untold?: readonly { readonly listId: string; readonly recipients: number; readonly days: number; readonly urgent: boolean }[];
  /** Under a standing authorisation. */
  readonly executed?: readonly { readonly listId: string; readonly authorisationId: string; readonly destroyed: number }[];
  readonly stopped?: readonly { readonly authorisationId: string; readonly reason: AuthorisationEnd; readonly due: number }[];
  /** After sources that lead their own destruction: the list drawn up, and those that were executed. */
  readonly followDrawn?: { readonly listId: string; readonly items: number };
  readonly followed?: readonly { readonly listId: string; readonly destroyed: number }[];
  /** Dossiers that their source has destroyed and that are held here, when that number changed. */
  readonly heldAtSource?: number;
  /** Dossiers that their source has destroyed and that are kept for good here, when that number changed. */
  readonly permanentAtSource?: number;
  /** Codes of refusals: what stood under an authorisation and could not go. */
  readonly refused?: readonly string[];
  /** Runs of destruction completed: the ledger's file was rewritten, for all of them together. */
  readonly completed?: number;
  /** It was their day, and somebody still read the file: the next night tries again. */
  readonly rewriteBlocked?: boolean;
}>;

export type GovernanceEvent =
  | ScheduleAdopted | TokenIssued | ExportMade | ClockSuspected | ClockConfirmed | PolicyChanged | StandingAuthorisationGiven
  | StandingAuthorisationEnded | NightlyRunRecorded | GovernanceFact | Correction;
