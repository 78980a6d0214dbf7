import { resolve } from 'node:path';
import { configFromEnvironment, type LedgerConfig } from '#src/composition/config';
import { text, type OptionValues, type Surroundings } from '#src/cli/command';

/** The environment with what the options say on top of it. */
export function environmentWith(values: OptionValues, { environment }: Surroundings): Surroundings['environment'] {
  const data = text(values, 'data');
  const oin = text(values, 'oin');
  const port = text(values, 'port');
  return {
    ...environment,
    ...(data === undefined ? {} : { REKENSCHAP_DATA: data }),
    ...(oin === undefined ? {} : { REKENSCHAP_OIN: oin }),
    ...(port === undefined ? {} : { REKENSCHAP_PORT: port }),
  };
}

export function configOf(values: OptionValues, surroundings: Surroundings): LedgerConfig {
  return configFromEnvironment(environmentWith(values, surroundings));
}

/** Where the control socket of a running service is. */
export function controlSocketPath(dataDir: string): string {
  return resolve(dataDir, 'control.sock');
}
