import { Query } from '@nestjs/cqrs';
import type { Position } from '#domain/ledger/ids';
import type { RetentionRule } from '#domain/retention/schedule';
import type { ScheduleChange } from '#domain/retention/schedule-change';
import type { Outcome } from '#src/recording/outcome';
import type { ShownDossier } from '#src/dossiers/dossier-of';

export interface PreviewedChange extends ScheduleChange {
  readonly stream: string;
  /** The case system's own dossier, decrypted; null when it was destroyed in this very moment. */
  readonly dossier: ShownDossier | null;
  /** Dutch, for a person. */
  readonly why: string;
}

export interface ClassCount {
  /** Rule id under the proposed schedule; null: no rule gives a date. */
  readonly rule: string | null;
  readonly dossiers: number;
  readonly earlier: number;
  readonly later: number;
}

export interface PreviewCounts {
  readonly dossiers: number;
  readonly moved: number;
  readonly earlier: number;
  readonly later: number;
  /** Destruction would be allowed at once. */
  readonly dueAtOnce: number;
  readonly byReason: Readonly<Record<string, number>>;
  /** Of the dossiers whose date moves. */
  readonly classes: readonly ClassCount[];
}

export interface SchedulePreview {
  readonly schedule: string;
  /** The schedule in force; null while none was adopted. */
  readonly against: string | null;
  /** Calendar date in Amsterdam, taken as the day of adoption. */
  readonly today: string;
  /** Over all dossiers; on the first page only, since it reads every one of them. */
  readonly counts?: PreviewCounts;
  readonly changes: readonly PreviewedChange[];
  /** For `after` of the next page; absent on the last one. */
  readonly next?: string;
  readonly knownAt: Position;
}

/** Every dossier whose date moves if this schedule were adopted today. Nothing is recorded. */
export class PreviewSchedule extends Query<Outcome<SchedulePreview>> {
  constructor(
    readonly proposed: { readonly version: string; readonly use?: 'test'; readonly rules: readonly RetentionRule[] },
    readonly after: string | null, readonly limit: number, readonly minPosition: Position | null,
  ) {
    super();
  }
}
