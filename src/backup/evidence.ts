import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyObject } from 'node:crypto';
import { FenceFile } from '#infra/head/fence-file';
import { lastHeadLine } from '#infra/head/head-file';
import { headLineHolds, parseHeadLine, type HeadLine } from '#infra/head/head-line';
import { epochOf } from '#infra/keys/log-keys';
import type { LogKeys } from '#infra/keys/port';
import { logOrigin, openCheckpoint, rawPublicKey, vkeyText } from '#infra/transparency-log/checkpoint';
import type { LedgerManifest } from '#src/backup/manifest';
import { BackupRefused } from '#src/backup/refused';
import { sizeOf } from '#src/backup/signed-heads';

/** What the ledger is known to have signed last: from head folders, from the backup itself, and from what was shown. */
export interface Evidence {
  /** Of the current epoch, by size; at least one. */
  readonly lines: readonly HeadLine[];
  readonly newest: HeadLine;
  /** Signed note with the largest size. */
  readonly checkpoint: string;
  readonly size: number;
  /** Highest change count of the vault that was signed. */
  readonly vault: number;
}

interface EpochKey {
  readonly epoch: number;
  readonly vkey: string;
  readonly publicKey: KeyObject;
}

/** Throws BackupRefused `head-missing`, `shown-malformed`, `backup-of-another-ledger` or `fence-behind`. */
export function readEvidence({ oin, headDirs, log, manifest, shown }: {
  readonly oin: string;
  readonly headDirs: readonly string[];
  readonly log: LogKeys;
  readonly manifest: LedgerManifest | null;
  /** Texts: head lines, certificates, receipts, checkpoints. */
  readonly shown: readonly string[];
}): Evidence {
  const keys = epochKeys(oin, log);
  const current = keys.at(-1)!;
  const fromFolders = headDirs.filter((dir) => existsSync(dir)).flatMap((dir) => lastHeadLine(dir) ?? []).filter((line) => isSigned(line, current));
  if (fromFolders.length === 0) throw new BackupRefused('head-missing');
  if (manifest !== null && !keys.some((key) => isSigned(manifest.headLine, key))) throw new BackupRefused('backup-of-another-ledger');
  const shownLines = shown.flatMap((text) => parseHeadLine(text.trim()) ?? []);
  const lines = [...fromFolders, ...shownLines, ...manifest === null ? [] : [manifest.headLine]].filter((line) => isSigned(line, current));
  const newest = lines.reduce((a, b) => (isNewer(b, a) ? b : a));
  const notes = shown.flatMap((text) => shownNotes(text, keys));
  const beyond = notes.filter(({ epoch, size }) => epoch === current.epoch && size > sizeOf(newest));
  // A line as new as what is shown is missing, so nothing says how long the fence must be.
  if (beyond.length > 0) throw new BackupRefused('fence-behind');
  checkFence(headDirs, lines);
  return { lines, newest, checkpoint: newest.checkpoint, size: sizeOf(newest), vault: Math.max(...lines.map(({ vault }) => vault)) };
}

/** Years with marks in the fence whose key is no longer there: what they name can no longer be told. */
export function forgottenYears(headDirs: readonly string[]): readonly number[] {
  const years = new Set<number>();
  const kept = new Set<number>();
  for (const dir of headDirs) {
    const file = join(dir, 'fence.log');
    if (existsSync(file)) for (const line of readFileSync(file, 'latin1').split('\n')) if (line !== '') years.add(Number(line.slice(0, 4)));
    for (const year of years) if (existsSync(join(dir, 'fence-keys', `${year}.key`))) kept.add(year);
  }
  return [...years].filter((year) => !kept.has(year));
}

function checkFence(headDirs: readonly string[], lines: readonly HeadLine[]): void {
  // Folders that contradict each other are refused; of those that only lag behind the longest counts: a start fills them up.
  new FenceFile(headDirs, { readOnly: true });
  const longest = headDirs.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0]!;
  const fence = new FenceFile([longest], { readOnly: true });
  if (lines.some((line) => !fence.covers(line.fence))) throw new BackupRefused('fence-behind');
}

function lengthOf(dir: string): number {
  const file = join(dir, 'fence.log');
  return existsSync(file) ? readFileSync(file).length : 0;
}

function epochKeys(oin: string, log: LogKeys): readonly EpochKey[] {
  const keyOf = (epoch: number, publicKey: KeyObject): EpochKey => ({ epoch, publicKey, vkey: vkeyText(logOrigin(oin, epoch), rawPublicKey(publicKey)) });
  return [...(log.retired ?? []).map(({ epoch, publicKey }) => keyOf(epoch, publicKey)), keyOf(epochOf(log), log.publicKey)];
}

function isSigned(line: HeadLine, { vkey, publicKey }: EpochKey): boolean {
  return headLineHolds(line, publicKey) && openCheckpoint(line.checkpoint, vkey) !== null;
}

function isNewer(a: HeadLine, b: HeadLine): boolean {
  return sizeOf(a) - sizeOf(b) > 0 || (sizeOf(a) === sizeOf(b) && (a.vault > b.vault || a.fence.length > b.fence.length));
}

interface Shown {
  readonly checkpoint?: unknown;
  readonly certificate?: { readonly checkpoints?: { readonly before?: unknown; readonly after?: unknown } };
  readonly issued?: Shown;
}

function shownNotes(text: string, keys: readonly EpochKey[]): readonly { readonly epoch: number; readonly size: number }[] {
  return notesIn(text).map((note) => {
    for (const { epoch, vkey } of keys) {
      const opened = openCheckpoint(note, vkey);
      if (opened !== null) return { epoch, size: opened.size };
    }
    throw new BackupRefused('shown-malformed');
  });
}

function notesIn(text: string): readonly string[] {
  if (!text.trimStart().startsWith('{')) return [text];
  try {
    const shown = JSON.parse(text) as Shown;
    const { checkpoints } = (shown.issued ?? shown).certificate ?? {};
    const notes = [shown.checkpoint, checkpoints?.after].filter((note) => typeof note === 'string');
    if (notes.length > 0) return notes;
  } catch {
    // Refused below.
  }
  throw new BackupRefused('shown-malformed');
}
