import { EngineStartError } from '#infra/engine/engine';
import { StoreRefused } from '#infra/event-store/eventstoredb/refused';
import { FenceError } from '#infra/head/fence-file';
import { KeyFileError } from '#infra/keys/key-folder';
import { VaultError } from '#infra/vault/vault-database';
import { BackupRefused } from '#src/backup/refused';
import { ConfigurationError } from '#src/composition/config';
import { CommandFailure, EXIT, WrongUse, type ExitCode } from '#src/cli/command';

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** What an error code of the engine, the vault or the machine means to who runs the service. */
const SENTENCES: ReadonlyMap<string, string> = new Map(Object.entries({
  'ledger-locked': 'Een ander proces schrijft in dit grootboek. Stop dat eerst, of gebruik dat proces.',
  'ledger-behind-head': 'Het grootboek mist gebeurtenissen die al bevestigd zijn. Er wordt niet gestart: zo gaat niets verloren. Zet de juiste gegevensmap terug, of herstel met "rekenschap restore".',
  'vault-behind-head': 'De kluis is ouder dan het grootboek. Er wordt niet gestart. Zet de juiste kluis terug, of herstel met "rekenschap restore".',
  'vault-missing': 'Het bestand vault.db (de kluis) ontbreekt in de gegevensmap. Er wordt niet gestart. Zet de kluis terug.',
  'vault-of-another-ledger': 'De kluis in de gegevensmap hoort bij een ander grootboek. Er wordt niet gestart. Zet de eigen kluis terug.',
  'ledger-behind-fence': 'In het grootboek of de kluis leeft iets dat volgens het hek vernietigd is: er is een oude kopie teruggezet. Er wordt niet gestart. Herstel met "rekenschap restore --new-epoch".',
  'ledger-forked': 'De hoofdregels van het grootboek spreken elkaar tegen. Er wordt niet gestart. Controleer met "rekenschap verify".',
  'lookup-differs': 'De lijst van stromen in het grootboek klopt niet met de gebeurtenissen. Er wordt niet gestart: zo gaat geen sleutel verloren. Controleer met "rekenschap verify".',
  'event-missing': 'Er ontbreekt een gebeurtenis zonder dat een vernietiging dat verklaart. Controleer met "rekenschap verify".',
  'key-missing': 'Er ontbreekt een sleutel zonder dat een vernietiging dat verklaart. Controleer met "rekenschap verify".',
  EADDRINUSE: 'Het poortnummer is al in gebruik. Kies een ander nummer met REKENSCHAP_PORT of --port.',
  EACCES: 'Geen toegang tot een bestand of poort. Controleer de rechten.',
  EROFS: 'De schijf is alleen te lezen.',
  ENOSPC: 'De schijf is vol.',
}));

/** The expected failure behind an error, or null when it is none: then the stack is worth having. */
export function failureOf(error: unknown): Failure | null {
  if (error instanceof WrongUse) return { code: 'wrong-use', message: error.message, exitCode: EXIT.wrongUse };
  if (error instanceof ConfigurationError) return { code: 'configuration', message: error.message, exitCode: EXIT.wrongUse };
  if (error instanceof CommandFailure) return { code: error.code, message: error.message, exitCode: EXIT.failed };
  if (error instanceof BackupRefused) return { code: error.code, message: error.message, exitCode: EXIT.failed };
  if (error instanceof KeyFileError) return { code: 'key-file', message: error.message, exitCode: EXIT.failed };
  if (error instanceof EngineStartError && !SENTENCES.has(error.code)) return { code: error.code, message: error.message, exitCode: EXIT.failed };
  if (error instanceof StoreRefused) return { code: error.code, message: error.message, exitCode: EXIT.failed };
  if (error instanceof FenceError) return { code: 'fence', message: error.message, exitCode: EXIT.failed };
  if (error instanceof VaultError) return { code: 'vault', message: error.message, exitCode: EXIT.failed };
  const code = codeOf(error);
  const sentence = code === null ? undefined : SENTENCES.get(code);
  return code === null || sentence === undefined ? null : { code, message: sentence, exitCode: EXIT.failed };
}

function codeOf(error: unknown): string | null {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code } = one as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return null;
}
