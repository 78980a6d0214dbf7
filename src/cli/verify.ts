import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatVerification, type Verification } from '#infra/verifier/verification';
import { verify } from '#infra/verifier/verify';
import { CommandFailure, EXIT, FOLDER_OPTIONS, flag, text, type Command, type ExitCode, type OptionValues, type Surroundings } from '#src/cli/command';
import { environmentWith } from '#src/cli/folders';
import { openServerLedger } from '#src/cli/server-ledger';
import { storeFrom } from '#src/composition/config';
import { CERTIFICATE_OPTIONS, verifyCertificateFile } from '#src/cli/verify-certificate';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'controleer of er niets aan het grootboek is veranderd',
  options: {
    data: FOLDER_OPTIONS.data,
    head: { type: 'string', value: 'map,…', help: 'hoofdmappen (REKENSCHAP_HEAD_DIR, anders ./head)' },
    against: { type: 'string', value: 'bestand,…', help: 'vergelijk met wat elders bewaard is: controlepunt, ontvangstbewijs, hoofdregel, verklaring' },
    keys: { type: 'boolean', help: 'open ook elke gebeurtenis met de sleutels (REKENSCHAP_MASTER_KEY_FILE)' },
    ...CERTIFICATE_OPTIONS,
  },
  async run(values, surroundings) {
    if (text(values, 'certificate') !== undefined || text(values, 'log-key') !== undefined) return verifyCertificateFile(values, surroundings);
    const against = text(values, 'against');
    const { store } = storeFrom(surroundings.environment);
    const server = store === undefined ? null : openServerLedger(store);
    const result = await verify({
      ...foldersOf(values, surroundings),
      ...(against === undefined ? {} : { against: against.split(',').map((file) => readText(file.trim())) }),
      ...(flag(values, 'keys') ? { keys: { master: masterKey(surroundings) } } : {}),
      ...(server === null ? {} : { server }),
    }).finally(() => server?.close());
    surroundings.out(flag(values, 'json') ? JSON.stringify(result) : formatVerification(result).trimEnd());
    return exitCodeOf(result);
  },
};

export function exitCodeOf(result: Verification): ExitCode {
  return result.answer === 'intact' ? EXIT.done : EXIT.tamperedOrNotVerifiable;
}

/** Whoever verifies needs two folders (and the server's address, when there is one) and no configuration of a service: no OIN, no keys. */
function foldersOf(values: OptionValues, surroundings: Surroundings): { dataDir: string; headDirs: readonly string[] } {
  const environment = environmentWith(values, surroundings);
  const heads = text(values, 'head') ?? environment['REKENSCHAP_HEAD_DIR'] ?? './head';
  return {
    dataDir: resolve(environment['REKENSCHAP_DATA'] ?? './data'),
    headDirs: heads.split(',').map((one) => resolve(one.trim())),
  };
}

/** Read as it is: whoever verifies must not make keys that were not there. */
function masterKey({ environment }: Surroundings): Uint8Array {
  const file = resolve(environment['REKENSCHAP_MASTER_KEY_FILE'] ?? './keys/master.key');
  try {
    return readFileSync(file);
  } catch {
    throw new CommandFailure('keys-missing', 'De hoofdsleutel is niet te lezen (REKENSCHAP_MASTER_KEY_FILE).');
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CommandFailure('file-missing', 'Het bestand om mee te vergelijken is niet te lezen.');
  }
}
