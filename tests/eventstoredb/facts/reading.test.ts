import { NO_STREAM, type AllStreamRecordedEvent, type EventStoreDBClient, type Position } from '@eventstore/db-client';
import { expect } from 'vitest';
import { scavenge } from '../admin-client.js';
import { facts, failureOf, newEvent, newStream, readEverything, within } from './harness.js';

/** Collects what a subscription delivers until `count` events came, or nothing more within the time. */
async function delivered(client: EventStoreDBClient, fromPosition: Position | 'end', count: number): Promise<AllStreamRecordedEvent[]> {
  const seen: AllStreamRecordedEvent[] = [];
  const subscription = client.subscribeToAll({ fromPosition });
  const done = new Promise<void>((resolve, reject) => {
    subscription.on('error', reject);
    subscription.on('data', ({ event }) => {
      if (event === undefined || event.streamId.startsWith('$')) return;
      seen.push(event);
      if (seen.length === count) resolve();
    });
  });
  await within(3_000, done);
  await subscription.unsubscribe();
  return seen;
}

const placeOf = (event: AllStreamRecordedEvent | undefined): Position => {
  if (event === undefined) throw new Error('an event is missing');
  return event.position;
};

facts('reading', [
  {
    name: 'readAll starts at the position, a subscription behind it',
    on: 'both',
    shows: async ({ client }) => {
      const streams = [newStream(), newStream(), newStream()];
      for (const stream of streams) await client.appendToStream(stream, [newEvent()], { expectedRevision: NO_STREAM });
      const [first] = (await readEverything(client)).filter(({ streamId }) => streamId === streams[0]);
      expect((await readEverything(client, placeOf(first))).map(({ streamId }) => streamId)).toEqual(streams);
      expect((await delivered(client, placeOf(first), 2)).map(({ streamId }) => streamId)).toEqual(streams.slice(1));
    },
  },
  {
    name: 'a subscription resumed from an event that was scavenged since SKIPS the next one; readAll does not',
    on: 'both',
    owned: true,
    shows: async ({ client, server }) => {
      const [gone, next, after] = [newStream(), newStream(), newStream()];
      await client.appendToStream(gone, [newEvent()], { expectedRevision: NO_STREAM });
      const last = placeOf((await readEverything(client)).find(({ streamId }) => streamId === gone));
      await client.appendToStream(next, [newEvent()], { expectedRevision: NO_STREAM });
      await client.appendToStream(after, [newEvent()], { expectedRevision: NO_STREAM });
      await client.tombstoneStream(gone, { expectedRevision: 0n });
      // The control: not yet scavenged, nothing is skipped.
      expect((await delivered(client, last, 3)).map(({ streamId }) => streamId)).toEqual([next, after, gone]);
      await scavenge(server.url);
      expect((await delivered(client, last, 2)).map(({ streamId }) => streamId)).toEqual([after, gone]);
      expect((await readEverything(client, last)).map(({ streamId }) => streamId)).toEqual([next, after, gone]);
    },
  },
  {
    name: 'a position inside a record is an error; inside the last record, and beyond the end, it is silence',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent({ bytes: 500 }), newEvent({ bytes: 500 })], { expectedRevision: NO_STREAM });
      const { commit } = placeOf((await readEverything(client)).find(({ streamId }) => streamId === stream));
      const inside = { commit: commit + 3n, prepare: commit + 3n };
      expect(await failureOf(readEverything(client, inside))).toEqual({ name: 'UnknownError', type: 'unknown', code: 2 });
      expect(await failureOf(delivered(client, inside, 1))).toEqual({ name: 'UnknownError', type: 'unknown', code: 2 });
      const last = (await readEverything(client)).at(-1);
      const insideLast = { commit: placeOf(last).commit + 3n, prepare: placeOf(last).commit + 3n };
      expect(await readEverything(client, insideLast)).toEqual([]);
      expect(await readEverything(client, { commit: 1n << 60n, prepare: 1n << 60n })).toEqual([]);
    },
  },
  {
    name: 'positions rise strictly, with gaps; the server has records of its own before the first',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent(), newEvent()], { expectedRevision: NO_STREAM });
      const all = await readEverything(client, 'start', true);
      expect(all[0]?.streamId.startsWith('$')).toBe(true);
      for (const [index, event] of all.entries()) {
        expect(event.position.commit).toBe(event.position.prepare);
        if (index > 0) expect(event.position.commit > placeOf(all[index - 1]).commit).toBe(true);
      }
    },
  },
  {
    name: 'a live subscription delivers what is appended later; when the server is killed it fails, and never resumes',
    on: 'both',
    owned: true,
    shows: async ({ client, server, renew }) => {
      const stream = newStream();
      const subscription = client.subscribeToAll({ fromPosition: 'end' });
      const seen: string[] = [];
      const failed = new Promise<unknown>((resolve) => subscription.on('error', resolve));
      const first = new Promise<void>((resolve) => {
        subscription.on('data', ({ event }) => {
          if (event?.streamId !== stream) return;
          seen.push(event.id);
          resolve();
        });
      });
      await new Promise<void>((resolve) => subscription.on('confirmation', resolve));
      await client.appendToStream(stream, [newEvent()], { expectedRevision: NO_STREAM });
      expect(await within(3_000, first)).not.toBe('late');
      await server.kill();
      expect(await within(5_000, failed)).toMatchObject({ code: 14 });
      await server.start();
      const later = await renew();
      await later.appendToStream(stream, [newEvent()], { expectedRevision: 0n });
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(seen).toHaveLength(1);
    },
  },
]);
