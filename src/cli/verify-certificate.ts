import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatCertificateVerification, verifyCertificate } from '#infra/verifier/certificate-check';
import { CommandFailure, EXIT, WrongUse, flag, text, type ExitCode, type OptionDefinition, type OptionValues, type Surroundings } from '#src/cli/command';

export const CERTIFICATE_OPTIONS = {
  'certificate': { type: 'string', value: 'bestand', help: 'controleer een verklaring van vernietiging (JSON), zonder grootboek' },
  'log-key': { type: 'string', value: 'sleutel', help: 'bij --certificate: de openbare sleutel (log.vkey), een bestand ermee of een hoofdmap' },
} as const satisfies Record<string, OptionDefinition>;

/** `verify --certificate`: a file and the log's public key, nothing else. Keys rotate: a head folder holds the earlier ones too. */
export function verifyCertificateFile(values: OptionValues, surroundings: Surroundings): ExitCode {
  const [file, key] = [text(values, 'certificate'), text(values, 'log-key')];
  if (file === undefined || key === undefined) throw new WrongUse('Geef --certificate en --log-key samen: het bestand en de openbare sleutel van het grootboek.');
  const result = verifyCertificate(readText(file), verifierKeys(key));
  surroundings.out(flag(values, 'json') ? JSON.stringify(result) : formatCertificateVerification(result));
  return result.answer === 'genuine' ? EXIT.done : EXIT.tamperedOrNotVerifiable;
}

/** One key as text; a file with a key a line; or a head folder with its own and, a folder an epoch, the earlier ones. */
function verifierKeys(given: string): readonly string[] {
  if (!existsSync(given)) return [given];
  if (!statSync(given).isDirectory()) return linesOf(given);
  const earlier = join(given, 'epochs');
  const epochs = existsSync(earlier) ? readdirSync(earlier).sort() : [];
  return [given, ...epochs.map((epoch) => join(earlier, epoch))].map((folder) => join(folder, 'log.vkey')).filter((file) => existsSync(file)).flatMap(linesOf);
}

function linesOf(file: string): readonly string[] {
  return readText(file).split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CommandFailure('file-missing', 'Het bestand met de verklaring of de sleutel is niet te lezen.');
  }
}
