import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { parseArgs } from 'node:util';
import { COMMON_OPTIONS, EXIT, WrongUse, flag, type Command, type ExitCode, type OptionValues, type Surroundings } from '#src/cli/command';
import { failureOf } from '#src/cli/failure';
import { helpOf, overview } from '#src/cli/help';
import { NOT_BUILT_YET } from '#src/cli/not-built-yet';

/** Loaded when asked for: `help` and wrong use must answer at once. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['serve', async () => (await import('#src/cli/serve')).serve],
  ['demo', async () => (await import('#src/demo/demo')).demo],
  ['token', async () => (await import('#src/cli/token')).token],
  ['import', async () => (await import('#src/cli/import/import')).importCommand],
  ['clock', async () => (await import('#src/cli/clock')).clock],
  ['retention', async () => (await import('#src/cli/retention/retention')).retention],
  ['doctor', async () => (await import('#src/cli/doctor/doctor')).doctor],
  ['export', async () => (await import('#src/cli/export/export')).exportCommand],
  ['backup', async () => (await import('#src/cli/backup')).backup],
  ['restore', async () => (await import('#src/cli/restore')).restoreCommand],
  ['verify', async () => (await import('#src/cli/verify')).verifyCommand],
  ['rebuild', async () => (await import('#src/cli/rebuild')).rebuild],
]);

/** Runs one command and answers with its exit code; expected failures are Dutch sentences without a stack. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const json = args.includes('--json');
  try {
    return await dispatch(args, surroundings);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (json) surroundings.out(JSON.stringify({ ok: false, code: failure.code, message: failure.message }));
    else surroundings.err(failure.message);
    return failure.exitCode;
  }
}

async function dispatch(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') {
    surroundings.out(version());
    return EXIT.done;
  }
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return help(rest[0], surroundings);
  const notBuilt = NOT_BUILT_YET.get(name);
  if (notBuilt !== undefined) {
    throw new WrongUse(`Het commando "${name}" (${notBuilt}) is nog niet gebouwd.`);
  }
  const load = COMMANDS.get(name);
  if (load === undefined) throw new WrongUse('Dit commando bestaat niet. Met "rekenschap help" ziet u wat er is.');
  const command = await load();
  const values = parse(command, rest);
  if (flag(values, 'help')) {
    surroundings.out(helpOf(command));
    return EXIT.done;
  }
  return command.run(values, surroundings);
}

async function help(name: string | undefined, { out }: Surroundings): Promise<ExitCode> {
  const load = name === undefined ? undefined : COMMANDS.get(name);
  if (load !== undefined) {
    out(helpOf(await load()));
    return EXIT.done;
  }
  const commands = await Promise.all([...COMMANDS.values()].map((one) => one()));
  out(overview(commands, NOT_BUILT_YET));
  return EXIT.done;
}

function parse(command: Command, args: readonly string[]): OptionValues {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {};
  for (const [name, { type, short }] of Object.entries({ ...command.options, ...COMMON_OPTIONS } as Command['options'])) {
    options[name] = short === undefined ? { type } : { type, short };
  }
  try {
    const { argument } = command;
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: argument !== undefined });
    if (positionals.length > 1) throw new Error('one argument at most');
    return { ...values, ...(argument === undefined || positionals[0] === undefined ? {} : { [argument.name]: positionals[0] }) } as OptionValues;
  } catch {
    // Node's own sentence is English and repeats what was typed.
    throw new WrongUse(`Een optie van "${command.name}" is onbekend of mist een waarde. Zie "rekenschap help ${command.name}".`);
  }
}

function version(): string {
  const file = findPackageJSON('..', import.meta.url);
  if (file === undefined) throw new Error('package.json is missing');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
