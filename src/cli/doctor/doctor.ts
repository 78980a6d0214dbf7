import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock } from '#infra/clock/system-clock';
import { EXIT, FOLDER_OPTIONS, flag, type Command, type OptionValues, type Surroundings } from '#src/cli/command';
import { askRunningService } from '#src/cli/control-socket';
import { problemsOfLedger, type RunningService } from '#src/cli/doctor/ledger-state';
import { problemsOfPlaces } from '#src/cli/doctor/places';
import type { Problem } from '#src/cli/doctor/problem';
import { configOf, controlSocketPath } from '#src/cli/folders';
import { ConfigurationError, type LedgerConfig } from '#src/composition/config';

const NODE_MAJOR = 26;

export const doctor: Command = {
  name: 'doctor',
  summary: 'kijk na wat er mis is met deze installatie (mag naast een draaiende dienst)',
  options: FOLDER_OPTIONS,
  async run(values, surroundings) {
    const problems = [...ofProgram(), ...await ofInstallation(values, surroundings)];
    surroundings.out(flag(values, 'json')
      ? JSON.stringify({ ok: problems.length === 0, problems })
      : [...problems.map(({ what, advice }, index) => `${index + 1}. ${what}\n   Doe dit: ${advice}\n`), verdict(problems.length)].join('\n'));
    return problems.length === 0 ? EXIT.done : EXIT.failed;
  },
};

function verdict(count: number): string {
  if (count === 0) return 'Geen problemen gevonden.';
  return count === 1 ? '1 probleem gevonden.' : `${count} problemen gevonden.`;
}

function ofProgram(): readonly Problem[] {
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR ? [] : [{
    code: 'node-too-old', what: `Dit is Node ${process.versions.node}; nodig is ${NODE_MAJOR} of nieuwer.`,
    advice: 'Start met "npm start" of "npx rekenschap": die halen zelf de goede Node.',
  }];
}

async function ofInstallation(values: OptionValues, surroundings: Surroundings): Promise<readonly Problem[]> {
  let config: LedgerConfig;
  try {
    config = configOf(values, surroundings);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return [{ code: 'configuration', what: error.message, advice: 'Herstel deze instelling en kijk opnieuw. De rest is nog niet nagekeken.' }];
  }
  if (!existsSync(join(config.dataDir, 'ledger.db')) && !config.headDirs.some((dir) => existsSync(join(dir, 'log.vkey')))) {
    return [{
      code: 'no-ledger', what: `In de gegevensmap ${config.dataDir} staat geen grootboek.`,
      advice: 'Kijk of REKENSCHAP_DATA (of --data) klopt. Is het een nieuwe installatie: start haar met "rekenschap serve".',
    }];
  }
  const { service, problems } = await askService(config);
  return [...ofIdentity(config), ...problemsOfPlaces(config), ...problems, ...await problemsOfLedger(config, new SystemClock().now(), service)];
}

function ofIdentity({ oidc }: LedgerConfig): readonly Problem[] {
  return oidc !== null ? [] : [{
    code: 'no-identity-provider', what: 'Er is geen identiteitsprovider ingesteld. Mensen melden zich dan aan met tokens die beheer zelf uitgeeft.',
    advice: 'Stel REKENSCHAP_OIDC_ISSUER en REKENSCHAP_OIDC_AUDIENCE in. Voor een proef mag het zo blijven.',
  }];
}

async function askService({ dataDir }: LedgerConfig): Promise<{ readonly service: RunningService; readonly problems: readonly Problem[] }> {
  try {
    const reply = await askRunningService(controlSocketPath(dataDir), { command: 'status', request: null });
    return { service: reply === null || !reply.ok ? null : reply.value as RunningService, problems: [] };
  } catch {
    return { service: null, problems: [{
      code: 'service-silent', what: 'Er is een dienst op deze map, maar zij antwoordt niet op control.sock.',
      advice: 'Voer dit uit als de gebruiker van de dienst. Helpt dat niet, start de dienst dan opnieuw.',
    }] };
  }
}
