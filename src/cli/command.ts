/** Exit codes of every command (api.md, "Command line"). */
export const EXIT = { done: 0, failed: 1, wrongUse: 2, tamperedOrNotVerifiable: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Where a command reads its configuration and writes its words. Answers go to `out`, progress and errors to `err`. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export interface OptionDefinition {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** Dutch, for `help`. */
  readonly help: string;
  /** Name of the value in `help`. */
  readonly value?: string;
}

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  readonly name: string;
  /** Dutch, one line. */
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionDefinition>>;
  /** What stands without a name in front of it; in the values under `name`. */
  readonly argument?: { readonly name: string; readonly value: string };
  run(values: OptionValues, surroundings: Surroundings): Promise<ExitCode>;
}

/** Every command takes these. */
export const COMMON_OPTIONS = {
  json: { type: 'boolean', help: 'antwoord als JSON' },
  help: { type: 'boolean', short: 'h', help: 'uitleg bij dit commando' },
} as const satisfies Record<string, OptionDefinition>;

/** Commands that work on a ledger's own folder. */
export const FOLDER_OPTIONS = {
  data: { type: 'string', value: 'map', help: 'gegevensmap (REKENSCHAP_DATA, anders ./data)' },
  oin: { type: 'string', value: 'OIN', help: 'OIN van de organisatie (REKENSCHAP_OIN)' },
} as const satisfies Record<string, OptionDefinition>;

/** The command was used in a way it does not have; the message is a Dutch sentence. */
export class WrongUse extends Error {}

/** Something expected stands in the way; the message is a Dutch sentence, `code` is stable. */
export class CommandFailure extends Error {
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

export function text(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

export function flag(values: OptionValues, name: string): boolean {
  return values[name] === true;
}
