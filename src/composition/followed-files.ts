import type { Position, StreamName } from '#domain/ledger/ids';
import { openLedgerForReading } from '#infra/event-store/ledger-database';
import { LedgerReader } from '#infra/event-store/ledger-reader';
import type { AllPage, StoredEvent } from '#infra/event-store/port';
import { StreamKeys } from '#infra/vault/stream-keys';
import { openVaultReader } from '#infra/vault/vault-database';
import type { FollowedLedger } from '#src/projecting/projection-runner';
import type { ProjectorThreadData } from '#src/projecting/projector-protocol';

type FollowedFilesData = Pick<ProjectorThreadData, 'ledgerFile' | 'vaultFile' | 'master' | 'size'>;

interface OpenFiles {
  readonly ledger: LedgerReader;
  readonly keys: StreamKeys;
  close(): void;
}

/** Ledger and keys over connections of this thread, which are renewed when a run has rewritten the files. */
export class FollowedFiles implements FollowedLedger {
  readonly #data: FollowedFilesData;
  readonly #onHead = new Set<(size: number) => void>();
  #size: number;
  #open: OpenFiles | null = null;

  constructor(data: FollowedFilesData) {
    this.#data = data;
    this.#size = data.size;
  }

  head(): { readonly size: number } {
    return { size: this.#size };
  }

  subscribe(onHead: (size: number) => void): () => void {
    this.#onHead.add(onHead);
    return () => void this.#onHead.delete(onHead);
  }

  moved(size: number): void {
    if (size <= this.#size) return;
    this.#size = size;
    for (const callback of this.#onHead) callback(size);
  }

  readAll(from: Position, limit: number): Promise<AllPage> {
    const size = this.#size;
    return Promise.resolve({ entries: this.#files().ledger.readAll(from, Math.min(size, from + limit)), size });
  }

  readAnnouncements(from: Position, limit: number): Promise<readonly StoredEvent[]> {
    return Promise.resolve(this.#files().ledger.readAnnouncements(from, this.#size, limit));
  }

  dataKey(stream: StreamName): Uint8Array | null {
    return this.#files().keys.get(stream);
  }

  forgetKeys(streams: readonly StreamName[]): void {
    this.#open?.keys.forget(streams);
  }

  /** Pages and keys in memory go; the next reading opens the files anew. */
  close(): void {
    this.#open?.close();
    this.#open = null;
  }

  #files(): OpenFiles {
    if (this.#open !== null) return this.#open;
    const ledger = new LedgerReader(openLedgerForReading(this.#data.ledgerFile));
    const vault = openVaultReader(this.#data.vaultFile);
    const keys = new StreamKeys(vault, this.#data.master);
    this.#open = { ledger, keys, close: () => { ledger.close(); keys.clear(); vault.close(); } };
    return this.#open;
  }
}
