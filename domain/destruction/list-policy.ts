/** What the organisation's own rules say about destruction lists. */
export interface ListPolicy {
  /** Calendar days between approval and the first day of execution. */
  readonly waitingDays: number;
  /** `machtiging`: the archivist approves. `advies` or `geen`: a second process-owner does, with `advies` after hearing the archivist. */
  readonly archivistStep: ArchivistStep;
  /** A run of fewer than SMALL_RUN dossiers waits until the month's end: few at once point at one family. */
  readonly smallRunsWait: boolean;
}

export const ARCHIVIST_STEPS = ['machtiging', 'advies', 'geen'] as const;
export type ArchivistStep = (typeof ARCHIVIST_STEPS)[number];

export const DEFAULT_LIST_POLICY: ListPolicy = { waitingDays: 7, archivistStep: 'machtiging', smallRunsWait: true };

export const SMALL_RUN = 10;

/** The ledger itself, by its nightly run. No token can carry this role. */
export const SCHEDULER = 'scheduler';
