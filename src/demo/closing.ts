import { SYSTEMS, type DemoLaw } from '#src/synthetic/played-event';
import type { Service } from '#src/cli/service';
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

/** The service stays up: a fresh token for every role, and how to use one. */
export async function showTokens({ url, ledger }: Service, tokens: Tokens, say: (line: string) => void): Promise<void> {
  say('');
  say(`De dienst blijft draaien op ${url}. Stoppen: Ctrl-C; de tijdelijke map wordt dan weggegooid.`);
  say(`Controleer hem zelf: npx rekenschap verify --data ${ledger.config.dataDir} --head ${ledger.config.headDirs.join(',')}`);
  say('Een token per rol, een dag geldig:');
  for (const role of ROLES_SHOWN) {
    say('');
    say(`${role}:`);
    say(await tokens.fresh(role, '1d'));
  }
  for (const [law, system] of Object.entries(SYSTEMS)) {
    say('');
    say(`case-system (${system}):`);
    say(await tokens.fresh({ law: law as DemoLaw }, '1d'));
  }
  say('');
  say(`Bijvoorbeeld: curl -H "Authorization: Bearer <token van fg>" -H "Accept: text/html" ${url}/v1/annual-reports/2025`);
}
