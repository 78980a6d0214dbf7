import { join } from 'node:path';
import { SYSTEMS, type DemoLaw } from '#src/synthetic/played-event';
import type { Service } from '#src/cli/service';
import { writeOutput } from '#src/demo/output-folder';
import type { Tokens } from '#src/demo/tokens';
import type { Role } from '#src/recording/principal';

/** What the design promises and this version does not have yet; said plainly, in Dutch. */
export const NOT_IN_THE_DEMO: readonly string[] = [
  'advies vooraf ("mag ik dit delen?") en signalen over wat misging',
  'casusoverleg, informeren en rechten van betrokkenen: het grootboek neemt ze aan, deze demonstratie speelt ze nog niet na',
  'schermen voor de FG, de archivaris en anderen: alles gaat nu via de API en de opdrachtregel',
  'het vastgestelde jaarverslag met onderdrukte kleine aantallen, ook als ODT en CSV',
  'een getuige buiten deze machine',
  'opslag in EventStoreDB; deze demonstratie gebruikt SQLite',
];

const ROLES_SHOWN: readonly Role[] = ['controller', 'fg', 'privacy-officer', 'record-manager', 'process-owner', 'archivist', 'applicatiebeheer', 'auditor', 'operations'];

/** Of the demo's own clock, which may be moved ahead. */
const VALID = '3660d';
const TOKEN_FILE = 'tokens.env';

/**
 * The service stays up: a fresh token for every role, and how to use one. Also as lines for a shell in the folder
 * `output` (0600; gone when the demo ends), whose path it answers.
 */
export async function showTokens({ url, ledger }: Service, tokens: Tokens, output: string, say: (line: string) => void): Promise<string> {
  const lines = [`REKENSCHAP_URL=${url}`, `LOG_KEY=${join(ledger.config.headDirs[0]!, 'log.vkey')}`];
  const show = async (name: string, variable: string, who: Parameters<Tokens['fresh']>[0]): Promise<void> => {
    const token = await tokens.fresh(who, VALID);
    say('');
    say(`${name}:`);
    say(token);
    lines.push(`TOKEN_${variable.toUpperCase().replaceAll('-', '_')}=${token}`);
  };
  say('');
  say(`De dienst blijft draaien op ${url}. Stoppen: Ctrl-C; de tijdelijke map wordt dan weggegooid.`);
  say(`Controleer hem zelf: npx rekenschap verify --data ${ledger.config.dataDir} --head ${ledger.config.headDirs.join(',')}`);
  say('Een token per rol, tien jaar geldig op de klok van deze demonstratie:');
  for (const role of ROLES_SHOWN) await show(role, role, role);
  for (const [law, system] of Object.entries(SYSTEMS)) await show(`case-system (${system})`, system, { law: law as DemoLaw });
  const file = writeOutput(output, TOKEN_FILE, `${lines.map((line) => `export ${line}`).join('\n')}\n`, 0o600);
  say('');
  say(`Dezelfde tokens voor uw opdrachtregel: source ${file}`);
  say(`Bijvoorbeeld: curl -H "Authorization: Bearer <token van fg>" -H "Accept: text/html" ${url}/v1/annual-reports/2025`);
  return file;
}
