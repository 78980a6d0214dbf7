import { openEngine, type Engine } from '#infra/engine/engine';
import { openEventStoreDb, reachServer } from '#infra/event-store/eventstoredb/open';
import { serverSettings } from '#infra/event-store/eventstoredb/server-settings';
import type { LedgerKeys } from '#infra/keys/port';
import type { LedgerConfig } from '#src/composition/config';

export interface OpenedStore extends Engine {
  /** Code of why nothing is written now; null when there is none, and always on SQLite. */
  trouble(): string | null;
}

/**
 * The event store that the configuration names. With a server the local copy is brought up first; `check` looks at the
 * files as they then are, before anything is signed.
 */
export async function openStore(config: LedgerConfig, keys: LedgerKeys, check: () => void): Promise<OpenedStore> {
  const { dataDir, headDirs, oin } = config;
  const options = { dataDir, headDirs, oin, keys };
  if (config.store === undefined) {
    check();
    const engine = await openEngine(options);
    return { ...engine, trouble: () => null };
  }
  const withServer = { ...options, server: serverSettings(config.store) };
  const reached = await reachServer(withServer);
  try {
    check();
  } catch (error) {
    await reached.connection.close();
    throw error;
  }
  const engine = await openEventStoreDb(withServer, reached);
  return {
    ...engine,
    trouble: () => {
      const { state, why } = engine.session();
      return state === 'open' ? null : why ?? 'store-away';
    },
  };
}
