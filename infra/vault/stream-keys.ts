import type Database from 'better-sqlite3';
import type { StreamName } from '#domain/ledger/ids';
import { unseal, wrappingContext } from '#infra/vault/vault-crypto';

const CACHED_KEYS = 20_000;

/** Data keys of streams out of `vault.db`, unwrapped and kept, least recently used first. */
export class StreamKeys {
  readonly #row: Database.Statement<[string], { wrapped: Buffer }>;
  readonly #master: Uint8Array;
  readonly #keys = new Map<StreamName, Uint8Array>();

  constructor(vault: Database.Database, master: Uint8Array) {
    this.#row = vault.prepare('SELECT wrapped FROM stream_keys WHERE stream = ?');
    this.#master = master;
  }

  /** Null when the stream has none (any more). */
  get(stream: StreamName): Uint8Array | null {
    const cached = this.#keys.get(stream);
    if (cached !== undefined) {
      this.#keys.delete(stream);
      this.#keys.set(stream, cached);
      return cached;
    }
    const row = this.#row.get(stream);
    if (row === undefined) return null;
    const key = unseal(this.#master, wrappingContext.streamKey(stream), row.wrapped);
    this.#keys.set(stream, key);
    if (this.#keys.size > CACHED_KEYS) this.#keys.delete(this.#keys.keys().next().value!);
    return key;
  }

  forget(streams: readonly StreamName[]): void {
    for (const stream of streams) this.#keys.delete(stream);
  }

  clear(): void {
    this.#keys.clear();
  }
}
