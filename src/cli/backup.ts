import { join, resolve, sep } from 'node:path';
import { readFileSync } from 'node:fs';
import { SystemClock } from '#infra/clock/system-clock';
import { makeBackup } from '#src/backup/make-backup';
import { EXIT, FOLDER_OPTIONS, WrongUse, flag, text, type Command, type OptionValues } from '#src/cli/command';
import { configOf } from '#src/cli/folders';
import type { LedgerConfig } from '#src/composition/config';

const LEDGER_DAYS = 90;
const VAULT_DAYS = 30;
const DAYS_MAX = 99_999;

export const backup: Command = {
  name: 'backup',
  summary: 'maak een reservekopie van grootboek en kluis (de dienst mag doorwerken)',
  options: {
    ...FOLDER_OPTIONS,
    to: { type: 'string', value: 'map', help: 'waar de reservekopie komt; elke keer een nieuwe map daarin' },
    'vault-to': { type: 'string', value: 'map', help: 'waar die van de kluis komt (anders bij --to)' },
    days: { type: 'string', value: 'dagen', help: `hoe lang de kopie van het grootboek blijft (anders REKENSCHAP_BACKUP_DAYS, of ${LEDGER_DAYS})` },
    'vault-days': { type: 'string', value: 'dagen', help: `hoe lang die van de kluis blijft (anders REKENSCHAP_VAULT_BACKUP_DAYS, of ${VAULT_DAYS})` },
  },
  async run(values, surroundings) {
    const config = configOf(values, surroundings);
    const to = folderOf(text(values, 'to'), config);
    const vaultTo = text(values, 'vault-to') === undefined ? to : folderOf(text(values, 'vault-to'), config);
    const now = new SystemClock().now();
    const stamp = now.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
    const ledgerTo = join(to, `grootboek-${stamp}`);
    const vaultFolder = join(vaultTo, `kluis-${stamp}`);
    const { ledger, vault } = await makeBackup({
      oin: config.oin, dataDir: config.dataDir, headDirs: config.headDirs, master: masterOf(config), now,
      ledgerTo, vaultTo: vaultFolder,
      ledgerDays: daysOf(values, 'days', config.backupTerm?.ledgerDays, LEDGER_DAYS), vaultDays: daysOf(values, 'vault-days', config.backupTerm?.vaultDays, VAULT_DAYS),
    });
    surroundings.out(flag(values, 'json')
      ? JSON.stringify({ ok: true, ledger: { folder: ledgerTo, ...ledger }, vault: { folder: vaultFolder, ...vault } })
      : `Reservekopie gemaakt en gecontroleerd: ${ledger.size} bladen.\n`
        + `  grootboek  ${ledgerTo} (verwijderen na ${ledger.keepThrough})\n  kluis      ${vaultFolder} (verwijderen na ${vault.keepThrough})\n`
        + 'Sleutels en hoofdmappen zitten er niet in: bewaar die apart.');
    return EXIT.done;
  },
};

function folderOf(given: string | undefined, { dataDir, headDirs, masterKeyFile }: LedgerConfig): string {
  if (given === undefined || given === '') throw new WrongUse('Noem de map met --to.');
  const folder = resolve(given);
  if ([dataDir, ...headDirs, resolve(masterKeyFile, '..')].some((own) => folder === own || folder.startsWith(`${own}${sep}`))) {
    throw new WrongUse('De reservekopie mag niet in de gegevensmap, een hoofdmap of de sleutelmap komen.');
  }
  return folder;
}

/** `promised`: what every certificate of destruction says; no copy stays longer. */
function daysOf(values: OptionValues, name: string, promised: number | undefined, otherwise: number): number {
  const given = text(values, name);
  const days = given === undefined ? promised ?? otherwise : Number(given);
  if (promised !== undefined && days > promised) throw new WrongUse(`Bij --${name} hoort hoogstens ${promised}: zo staat het in de verklaringen van vernietiging.`);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) throw new WrongUse(`Bij --${name} hoort een aantal dagen van 1 tot ${DAYS_MAX}.`);
  return days;
}

/** Read as it is: a backup makes no keys. Without it the copy is verified without keys. */
function masterOf({ masterKeyFile }: LedgerConfig): Uint8Array | null {
  try {
    return readFileSync(masterKeyFile);
  } catch {
    return null;
  }
}
