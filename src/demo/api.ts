import { CommandFailure } from '#src/cli/command';
import type { Tokens } from '#src/demo/tokens';
import { sourceOf, type PlayedEvent, type Sender } from '#src/synthetic/played-event';
import type { Role } from '#src/recording/principal';

export interface Call {
  readonly as: Role | Sender;
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly accept?: string;
  readonly contentType?: string;
  readonly ifMatch?: string;
  /** The answer must have seen this position. */
  readonly minPosition?: number;
  /** Statuses that are as they should be; absent: 200 and 201. */
  readonly expected?: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly etag: string | null;
}

/** The public HTTP API as any client meets it: fetch, a bearer token, nothing else. */
export class Api {
  constructor(readonly url: string, private readonly tokens: Tokens) {}

  async call(call: Call): Promise<Answer> {
    const { bytes, ...answer } = await this.#asked(call);
    const read = { ...answer, text: bytes.toString('utf8') };
    if (!(call.expected ?? [200, 201]).includes(read.status)) throw new UnexpectedAnswer(call, read);
    return read;
  }

  /** What is no text; null when the service does not offer it in that form. */
  async file(call: Call & { readonly accept: string }): Promise<Uint8Array | null> {
    const { bytes, ...answer } = await this.#asked(call);
    if (answer.status === 406) return null;
    if (answer.status !== 200) throw new UnexpectedAnswer(call, { ...answer, text: bytes.toString('utf8') });
    return bytes;
  }

  async #asked(call: Call): Promise<Omit<Answer, 'text'> & { readonly bytes: Buffer }> {
    const response = await fetch(`${this.url}${call.path}`, {
      method: call.method ?? (call.body === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${await this.tokens.of(call.as)}`,
        accept: call.accept ?? 'application/json',
        ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
        ...(call.ifMatch === undefined ? {} : { 'if-match': call.ifMatch }),
        ...(call.minPosition === undefined ? {} : { 'rekenschap-min-position': String(call.minPosition) }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()), etag: response.headers.get('etag') };
  }

  async json<Body>(call: Call): Promise<Body & { readonly etag: string | null }> {
    const { text, etag } = await this.call(call);
    return { ...(JSON.parse(text) as Body), etag };
  }

  /** Sends one event as a structured CloudEvent and answers with the status and its receipt or problem. */
  async send(event: PlayedEvent, expected?: readonly number[]): Promise<{ readonly status: number; readonly body: SentBody }> {
    const answer = await this.call({
      as: event.sender, path: '/v1/events', contentType: 'application/cloudevents+json', body: cloudEvent(event),
      ...(expected === undefined ? {} : { expected }),
    });
    return { status: answer.status, body: JSON.parse(answer.text) as SentBody };
  }

  /** Sends the events of one sender as a batch; throws when one of them is not recorded. */
  async sendAll(events: readonly PlayedEvent[]): Promise<readonly { readonly id: string; readonly position: number }[]> {
    const call: Call = {
      as: events[0]!.sender, path: '/v1/events', contentType: 'application/cloudevents-batch+json', body: events.map(cloudEvent),
    };
    const answer = await this.call(call);
    const { results } = JSON.parse(answer.text) as { readonly results: readonly BatchResult[] };
    return results.map((result, index) => {
      if (result.receipt !== undefined) return result.receipt;
      throw new UnexpectedAnswer(call, { ...answer, text: `${events[index]!.type}: ${JSON.stringify(result.problem)}` });
    });
  }
}

interface BatchResult {
  readonly status: number;
  readonly receipt?: { readonly id: string; readonly position: number };
  readonly problem?: unknown;
}

function cloudEvent(event: PlayedEvent): Readonly<Record<string, unknown>> {
  if (event.id === undefined) throw new Error('an event is sent without an id');
  return {
    specversion: '1.0', id: event.id, source: sourceOf(event.sender), type: `nl.overheid.sociaaldomein.${event.type}`,
    time: (event.loggedAt ?? event.at).toString(), datacontenttype: 'application/json', data: event.data,
  };
}

/** A receipt, or a problem (RFC 9457). */
export interface SentBody {
  readonly id?: string;
  readonly position?: number;
  readonly status?: string | number;
  readonly code?: string;
  readonly title?: string;
}

/** The service answered otherwise than the demo promises: the demo has failed. */
export class UnexpectedAnswer extends CommandFailure {
  constructor(call: Call, answer: Answer) {
    super('unexpected-answer', `De dienst gaf een ander antwoord dan verwacht: ${call.path} gaf ${answer.status}. ${answer.text.slice(0, 2_000)}`);
  }
}
