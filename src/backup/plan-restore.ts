import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parseStreamName, streamName } from '#domain/ledger/ids';
import { TickFiles } from '#infra/clock/tick-files';
import { FenceFile } from '#infra/head/fence-file';
import { epochOf, logKeyAt } from '#infra/keys/log-keys';
import type { LedgerKeys } from '#infra/keys/port';
import { decodeHeader } from '#infra/sealing/sealing';
import { FINDING_WEIGHTS } from '#infra/verifier/verification';
import { verify } from '#infra/verifier/verify';
import { forgottenYears, readEvidence, type Evidence } from '#src/backup/evidence';
import { streamsToGo } from '#src/backup/fenced-streams';
import { readManifest, type LedgerManifest, type VaultManifest } from '#src/backup/manifest';
import { BackupRefused } from '#src/backup/refused';
import { STAGING, type NewEpoch, type RestoreState } from '#src/backup/restore-state';
import { headLinesBackwards, sizeOf } from '#src/backup/signed-heads';
import { refuseAnotherVault } from '#src/composition/own-vault';

export interface RestoreRequest {
  readonly oin: string;
  readonly dataDir: string;
  readonly headDirs: readonly string[];
  readonly keys: LedgerKeys;
  /** Folders of a backup; null: what is in the data folder stays. */
  readonly ledgerFolder: string | null;
  readonly vaultFolder: string | null;
  readonly newEpoch: boolean;
  /** Streams whose key did not come back may go. */
  readonly acceptLoss: boolean;
  /** Head lines, certificates, receipts or checkpoints kept elsewhere. */
  readonly shown: readonly string[];
}

const LEDGER = 'ledger.db';
const VAULT = 'vault.db';

/**
 * Checks everything that can be checked before anything is touched, and puts the copies ready beside their places.
 * Throws BackupRefused; then the data folder is as it was.
 */
export async function planRestore(request: RestoreRequest): Promise<RestoreState> {
  const { dataDir, headDirs, keys, ledgerFolder, vaultFolder } = request;
  if (ledgerFolder === null && vaultFolder === null && !request.newEpoch) throw new BackupRefused('nothing-to-restore');
  const ledger = ledgerFolder === null ? null : await readManifest<LedgerManifest>(ledgerFolder, 'reservekopie-grootboek');
  const vault = vaultFolder === null ? null : await readManifest<VaultManifest>(vaultFolder, 'reservekopie-kluis');
  if ([ledger, vault].some((manifest) => manifest !== null && manifest.oin !== request.oin)) throw new BackupRefused('backup-of-another-ledger');
  const evidence = readEvidence({ oin: request.oin, headDirs, log: keys.log, manifest: ledger, shown: request.shown });
  const staging = join(dataDir, STAGING);
  rmSync(staging, { recursive: true, force: true });
  try {
    mkdirSync(staging, { recursive: true, mode: 0o700 });
    const files = { ledger: putReady(dataDir, ledgerFolder, LEDGER), vault: putReady(dataDir, vaultFolder, VAULT) };
    return await planned(request, { ledger, vault }, evidence, files);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

/** The file to look into: a copy in the staging folder, or what is there. */
function putReady(dataDir: string, from: string | null, name: string): string {
  const place = join(dataDir, name);
  if (from === null) {
    if (!existsSync(place)) throw new BackupRefused(name === LEDGER ? 'ledger-missing' : 'nothing-to-restore');
    return place;
  }
  if (existsSync(place)) throw new BackupRefused('data-present', `(${name})`);
  const ready = join(dataDir, STAGING, name);
  copyFileSync(join(from, name), ready);
  return ready;
}

interface Manifests {
  readonly ledger: LedgerManifest | null;
  readonly vault: VaultManifest | null;
}

async function planned(request: RestoreRequest, made: Manifests, evidence: Evidence, files: { readonly ledger: string; readonly vault: string }): Promise<RestoreState> {
  const { dataDir, headDirs, keys, newEpoch } = request;
  refuseAnotherVault(files, logKeyAt(keys.log, 0));
  const { size, vaultCount, lastYear } = measure(files);
  const signedSize = made.ledger?.size ?? signedUpTo(headDirs, size);
  const { findings } = await verify({ dataDir, ledgerFile: files.ledger, headDirs, until: signedSize });
  // The fence was judged by all folders together: one that lags behind is filled up from another.
  const wrong = findings.find(({ kind }) => FINDING_WEIGHTS[kind] !== 'note' && kind !== 'fence-behind-head');
  if (wrong !== undefined) throw new BackupRefused('backup-not-intact', `(${wrong.kind})`);
  if (forgottenYears(headDirs).some((year) => year >= lastYear)) throw new BackupRefused('fence-key-forgotten');
  if (!newEpoch && (size < evidence.size || vaultCount < evidence.vault)) {
    throw new BackupRefused('older-than-head', `Verloren gaan ${Math.max(0, evidence.size - size)} bladen.`);
  }
  const going = streamsToGo(files.ledger, files.vault, new FenceFile(headDirs, { readOnly: true }));
  if (going.keysLost.streams > 0 && !(request.acceptLoss && newEpoch)) throw new BackupRefused('keys-lost', `Het gaat om ${going.keysLost.streams} stromen.`);
  const runId = randomUUID();
  return {
    version: 1, phase: 'placing', ledgerMadeAt: made.ledger?.madeAt ?? null, vaultMadeAt: made.vault?.madeAt ?? null, size, signedSize,
    epoch: newEpoch ? nextEpoch(request, evidence, size) : null,
    destroyedAgain: going.destroyedAgain, keysLost: going.keysLost,
    dossiers: [...going.readable, ...going.unreadable].filter((stream) => parseStreamName(stream).kind === 'dossier').length,
    runId, logStream: streamName('log', runId), own: {}, unreadable: null, readable: null, figures: null,
  };
}

function nextEpoch({ oin, headDirs, keys }: RestoreRequest, evidence: Evidence, size: number): NewEpoch {
  const tick = new TickFiles({ headDirs, oin, log: keys.log }).last();
  return {
    number: epochOf(keys.log) + 1, previousCheckpoint: evidence.checkpoint, key: null,
    lost: evidence.size > size ? [size, evidence.size - 1] : null,
    lastTick: tick === 'none' || tick === 'damaged' ? null : tick.toString(),
  };
}

/** The largest size at or below this one that a line was signed at: what lies beyond is opened with its keys at the start. */
function signedUpTo(headDirs: readonly string[], size: number): number {
  const sizes = headDirs.map((dir) => {
    for (const line of headLinesBackwards(dir)) if (sizeOf(line) <= size) return sizeOf(line);
    return -1;
  });
  return Math.max(...sizes);
}

function measure({ ledger, vault }: { readonly ledger: string; readonly vault: string }): { readonly size: number; readonly vaultCount: number; readonly lastYear: number } {
  const events = new Database(ledger, { readonly: true, fileMustExist: true });
  const rows = new Database(vault, { readonly: true, fileMustExist: true });
  try {
    const header = events.prepare('SELECT header FROM events ORDER BY position DESC LIMIT 1').pluck().get() as Buffer;
    return {
      size: events.prepare('SELECT count(*) FROM leaves').pluck().get() as number,
      vaultCount: rows.prepare('SELECT change_count FROM meta').pluck().get() as number,
      lastYear: Number(decodeHeader(header).recordedAt.slice(0, 4)),
    };
  } finally {
    events.close();
    rows.close();
  }
}
