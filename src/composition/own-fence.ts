import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { FenceFile } from '#infra/head/fence-file';
import { lastHeadLine } from '#infra/head/head-file';
import { streamsToGo } from '#src/backup/fenced-streams';

/** Something lives that the fence names, and no run that was begun is about it: an old copy was put in place by hand. */
export class BehindFence extends Error {
  override readonly name = 'BehindFence';
  readonly code = 'ledger-behind-fence';
  constructor() {
    super('a stream lives that the fence names');
  }
}

/**
 * Marks are signed as soon as they are written. Where there are more than the last head line says, either a run was cut
 * off there, which its journal tells, or the head is an old one, and ledger and vault may be as old. Reads only, before
 * anything is signed. Throws BehindFence.
 */
export function refuseBehindFence(dataDir: string, headDirs: readonly string[]): void {
  const [ledger, vault] = [join(dataDir, 'ledger.db'), join(dataDir, 'vault.db')] as const;
  if (!existsSync(ledger) || !existsSync(vault) || !hasMarksBeyondHead(headDirs) || hasOpenRun(vault)) return;
  const { readable, unreadable } = streamsToGo(ledger, vault, new FenceFile(headDirs, { readOnly: true }));
  if (readable.length + unreadable.length > 0) throw new BehindFence();
}

function hasMarksBeyondHead(headDirs: readonly string[]): boolean {
  const dirs = headDirs.filter((dir) => existsSync(dir));
  const signed = dirs.map((dir) => lastHeadLine(dir)?.fence.length ?? 0);
  const written = dirs.map((dir) => join(dir, 'fence.log')).map((file) => (existsSync(file) ? readFileSync(file).lastIndexOf(0x0a) + 1 : 0));
  return Math.max(0, ...written) > Math.max(0, ...signed);
}

function hasOpenRun(file: string): boolean {
  const vault = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return vault.prepare('SELECT count(*) FROM run_journal').pluck().get() !== 0;
  } finally {
    vault.close();
  }
}
