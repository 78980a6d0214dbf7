import type { BackupTerm, LocationAnswer } from '#domain/destruction/certificate';
import type { ErasureDecision } from '#domain/destruction/erasure';
import type { FigureCell } from '#domain/destruction/events';
import type { GovernanceState } from '#domain/governance/state';
import type { Position, StreamName } from '#domain/ledger/ids';
import type { Clock } from '#infra/clock/port';
import type { EventStore } from '#infra/event-store/port';
import type { LedgerKeys } from '#infra/keys/port';
import type { Vault } from '#infra/vault/port';
import type { LocationRequests } from '#src/destruction/requests/location-requests';
import type { RunState } from '#src/destruction/run/run-state';
import type { LedgerWriter } from '#src/recording/ledger-writer';

/** What a run needs of the opened ledger. */
export interface RunLedger {
  readonly config: { readonly oin: string; readonly backupTerm?: BackupTerm | null; readonly ledgerRewriteDays?: number };
  readonly clock: Clock;
  readonly keys: Pick<LedgerKeys, 'log'>;
  readonly store: EventStore;
  readonly vault: Vault;
  readonly writer: LedgerWriter;
  readonly projections: RunProjections;
  readonly governance: { state(): Promise<GovernanceState> };
  /** The decision on a person's request for erasure as it is now; null: it stands no longer. */
  decisionOf(request: StreamName): Promise<ErasureDecision | null>;
  /** What other places were asked about a list's dossiers; absent: nobody is asked. */
  readonly requests?: Pick<LocationRequests, 'recall' | 'forget'>;
  /** What they answered to the requests of this run. */
  readonly locationAnswers?: (run: Pick<RunState, 'listId' | 'undelivered'>) => Promise<readonly LocationAnswer[]>;
  /** Resolves when every look, and every fact about access, that began before is in the dossier's access stream. */
  looksSettled(): Promise<void>;
  /** Drops what is kept in memory of a stream's decider. */
  forgetState(stream: StreamName): void;
}

export interface RunProjections {
  /** A halted projection blocks destruction. */
  isHalted(): boolean;
  /** Brings every projection to one position, `atLeast` or a later one, answers it and holds them there until `resume`. */
  pauseAt(atLeast: Position): Promise<Position>;
  /** The additive cells as they stand. */
  cells(): { readonly definitionsVersion: number; readonly cells: readonly FigureCell[] };
  resume(): Promise<void>;
  forget(streams: readonly StreamName[]): Promise<void>;
  /** After this no file of a view holds a byte that was removed. */
  purgeFreedPages(): Promise<void>;
}
