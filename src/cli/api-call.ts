import { CommandFailure, WrongUse, text, type OptionValues, type Surroundings } from '#src/cli/command';

/** Of commands that ask a service with a person's token. */
export const API_OPTIONS = {
  url: { type: 'string', value: 'adres', help: 'adres van de dienst (REKENSCHAP_URL, anders http://127.0.0.1:8080)' },
} as const;

const TIMEOUT_MS = 600_000;

/** GETs from the service, as `post`. `path` with its query. */
export function get(values: OptionValues, surroundings: Surroundings, path: string): Promise<unknown> {
  return call(values, surroundings, path, { method: 'GET' });
}

/**
 * POSTs to the service; the token comes from REKENSCHAP_TOKEN, since what stands on a command line is seen by others.
 * A refusal becomes a CommandFailure with its code and its Dutch sentence.
 */
export function post(values: OptionValues, surroundings: Surroundings, path: string, body: unknown): Promise<unknown> {
  return call(values, surroundings, path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** POST or PUT on the version that was seen (If-Match). */
export function write(values: OptionValues, surroundings: Surroundings, method: 'POST' | 'PUT', path: string, body: unknown, version: number): Promise<unknown> {
  return call(values, surroundings, path, {
    method, headers: { 'content-type': 'application/json', 'if-match': `"${version}"` }, body: JSON.stringify(body),
  });
}

interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function call(values: OptionValues, { environment }: Surroundings, path: string, asked: Asked): Promise<unknown> {
  const token = environment['REKENSCHAP_TOKEN'];
  if (token === undefined || token === '') throw new WrongUse('Zet een token in REKENSCHAP_TOKEN (zie "rekenschap help token").');
  const url = text(values, 'url') ?? environment['REKENSCHAP_URL'] ?? 'http://127.0.0.1:8080';
  let response: Response;
  try {
    response = await fetch(`${url}${path}`, {
      ...asked, headers: { ...asked.headers, authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error',
    });
  } catch {
    throw new CommandFailure('no-service', 'De dienst is niet te bereiken. Draait zij, en klopt het adres (--url of REKENSCHAP_URL)?');
  }
  const answer = await response.json().catch(() => null) as { readonly code?: string; readonly detail?: string } | null;
  if (response.ok && answer !== null) return answer;
  throw new CommandFailure(answer?.code ?? 'no-reply', answer?.detail ?? 'De dienst gaf een antwoord dat niet te lezen is.');
}
