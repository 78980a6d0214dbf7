import type { KeyObject } from 'node:crypto';
import type Database from 'better-sqlite3';
import { streamKind, type StreamName } from '#domain/ledger/ids';
import type { SealedEvent } from '#infra/event-store/port';
import { openEvent, openLogEvent } from '#infra/sealing/sealing';
import { StreamKeys } from '#infra/vault/stream-keys';
import { openVaultReader } from '#infra/vault/vault-database';

/** What following the server asks of the vault, on a connection that only reads. */
export class VaultLook {
  readonly #db: Database.Database;
  readonly #keys: StreamKeys;
  readonly #logKeys: readonly KeyObject[];
  readonly #count: Database.Statement;

  constructor(file: string, master: Uint8Array, logKeys: readonly KeyObject[]) {
    this.#db = openVaultReader(file);
    this.#keys = new StreamKeys(this.#db, master);
    this.#logKeys = logKeys;
    this.#count = this.#db.prepare('SELECT change_count FROM meta').pluck();
  }

  id(): string {
    return this.#db.prepare('SELECT vault_id FROM meta').pluck().get() as string;
  }

  changeCount(): number {
    return this.#count.get() as number;
  }

  /** Whether it opens with its stream's key, or carries the log key's signature: nobody else can have written it. */
  opens({ stream, header, payload }: SealedEvent): boolean {
    try {
      if (streamKind(stream) === 'log') return this.#logKeys.some((key) => carries(header, payload, key));
      const key = this.#keys.get(stream);
      if (key === null) return false;
      openEvent(header, payload, key);
      return true;
    } catch {
      return false;
    }
  }

  forget(stream: StreamName): void {
    this.#keys.forget([stream]);
  }

  close(): void {
    this.#keys.clear();
    this.#db.close();
  }
}

function carries(header: Uint8Array, payload: Uint8Array, key: KeyObject): boolean {
  try {
    openLogEvent(header, payload, key);
    return true;
  } catch {
    return false;
  }
}
