import { NO_STREAM, type EventStoreDBClient } from '@eventstore/db-client';
import { expect } from 'vitest';
import { admin, filesWith, scavenge, stopScavenge, untilQuiet } from '../admin-client.js';
import type { TestServer } from '../servers.js';
import { facts, newEvent, newStream, readEverything, readWhole } from './harness.js';

const data = (server: TestServer): string => {
  if (server.data === null) throw new Error('the folder of the raw files is not known');
  return server.data;
};

interface Outcome {
  readonly scavengeId: string;
  readonly result: string;
  readonly nodeEndpoint: string;
}

/** What `$scavenges` says of the scavenges that ended, oldest first. */
async function outcomes(client: EventStoreDBClient): Promise<Outcome[]> {
  const read = await readWhole(client, '$scavenges', true);
  return read.filter(({ type }) => type === '$scavengeCompleted').map((event) => event.data as unknown as Outcome);
}

async function resultOf(client: EventStoreDBClient, id: string): Promise<string | undefined> {
  return (await outcomes(client)).find(({ scavengeId }) => scavengeId === id)?.result;
}

/** Starts a scavenge and stops it when its point is in the log and before its work is done; the server may be faster. */
async function stoppedScavenge(server: TestServer, client: EventStoreDBClient): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    const before = await points(client);
    server.double()?.holdScavenge();
    const { body } = await admin(server.url, 'POST', '/admin/scavenge');
    while ((await points(client)) === before) await new Promise((resolve) => setTimeout(resolve, 5));
    const id = String(body['scavengeId']);
    await stopScavenge(server.url, id);
    await untilQuiet(server.url);
    if ((await resultOf(client, id)) === 'Stopped') return;
  }
  throw new Error('no scavenge could be stopped in time');
}

async function points(client: EventStoreDBClient): Promise<number> {
  let count = 0;
  try {
    for (const { type } of await readWhole(client, '$scavengePoints')) count += type === '$scavengePoint' ? 1 : 0;
  } catch (error) {
    if ((error as { type?: string }).type !== 'stream-not-found') throw error;
  }
  return count;
}

facts('scavenging', [
  {
    name: 'before a scavenge the files hold everything; after it nothing of a tombstoned stream but its name',
    on: 'both',
    owned: true,
    shows: async ({ client, server }) => {
      const [gone, kept] = [newStream(), newStream()];
      await client.appendToStream(gone, [newEvent({ text: `weg-${gone}` }), newEvent({ text: `ook-${gone}` })], { expectedRevision: NO_STREAM });
      await client.appendToStream(kept, [newEvent({ text: `blijft-${kept}` })], { expectedRevision: NO_STREAM });
      await client.tombstoneStream(gone, { expectedRevision: 1n });
      expect(filesWith(data(server), `weg-${gone}`)).toHaveLength(1);
      expect(await resultOf(client, await scavenge(server.url))).toBe('Success');
      expect(filesWith(data(server), `weg-${gone}`)).toEqual([]);
      expect(filesWith(data(server), `ook-${gone}`)).toEqual([]);
      expect(filesWith(data(server), `blijft-${kept}`)).toHaveLength(1);
      expect(filesWith(data(server), gone)).toEqual(expect.arrayContaining([expect.stringMatching(/^chunk-/u), 'index/scavenging/scavenging.db']));
      const left = (await readEverything(client)).filter(({ streamId }) => streamId === gone);
      expect(left.map(({ type }) => type)).toEqual(['$streamDeleted']);
    },
  },
  {
    name: 'a soft-deleted stream keeps its last event, whole',
    on: 'both',
    owned: true,
    shows: async ({ client, server }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent({ text: `eerste-${stream}` }), newEvent({ text: `laatste-${stream}` })], { expectedRevision: NO_STREAM });
      await client.deleteStream(stream, { expectedRevision: 1n });
      await scavenge(server.url);
      expect(filesWith(data(server), `eerste-${stream}`)).toEqual([]);
      expect(filesWith(data(server), `laatste-${stream}`)).toHaveLength(1);
      await client.tombstoneStream(stream, { expectedRevision: 1n });
      await scavenge(server.url);
      expect(filesWith(data(server), `laatste-${stream}`)).toEqual([]);
    },
  },
  {
    name: 'every fresh scavenge adds one $scavengePoint; $scavenges links to its start and its end, which name the node and the result',
    on: 'both',
    owned: true,
    shows: async ({ client, server }) => {
      const before = await points(client);
      const ids = [await scavenge(server.url), await scavenge(server.url)];
      expect(await points(client)).toBe(before + 2);
      const links = (await readWhole(client, '$scavenges')).slice(-4);
      expect(links.map(({ type, isJson }) => ({ type, isJson }))).toEqual(Array.from({ length: 4 }, () => ({ type: '$>', isJson: false })));
      const read = (await readWhole(client, '$scavenges', true)).slice(-4);
      expect(read.map(({ type, streamId }) => ({ type, streamId }))).toEqual(
        ids.flatMap((id) => ['$scavengeStarted', '$scavengeCompleted'].map((type) => ({ type, streamId: `$scavenges-${id}` }))),
      );
      const { host } = new URL(server.url);
      expect(read[1]?.data).toMatchObject({ scavengeId: ids[0], nodeEndpoint: host, result: 'Success', error: null });
    },
  },
  {
    name: 'while one runs a second is refused with 400; an unknown one can not be stopped (404)',
    on: 'both',
    owned: true,
    shows: async ({ client, server }) => {
      expect((await admin(server.url, 'DELETE', '/admin/scavenge/current')).status).toBe(404);
      server.double()?.holdScavenge();
      const { body } = await admin(server.url, 'POST', '/admin/scavenge');
      expect((await admin(server.url, 'POST', '/admin/scavenge')).status).toBe(400);
      expect((await admin(server.url, 'GET', '/admin/scavenge/current')).body['scavengeId']).toBe(body['scavengeId']);
      server.double()?.releaseScavenge();
      await untilQuiet(server.url);
      expect(await resultOf(client, String(body['scavengeId']))).toBe('Success');
    },
  },
  {
    name: 'a scavenge stopped before the tombstone leaves its point: the next one takes that, ends in Success, and the payload is still there',
    on: 'both',
    owned: true,
    shows: async ({ client, server }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent({ text: `weg-${stream}` })], { expectedRevision: NO_STREAM });
      await stoppedScavenge(server, client);
      await client.tombstoneStream(stream, { expectedRevision: 0n });
      const before = await points(client);
      expect(await resultOf(client, await scavenge(server.url))).toBe('Success');
      expect(await points(client)).toBe(before);
      expect(filesWith(data(server), `weg-${stream}`)).toHaveLength(1);
      expect(await resultOf(client, await scavenge(server.url))).toBe('Success');
      expect(await points(client)).toBe(before + 1);
      expect(filesWith(data(server), `weg-${stream}`)).toEqual([]);
    },
  },
]);
