import type { NewEvent } from '#domain/ledger/event';
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

export type GovernanceEvent = ScheduleAdopted | TokenIssued;
