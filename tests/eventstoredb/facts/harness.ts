import { randomUUID } from 'node:crypto';
import { binaryEvent, EventStoreDBClient, type AllStreamRecordedEvent, type EventData } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { doubleServer, NOT_OWNED, NOT_RUN, realServer, realServerNamed, type TestServer } from '../servers.js';

/** What a fact is tried on. One client in the process at a time: all of them share one map of pending appends. */
export interface Tried {
  readonly server: TestServer;
  readonly client: EventStoreDBClient;
  /** After a failure, and after a start: a client in doubt is made anew. */
  renew(): Promise<EventStoreDBClient>;
}

export interface Fact {
  readonly name: string;
  /** `both`: the double must show it as well. */
  readonly on: 'both' | 'server only';
  /** Needs a server that may be killed or stopped. */
  readonly owned?: boolean;
  readonly shows: (tried: Tried) => Promise<void>;
}

/** Tries every fact on the double (those marked "both") and on the real server. */
export function facts(title: string, list: readonly Fact[]): void {
  describe(`${title}: double`, () => {
    tryAll(list.filter((fact) => fact.on === 'both'), () => doubleServer());
  });
  describe(`${title}: server`, () => {
    if (realServerNamed()) tryAll(list, () => realServer());
    else for (const fact of list) it(`${fact.name} [${fact.on}]`, (context) => { context.skip(NOT_RUN); });
  });
}

function tryAll(list: readonly Fact[], open: () => Promise<TestServer>): void {
  let server: TestServer;
  let client: EventStoreDBClient | null = null;
  beforeAll(async () => {
    server = await open();
    // One file at a time on a real server: the others wait here.
  }, 900_000);
  afterAll(async () => {
    await client?.dispose();
    await server.close();
  });
  for (const fact of list) {
    it(`${fact.name} [${fact.on}]`, async (context) => {
      if (fact.owned === true && !server.owned) context.skip(NOT_OWNED);
      const renew = async (): Promise<EventStoreDBClient> => {
        await client?.dispose();
        client = EventStoreDBClient.connectionString(server.connectionString);
        // gRPC shares its connections among the clients of a process: a new client may meet a dropped one, once.
        for (let tries = 0; tries < 20; tries += 1) {
          const failure = await failureOf(readEverything(client, 'end'));
          if (failure['name'] === 'nothing failed') break;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        return client;
      };
      await renew();
      await fact.shows({
        server,
        get client() {
          if (client === null) throw new Error('no client');
          return client;
        },
        renew,
      });
    });
  }
}

export const newStream = (): string => `feit-${randomUUID()}`;

export function newEvent({ bytes = 40, id = randomUUID(), text }: { bytes?: number; id?: string; text?: string } = {}): EventData {
  return binaryEvent({ id, type: 'feit', data: text === undefined ? Buffer.alloc(bytes, 7) : Buffer.from(text) });
}

/** What a call failed with, reduced to what an adapter may decide on. */
export async function failureOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    const { type, code, streamName, expectedVersion, actualVersion, maxAppendSize } = error as Record<string, unknown>;
    const { name } = (error as Error).constructor;
    return defined({ name, type, code, streamName, expectedVersion, actualVersion, maxAppendSize });
  }
  return { name: 'nothing failed' };
}

const defined = (all: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));

export async function readWhole(client: EventStoreDBClient, stream: string, resolveLinkTos = false): Promise<AllStreamRecordedEvent[]> {
  const read: AllStreamRecordedEvent[] = [];
  for await (const { event } of client.readStream(stream, { resolveLinkTos })) if (event !== undefined) read.push(event as AllStreamRecordedEvent);
  return read;
}

/** Everything in `$all` from a position (inclusive), the server's own streams left out unless asked for. */
export async function readEverything(
  client: EventStoreDBClient,
  fromPosition: 'start' | 'end' | { readonly commit: bigint; readonly prepare: bigint } = 'start',
  own = false,
): Promise<AllStreamRecordedEvent[]> {
  const read: AllStreamRecordedEvent[] = [];
  for await (const { event } of client.readAll({ fromPosition })) {
    if (event !== undefined && (own || !event.streamId.startsWith('$'))) read.push(event as AllStreamRecordedEvent);
  }
  return read;
}

export const within = async <T>(ms: number, what: Promise<T>): Promise<T | 'late'> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => { resolve('late'); }, ms);
  });
  try {
    return await Promise.race([what, late]);
  } finally {
    clearTimeout(timer);
  }
};
