import type { StreamName } from '#domain/ledger/ids';

/**
 * What the engine asks of the vault's writer, which lives in the same thread: vault calls of a group are one
 * transaction, committed before the ledger's, so a key is on disk before the first event under it.
 */
export interface WorkerVault {
  begin(): void;
  commit(): void;
  rollback(): void;
  handle(method: string, args: unknown): unknown;
  streamKey(stream: StreamName): Uint8Array | null;
  changeCount(): number;
  /** Whether the file holds as many changes as `changeCount` says. */
  isAsStored(): boolean;
  close(): void;
}
