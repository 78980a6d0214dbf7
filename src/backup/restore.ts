import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { IssuedCertificate } from '#domain/destruction/certificate';
import type { BackupRestored } from '#domain/destruction/events';
import { dayOfInstant } from '#domain/ledger/moments';
import type { Clock } from '#infra/clock/port';
import { EngineStartError, openEngine } from '#infra/engine/engine';
import { FenceFile } from '#infra/head/fence-file';
import { KeyFileError, openKeys } from '#infra/keys/key-folder';
import { SqliteVault } from '#infra/vault/vault-client';
import { beginEpoch } from '#src/backup/begin-epoch';
import { announceUnreadable, destroyAgain, type AgainParts } from '#src/backup/destroy-again';
import { streamsToGo } from '#src/backup/fenced-streams';
import { OwnEvents, type OnStep } from '#src/backup/own-events';
import { emptyOutbox, placeFiles, rebuildSourceRows, throwViewsAway } from '#src/backup/place-files';
import { planRestore, type RestoreRequest } from '#src/backup/plan-restore';
import { BackupRefused } from '#src/backup/refused';
import { RestoreFile, type RestoreState } from '#src/backup/restore-state';
import type { LedgerConfig } from '#src/composition/config';
import { openLedger } from '#src/composition/ledger';
import { PROJECTIONS } from '#src/composition/projections';
import { runLedgerOf } from '#src/destruction/run/run-ledger-of';
import { GovernanceStream } from '#src/recording/governance-stream';
import { LedgerWriter } from '#src/recording/ledger-writer';

/** What was recorded, and the certificate of what was destroyed again; null when that was nothing. */
export type Restored = BackupRestored & { readonly certificate: IssuedCertificate | null };

export type RestoreOptions = Pick<RestoreRequest, 'ledgerFolder' | 'vaultFolder' | 'newEpoch' | 'acceptLoss' | 'shown'> & {
  readonly config: LedgerConfig;
  readonly clock: Clock;
  /** For tests: called wherever a process can die with a different part done. */
  readonly onStep?: OnStep;
};

/**
 * Puts a backup back, or begins a new epoch over what is in the data folder. Nothing is touched before everything was
 * checked; from then on no service starts until it is done, and `resumeRestore` goes on where it stood. Throws
 * BackupRefused, and what the engine, the vault or the fence refuse.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { config } = options;
  const file = new RestoreFile(config.dataDir);
  if (file.exists) throw new BackupRefused('restore-unfinished');
  const keys = openKeys(ownKeys(config));
  const state = await withLock(config.dataDir, async () => {
    const planned = await planRestore({ ...options, oin: config.oin, dataDir: config.dataDir, headDirs: config.headDirs, keys });
    file.save(planned);
    return planned;
  });
  return carryOn(options, state, file);
}

/** Throws BackupRefused `nothing-unfinished`. */
export async function resumeRestore(options: Pick<RestoreOptions, 'config' | 'clock' | 'onStep'>): Promise<Restored> {
  const file = new RestoreFile(options.config.dataDir);
  const state = file.read();
  if (state === null) throw new BackupRefused('nothing-unfinished');
  ownKeys(options.config);
  return carryOn(options, state, file);
}

async function carryOn(options: Pick<RestoreOptions, 'config' | 'clock' | 'onStep'>, state: RestoreState, file: RestoreFile): Promise<Restored> {
  const { config, clock } = options;
  const onStep = options.onStep ?? ((): void => undefined);
  if (state.phase === 'placing') {
    await withLock(config.dataDir, async () => {
      await onStep('planned');
      placeFiles(config.dataDir);
      await onStep('files placed');
      if (state.epoch !== null) {
        const { master } = openKeys(config);
        rebuildSourceRows(config.dataDir, master);
        emptyOutbox(config.dataDir, master);
        await onStep('source rows rebuilt');
        beginEpoch(config, state, state.epoch, file);
        await onStep('epoch prepared');
      }
      state.phase = 'placed';
      file.save(state);
    });
  }
  await onStep('placed');
  // What was cut off may have left rows of streams that nothing names any more: the views begin anew each time.
  await withLock(config.dataDir, async () => { throwViewsAway(config.dataDir); });
  const fence = new FenceFile(config.headDirs, { readOnly: true });
  const going = streamsToGo(join(config.dataDir, 'ledger.db'), join(config.dataDir, 'vault.db'), fence);
  const partsWith = (writer: LedgerWriter): AgainParts => ({ dataDir: config.dataDir, state, file, going, onStep, own: new OwnEvents(writer, state, file, onStep) });
  if (state.epoch !== null) await withEngine(config, clock, state, file, partsWith);
  const ledger = await openLedger(config, clock);
  try {
    const parts = partsWith(ledger.writer);
    const certificate = await destroyAgain(parts, runLedgerOf(ledger, PROJECTIONS));
    const data: BackupRestored = {
      on: dayOfInstant(clock.now()).toString(), epoch: state.epoch?.number ?? Number((ledger.keys.log.retired?.at(-1)?.epoch ?? 0) + 1), size: state.size,
      ledgerMadeAt: state.ledgerMadeAt, vaultMadeAt: state.vaultMadeAt, lost: state.epoch?.lost ?? null,
      destroyedAgain: state.destroyedAgain, keysLost: state.keysLost,
    };
    await parts.own.record('backup-restored', { type: 'backup-restored', schema: 1, data });
    file.erase();
    return { ...data, certificate };
  } finally {
    await ledger.close();
  }
}

/** What must be in the ledger before anything reads it: only the engine and the vault are open. */
async function withEngine(config: LedgerConfig, clock: Clock, state: RestoreState, file: RestoreFile, partsWith: (writer: LedgerWriter) => AgainParts): Promise<void> {
  const keys = openKeys(config);
  const engine = await openEngine({ dataDir: config.dataDir, headDirs: config.headDirs, oin: config.oin, keys });
  try {
    const vault = new SqliteVault({
      file: join(config.dataDir, 'vault.db'), masterKey: keys.master, channel: engine.vaultChannel,
      fence: new FenceFile(config.headDirs, { readOnly: true }),
    });
    const writer = new LedgerWriter(engine.store, vault, keys, clock);
    const parts = partsWith(writer);
    const { number, previousCheckpoint, lost, key } = state.epoch!;
    await parts.own.record('epoch-started', {
      type: 'epoch-started', schema: 1,
      data: {
        epoch: number, origin: engine.origin, logKey: key!.publicKey, vault: vault.vaultId(), oin: config.oin,
        previous: { checkpoint: previousCheckpoint, lost, endorsement: key!.endorsement },
      },
    });
    // The journal of a run that the old epoch did not finish names places that may be others now; what it had fenced goes anyhow.
    await vault.eraseRun();
    if (state.checkpointBefore === undefined) {
      state.checkpointBefore = engine.store.head().checkpoint;
      file.save(state);
    }
    await announceUnreadable(parts, { store: engine.store, vault, writer, governance: new GovernanceStream(writer, vault), clock });
    await vault.close();
  } finally {
    await engine.close();
  }
}

/** Only what is there: a restore that made new keys would make a ledger that nobody can open. */
function ownKeys(config: LedgerConfig): LedgerConfig {
  const missing = [config.masterKeyFile, join(dirname(config.masterKeyFile), 'log.key')].filter((file) => !existsSync(file));
  if (missing.length > 0) throw new KeyFileError(`Er ontbreekt een sleutel: ${missing.join(', ')}. Zet eerst de sleutelmap terug; zonder die sleutels is een reservekopie niet te openen.`);
  return config;
}

async function withLock<Value>(dataDir: string, work: () => Promise<Value>): Promise<Value> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = new Database(join(dataDir, 'lock.db'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) throw error;
    throw new EngineStartError('ledger-locked', 'Een ander proces schrijft in dit grootboek.');
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}
