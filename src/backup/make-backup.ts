import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { dayOfInstant } from '#domain/ledger/moments';
import type { HeadLine } from '#infra/head/head-line';
import { fsyncFolder } from '#infra/keys/key-folder';
import { verify } from '#infra/verifier/verify';
import { copyDatabase } from '#src/backup/copy-database';
import { MANIFEST, measured, type LedgerManifest, type VaultManifest } from '#src/backup/manifest';
import { BackupRefused } from '#src/backup/refused';
import { headLineAt } from '#src/backup/signed-heads';

export interface BackupOptions {
  readonly oin: string;
  readonly dataDir: string;
  readonly headDirs: readonly string[];
  /** With it every event of the copy is opened with its key. */
  readonly master: Uint8Array | null;
  /** New folders; the vault's is apart, since it has a term of its own. */
  readonly ledgerTo: string;
  readonly vaultTo: string;
  readonly ledgerDays: number;
  readonly vaultDays: number;
  readonly now: Temporal.Instant;
  /** For tests: called between the parts, with what comes next. */
  readonly onStep?: (point: 'ledger' | 'vault' | 'verify') => void | Promise<void>;
}

export interface BackupMade {
  readonly ledger: LedgerManifest;
  readonly vault: VaultManifest;
}

const HEAD_WITHIN_MS = 10_000;
const HEAD_POLL_MS = 20;

/**
 * Copies ledger and vault, the ledger first: then every event of the copy has its key in the vault's. Reads only, on
 * connections of its own, so a service may go on writing. Never across a run: one that begins meanwhile makes it give
 * way. What was written is verified before it gets its name. Fence keys, master key and log key are never copied.
 * Throws BackupRefused; then nothing is left.
 */
export async function makeBackup(options: BackupOptions): Promise<BackupMade> {
  const { dataDir, ledgerTo, vaultTo } = options;
  const ledgerFile = join(dataDir, 'ledger.db');
  const vaultFile = join(dataDir, 'vault.db');
  if (!existsSync(ledgerFile) || !existsSync(vaultFile)) throw new BackupRefused('ledger-missing');
  const drafts = [ledgerTo, vaultTo].map((folder) => `${folder}.bezig`) as [string, string];
  if ([ledgerTo, vaultTo, ...drafts].some((folder) => existsSync(folder))) throw new BackupRefused('folder-exists');
  const journal = new Database(vaultFile, { readonly: true, fileMustExist: true });
  const openRun = journal.prepare('SELECT 1 FROM run_journal');
  const giveWay = (): void => { if (openRun.get() !== undefined) throw new BackupRefused('run-open'); };
  try {
    giveWay();
    for (const draft of drafts) mkdirSync(draft, { recursive: true, mode: 0o700 });
    await options.onStep?.('ledger');
    // Of a run that ended the ledger may still be rewritten one of these nights: what it removed goes into no backup.
    await copyDatabase(ledgerFile, join(drafts[0], 'ledger.db'), giveWay, { rewritten: hasResting(journal) });
    await options.onStep?.('vault');
    await copyDatabase(vaultFile, join(drafts[1], 'vault.db'), giveWay);
    await options.onStep?.('verify');
    const made = await manifests(options, drafts);
    await verifyCopy(options, drafts, made.ledger.size, ledgerFile);
    writeDurably(drafts, made);
    renameSync(drafts[1], vaultTo);
    renameSync(drafts[0], ledgerTo);
    for (const folder of [ledgerTo, vaultTo]) fsyncFolder(dirname(folder));
    return made;
  } catch (error) {
    for (const draft of drafts) rmSync(draft, { recursive: true, force: true });
    throw error;
  } finally {
    journal.close();
  }
}

/** A vault of before runs could rest has no table for them. */
function hasResting(vault: Database.Database): boolean {
  const table = vault.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'resting_runs'").get();
  return table !== undefined && vault.prepare('SELECT 1 FROM resting_runs').get() !== undefined;
}

async function manifests(options: BackupOptions, [ledgerDraft, vaultDraft]: readonly [string, string]): Promise<BackupMade> {
  const { oin, headDirs, now } = options;
  const ledgerFile = join(ledgerDraft, 'ledger.db');
  const vaultFile = join(vaultDraft, 'vault.db');
  const size = read(ledgerFile, 'SELECT count(*) AS size FROM leaves')['size'] as number;
  const meta = read(vaultFile, 'SELECT vault_id, change_count, (SELECT count(*) FROM run_journal) AS runs FROM meta');
  if (meta['runs'] !== 0) throw new BackupRefused('run-open');
  const headLine = await signedAt(headDirs, size);
  const keepThrough = (days: number): string => dayOfInstant(now).add({ days }).toString();
  const common = { version: 1, oin, madeAt: now.toString({ smallestUnit: 'second' }) } as const;
  return {
    ledger: {
      document: 'reservekopie-grootboek', ...common, keepThrough: keepThrough(options.ledgerDays), file: 'ledger.db',
      ...await measured(ledgerFile), size, headLine,
    },
    vault: {
      document: 'reservekopie-kluis', ...common, keepThrough: keepThrough(options.vaultDays), file: 'vault.db',
      ...await measured(vaultFile), vaultId: meta['vault_id'] as string, changeCount: meta['change_count'] as number, ledgerSize: size,
    },
  };
}

/** Every commit gets its line, right after it: the copy may have been a moment ahead. */
async function signedAt(headDirs: readonly string[], size: number): Promise<HeadLine> {
  for (let waited = 0; ; waited += HEAD_POLL_MS) {
    const line = headLineAt(headDirs, size);
    if (line !== null) return line;
    if (waited >= HEAD_WITHIN_MS) throw new BackupRefused('head-behind');
    await pause(HEAD_POLL_MS);
  }
}

async function verifyCopy({ headDirs, master, now }: BackupOptions, [ledgerDraft, vaultDraft]: readonly [string, string], size: number, live: string): Promise<void> {
  const { answer, findings } = await verify({
    dataDir: ledgerDraft, vaultFile: join(vaultDraft, 'vault.db'), headDirs, until: size, now: new Date(now.epochMilliseconds),
    ...(master === null ? {} : { keys: { master } }),
  });
  // A run that began and ended between the two copies: its journal is gone, its announcement is not.
  const runSince = read(live, `SELECT count(*) AS runs FROM events WHERE stream_no < 0 AND type = 'run-begun' AND position >= ${size}`)['runs'] !== 0;
  if (runSince) throw new BackupRefused('run-open');
  if (answer !== 'intact') throw new BackupRefused('copy-not-intact', findings[0] === undefined ? '' : `(${findings[0].kind})`);
}

function writeDurably([ledgerDraft, vaultDraft]: readonly [string, string], made: BackupMade): void {
  for (const [folder, manifest] of [[ledgerDraft, made.ledger], [vaultDraft, made.vault]] as const) {
    writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    for (const name of [manifest.file, MANIFEST]) {
      const handle = openSync(join(folder, name), 'r+');
      try {
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    }
    fsyncFolder(folder);
  }
}

function read(file: string, sql: string): Readonly<Record<string, unknown>> {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return database.prepare(sql).get() as Readonly<Record<string, unknown>>;
  } finally {
    database.close();
  }
}
