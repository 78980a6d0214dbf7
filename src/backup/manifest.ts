import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseHeadLine, type HeadLine } from '#infra/head/head-line';
import { BackupRefused } from '#src/backup/refused';

/** What a copy of one database says about itself, as JSON beside it. */
interface Manifest {
  readonly version: 1;
  readonly oin: string;
  /** RFC 3339 in UTC. */
  readonly madeAt: string;
  /** Calendar date: after it the copy is removed. Ledger and vault each have a term of their own. */
  readonly keepThrough: string;
  readonly bytes: number;
  /** Hex, of the file. */
  readonly sha256: string;
}

export interface LedgerManifest extends Manifest {
  readonly document: 'reservekopie-grootboek';
  readonly file: 'ledger.db';
  /** Leaves in the copy. */
  readonly size: number;
  /** The line that the ledger signed at exactly that size. */
  readonly headLine: HeadLine;
}

export interface VaultManifest extends Manifest {
  readonly document: 'reservekopie-kluis';
  readonly file: 'vault.db';
  readonly vaultId: string;
  readonly changeCount: number;
  /** Size of the ledger's copy that was made just before it. */
  readonly ledgerSize: number;
}

export const MANIFEST = 'manifest.json';

export async function measured(file: string): Promise<Pick<Manifest, 'bytes' | 'sha256'>> {
  const sum = createHash('sha256');
  for await (const part of createReadStream(file, { highWaterMark: 1024 * 1024 })) sum.update(part as Buffer);
  return { bytes: statSync(file).size, sha256: sum.digest('hex') };
}

/** Throws BackupRefused when it is no such manifest or the file beside it is another. */
export async function readManifest<Kind extends LedgerManifest | VaultManifest>(folder: string, document: Kind['document']): Promise<Kind> {
  const manifest = parsed(folder);
  if (manifest?.document !== document || (document === 'reservekopie-grootboek' && headLineOf(manifest) === null)) throw new BackupRefused('backup-unreadable');
  let found: Pick<Manifest, 'bytes' | 'sha256'>;
  try {
    found = await measured(join(folder, manifest.file));
  } catch {
    throw new BackupRefused('backup-unreadable');
  }
  if (found.bytes !== manifest.bytes || found.sha256 !== manifest.sha256) throw new BackupRefused('backup-changed');
  return manifest as Kind;
}

function parsed(folder: string): LedgerManifest | VaultManifest | null {
  try {
    return JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as LedgerManifest | VaultManifest;
  } catch {
    return null;
  }
}

function headLineOf(manifest: LedgerManifest | VaultManifest): HeadLine | null {
  return 'headLine' in manifest ? parseHeadLine(JSON.stringify(manifest.headLine)) : null;
}
