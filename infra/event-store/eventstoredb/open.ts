import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine, type Engine, type EngineOptions } from '#infra/engine/engine';
import { Appender } from '#infra/event-store/eventstoredb/appender';
import { Connection, TIMEOUTS, type Timeouts } from '#infra/event-store/eventstoredb/connection';
import { ServerError } from '#infra/event-store/eventstoredb/failures';
import { bringLocalCopyUp } from '#infra/event-store/eventstoredb/local-copy';
import { commitLocally } from '#infra/event-store/eventstoredb/local-commit';
import { StoreRefused } from '#infra/event-store/eventstoredb/refused';
import { Reservations } from '#infra/event-store/eventstoredb/reservations';
import { scavengeEveryNode } from '#infra/event-store/eventstoredb/scavenges';
import type { ServerSettings } from '#infra/event-store/eventstoredb/server-settings';
import { Session, type SessionState } from '#infra/event-store/eventstoredb/session';
import { EventStoreDbStore } from '#infra/event-store/eventstoredb/store';
import { VaultLook } from '#infra/event-store/eventstoredb/vault-look';
import { whyAway } from '#infra/event-store/eventstoredb/why-away';

export interface EventStoreDbOptions extends EngineOptions {
  readonly server: ServerSettings;
  readonly timeouts?: Timeouts;
}

export interface EventStoreDbEngine extends Engine {
  /** How it stands with the server; `open` is the only one in which anything is written. */
  session(): { readonly state: SessionState; readonly why: string | null };
  /** Records on the server that are not the ledger's, seen since the start. */
  foreignRecords(): number;
}

export interface ReachedServer {
  readonly connection: Connection;
  /** False: it was away, and the local copy is as it was left. */
  readonly reached: boolean;
}

/** A start waits this long for the server's last word; then it goes on, and writing waits. */
const START_MS = 30_000;

function logKeysOf({ keys }: EngineOptions): readonly [ReturnType<typeof createPublicKey>, ...ReturnType<typeof createPublicKey>[]] {
  return [createPublicKey(keys.log.privateKey), ...(keys.log.retired ?? []).map(({ publicKey }) => publicKey)];
}

/**
 * Reaches the server and brings the local copy up, before anything else looks at it. A server that is away stops only a
 * ledger that has no local copy yet. Throws StoreRefused.
 */
export async function reachServer(options: EventStoreDbOptions): Promise<ReachedServer> {
  const connection = new Connection(options.server, options.timeouts ?? TIMEOUTS);
  try {
    await bringLocalCopyUp(connection, { dataDir: options.dataDir, master: options.keys.master, logKeys: logKeysOf(options) });
    return { connection, reached: true };
  } catch (error) {
    const why = error instanceof ServerError && error.fault.kind === 'away' ? await whyAway(options.server) : null;
    // No waiting helps when it wants another kind of connection than it is asked for.
    const mayComeBack = why === 'store-unreachable' || why === 'store-not-trusted';
    if (mayComeBack && existsSync(join(options.dataDir, 'ledger.db'))) return { connection, reached: false };
    await connection.close();
    if (!(error instanceof ServerError)) throw error;
    throw new StoreRefused(why ?? (error.fault.kind === 'denied' ? 'store-denied' : 'store-unreachable'));
  }
}

/** The engine of the embedded store keeps vault, local copy and heads; what it writes comes from the server. */
export async function openEventStoreDb(options: EventStoreDbOptions, server?: ReachedServer): Promise<EventStoreDbEngine> {
  const { connection, reached } = server ?? await reachServer(options);
  let engine: Engine;
  try {
    engine = await openEngine(options);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const { store: local } = engine;
  const logKeys = logKeysOf(options);
  const vault = new VaultLook(join(options.dataDir, 'vault.db'), options.keys.master, logKeys);
  const reservations = new Reservations(join(options.dataDir, 'reservations.db'));
  let foreign = 0;
  const session: Session = new Session({
    connection, logKeys, logKey: options.keys.log.privateKey, origin: engine.origin,
    vaultId: () => vault.id(),
    vaultCount: () => vault.changeCount(),
    localSize: () => local.head().size,
    localLeaves: async (first, count) => (await local.readAll(first, count)).entries.map((entry) => (entry.kind === 'event' ? entry.event.leafHash : entry.leafHash)),
    opens: (event) => appender.isOwn(event) || vault.opens(event),
    onForeign: () => { foreign += 1; },
    commit: commitLocally({ local, isHalted: () => engine.state() === 'halted', onLeafed: (events, checkpoint) => appender.leafed(events, checkpoint) }),
    onFirstOpen: () => void appender.settleOpen(),
  });
  const appender: Appender = new Appender({ connection, session, reservations, local });
  let ended = false;
  const end = async (): Promise<void> => {
    if (ended) return;
    ended = true;
    appender.close();
    await session.close();
    reservations.close();
    vault.close();
  };
  const store = new EventStoreDbStore({
    connection, session, appender, local,
    onDestroyed: (stream) => vault.forget(stream),
    purge: async (only) => {
      reservations.purge();
      await local.purgeFreedPages(only);
      if (only === undefined) await scavengeEveryNode(connection, options.server);
    },
    close: async () => {
      await end();
      await local.close();
    },
  });
  session.start();
  if (reached) await session.until(() => (session.isLive && appender.isSettled) || session.state === 'halted', START_MS);
  if (session.state === 'halted') {
    await store.close();
    throw new StoreRefused(session.why as StoreRefused['code']);
  }
  return {
    store, vaultChannel: engine.vaultChannel, origin: engine.origin,
    state: () => (session.state === 'halted' || session.state === 'locked' ? 'halted' : engine.state()),
    session: () => ({ state: session.state, why: session.why }),
    foreignRecords: () => foreign,
    close: () => store.close(),
    async terminate() {
      await end();
      await engine.terminate();
    },
  };
}
