import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#infra/clock/port';
import { TickFiles } from '#infra/clock/tick-files';
import type { EventStore } from '#infra/event-store/port';
import { FenceFile } from '#infra/head/fence-file';
import { openKeys } from '#infra/keys/key-folder';
import { logKeyAt } from '#infra/keys/log-keys';
import type { LedgerKeys } from '#infra/keys/port';
import type { Vault } from '#infra/vault/port';
import { SqliteVault } from '#infra/vault/vault-client';
import type { Views } from '#infra/views/port';
import { SqliteViewsReader } from '#infra/views/sqlite-views-reader';
import type { LedgerConfig } from '#src/composition/config';
import { openStore, type OpenedStore } from '#src/composition/open-store';
import { startEpoch } from '#src/composition/epoch';
import { Looks } from '#src/dossiers/looks';
import { removeOrphans } from '#src/composition/orphans';
import { refuseBehindFence } from '#src/composition/own-fence';
import { refuseAnotherVault } from '#src/composition/own-vault';
import { loadSourceTables, type SourceTables } from '#src/mapping/source-tables';
import type { Projector } from '#src/projecting/projector';
import { ThreadedProjector } from '#src/projecting/threaded-projector';
import { FactRecorder } from '#src/recording/fact-recorder';
import { GovernanceStream } from '#src/recording/governance-stream';
import { LedgerWriter } from '#src/recording/ledger-writer';
import { RequestHolds } from '#src/rights/request-holds';
import { RequestsOfPersons } from '#src/rights/requests-of-persons';
import { ClockWatch } from '#src/scheduling/clock-watch';
import { NightlyRun } from '#src/scheduling/nightly-run';

/** One controller's opened ledger: every adapter bound to its port, in the order in which they may be opened. */
export interface Ledger {
  readonly config: LedgerConfig;
  readonly clock: Clock;
  /** Codes of the sources to ours. */
  readonly sources: SourceTables;
  readonly keys: LedgerKeys;
  readonly store: EventStore;
  readonly vault: Vault;
  readonly views: Views;
  readonly runner: Projector;
  readonly writer: LedgerWriter;
  readonly facts: FactRecorder;
  readonly governance: GovernanceStream;
  /** Requests of persons, and the holds that stand in their dossiers while those are not decided on. */
  readonly requests: RequestsOfPersons;
  readonly requestHolds: RequestHolds;
  /** Is the clock believed? What runs by the date asks it first. */
  readonly clockWatch: ClockWatch;
  readonly nightly: NightlyRun;
  readonly looks: Looks;
  /** `halted`: an outcome is unknown; reading goes on, nothing is written until a restart. */
  engineState(): 'open' | 'halted';
  /** Code of why the event store's server takes nothing now; null when it does, or when there is no server. */
  storeTrouble?(): string | null;
  close(): Promise<void>;
}

/**
 * Opens the ledger, refusing (with a coded error) when another process writes in it, when the vault is missing or
 * another ledger's, or when ledger or vault are behind the head. Orphans that a crash left between vault and ledger are removed before anything new comes in.
 */
export async function openLedger(config: LedgerConfig, clock: Clock): Promise<Ledger> {
  // Before anything is made: a wrong table must not leave an empty ledger behind.
  const sources = loadSourceTables(config.sources, config.oin);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const keys = openKeys({ masterKeyFile: config.masterKeyFile });
  const engine = await openStore(config, keys, () => {
    // Before the engine: at its start it signs how far the vault is, and must not sign that of another.
    refuseAnotherVault({ ledger: join(config.dataDir, 'ledger.db'), vault: join(config.dataDir, 'vault.db') }, logKeyAt(keys.log, 0));
    refuseBehindFence(config.dataDir, config.headDirs);
  });
  try {
    return await assemble(config, clock, keys, engine, sources);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function assemble(config: LedgerConfig, clock: Clock, keys: LedgerKeys, engine: OpenedStore, sources: SourceTables): Promise<Ledger> {
  const { store } = engine;
  const vault = new SqliteVault({
    file: join(config.dataDir, 'vault.db'),
    masterKey: keys.master,
    fence: new FenceFile(config.headDirs, { readOnly: true }),
    channel: engine.vaultChannel,
  });
  const writer = new LedgerWriter(store, vault, keys, clock);
  if (store.head().size === 0) await startEpoch({ config, keys, store, vault, writer });
  if (await vault.openRun() === null) {
    await removeOrphans({ dataDir: config.dataDir, store, vault, writer });
  }
  const viewsFile = join(config.dataDir, 'views.db');
  const runner = await ThreadedProjector.start({
    store, viewsFile, ledgerFile: join(config.dataDir, 'ledger.db'), vaultFile: join(config.dataDir, 'vault.db'),
    master: keys.master, log: { publicKey: keys.log.publicKey, ...(keys.log.retired === undefined ? {} : { retired: keys.log.retired }) },
    thread: new URL(import.meta.url.endsWith('.ts') ? './projector-thread.ts' : './projector-thread.js', import.meta.url),
  });
  const views = new SqliteViewsReader(viewsFile);
  const governance = new GovernanceStream(writer, vault);
  const ticks = new TickFiles({ headDirs: config.headDirs, oin: config.oin, log: keys.log });
  const clockWatch = new ClockWatch({ clock, ticks, governance, store });
  const opened = { config, clock, store, views, runner, writer, governance, clockWatch };
  const nightly = new NightlyRun(opened);
  const facts = new FactRecorder(store, vault, writer, clock, sources);
  const requests = new RequestsOfPersons(vault, writer);
  const requestHolds = new RequestHolds({ ...opened, requests });
  facts.afterRequest((requestId) => requestHolds.settleRequest(requestId));
  return {
    ...opened, sources, keys, vault, facts, requests, requestHolds, nightly,
    looks: new Looks({ oin: config.oin, store, vault, writer, clock }),
    engineState: () => engine.state(),
    storeTrouble: () => engine.trouble(),
    async close() {
      await nightly.stop();
      views.close();
      await runner.stop();
      await vault.close();
      await engine.close();
    },
  };
}
