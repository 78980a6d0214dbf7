import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBackup, type BackupMade, type BackupOptions } from '#src/backup/make-backup';
import { headDirs, OIN, type LedgerHouse } from '../destruction/house.js';

export interface MadeBackup {
  readonly ledger: string;
  readonly vault: string;
  readonly made: BackupMade;
}

export function newFolder(what: string): string {
  return mkdtempSync(join(tmpdir(), `rekenschap-${what}-`));
}

/** Beside the opened ledger, as the command does it beside a running service. */
export async function backUp(house: LedgerHouse, into: string, name: string, options: Partial<BackupOptions> = {}): Promise<MadeBackup> {
  const ledger = join(into, `grootboek-${name}`);
  const vault = join(into, `kluis-${name}`);
  const made = await makeBackup({
    oin: OIN, dataDir: join(house.folder, 'data'), headDirs: headDirs(house.folder), master: house.ledger.keys.master,
    ledgerTo: ledger, vaultTo: vault, ledgerDays: 90, vaultDays: 30, now: house.clock.now(), ...options,
  });
  return { ledger, vault, made };
}
