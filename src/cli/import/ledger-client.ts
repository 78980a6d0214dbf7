import { setTimeout as wait } from 'node:timers/promises';
import { CommandFailure } from '#src/cli/command';

/** What the ledger says of one event that it did not record. */
export interface Rejected {
  /** Place in what was sent, from 0. */
  readonly index: number;
  readonly code: string;
  /** JSON Pointers; nothing of what was sent. */
  readonly paths: readonly string[];
}

export interface Sent {
  readonly recorded: number;
  readonly known: number;
  readonly rejected: readonly Rejected[];
}

interface Problem {
  readonly code?: string;
  readonly errors?: readonly { readonly path?: string }[];
}

const TRIES = 6;
const REQUEST_TIMEOUT = 120_000;
/** Answers that say: not now. */
const LATER = new Set([408, 429, 502, 503, 504]);

/** Sends events over `_bulk`. What may be asked again is asked again: sending twice records once. */
export class LedgerClient {
  readonly #url: string;
  readonly #token: string;
  readonly #signal: AbortSignal;
  readonly #pause: number;

  /** `pause`: before the second try, in milliseconds; doubles each time. */
  constructor(url: string, token: string, signal: AbortSignal, pause = 500) {
    this.#url = url.replace(/\/$/, '');
    this.#token = token;
    this.#signal = signal;
    this.#pause = pause;
  }

  /** At most 1,000 events, so that every refusal is listed. Throws CommandFailure when it makes no sense to go on. */
  async send(events: readonly string[]): Promise<Sent> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#post('/v1/events/_bulk', `${events.join('\n')}\n`);
      if (answer !== null && answer.status === 200) return sentOf(answer.body);
      if (answer !== null && !LATER.has(answer.status)) throw failure(answer.status, answer.body as Problem);
      if (attempt === TRIES) throw new CommandFailure('store-unavailable', 'Het grootboek is niet bereikbaar of kan nu niet schrijven. Herhaal het commando later: het gaat verder waar het was.');
      await wait(answer?.retryAfter ?? this.#pause * 2 ** (attempt - 1), undefined, { signal: this.#signal });
    }
  }

  async #post(path: string, body: string): Promise<{ readonly status: number; readonly body: unknown; readonly retryAfter: number | null } | null> {
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method: 'POST', headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/x-ndjson' }, body,
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(REQUEST_TIMEOUT)]), redirect: 'error',
      });
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      return { status: response.status, body: await response.json().catch(() => ({})), retryAfter: seconds > 0 ? Math.min(seconds, 60) * 1_000 : null };
    } catch (error) {
      if (this.#signal.aborted) throw error;
      return null;
    }
  }
}

function sentOf(body: unknown): Sent {
  const { recorded, known, failures, failuresLeftOut } = body as {
    readonly recorded: number; readonly known: number; readonly failuresLeftOut: number;
    readonly failures: readonly { readonly line: number; readonly problem?: Problem }[];
  };
  if (failuresLeftOut > 0) throw new Error('the ledger left refusals out');
  return {
    recorded, known,
    rejected: failures.map(({ line, problem }) => ({
      index: line - 1, code: problem?.code ?? 'internal-error',
      paths: (problem?.errors ?? []).flatMap(({ path }) => (typeof path === 'string' && path !== '' ? [path] : [])),
    })),
  };
}

function failure(status: number, problem: Problem): CommandFailure {
  const code = typeof problem.code === 'string' ? problem.code : 'refused';
  switch (status) {
    case 401: return new CommandFailure(code, 'Het token is verlopen of ongeldig. Geef een nieuw token en herhaal het commando: het gaat verder waar het was.');
    case 403: return new CommandFailure(code, 'Met dit token mag niet worden ingelezen. Nodig is een token van een zaaksysteem (case-system).');
    case 404: return new CommandFailure(code, 'Op dit adres antwoordt geen grootboek. Controleer --url.');
    default: return new CommandFailure(code, `Het grootboek nam het bericht niet aan (${status}, ${code}).`);
  }
}
