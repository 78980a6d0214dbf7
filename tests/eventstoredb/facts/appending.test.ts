import { randomUUID } from 'node:crypto';
import { ANY, NO_STREAM } from '@eventstore/db-client';
import { expect } from 'vitest';
import { facts, failureOf, newEvent, newStream, readWhole } from './harness.js';

facts('appending', [
  {
    name: 'the same ids at the same exact revision answer as the first time, also after a restart',
    on: 'both',
    owned: true,
    shows: async ({ client, server, renew }) => {
      const stream = newStream();
      const events = [newEvent(), newEvent(), newEvent()];
      const first = await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      expect(first).toMatchObject({ success: true, nextExpectedRevision: 2n });
      expect(await client.appendToStream(stream, events, { expectedRevision: NO_STREAM })).toEqual(first);
      await server.kill();
      await server.start();
      const later = await renew();
      expect(await later.appendToStream(stream, events, { expectedRevision: NO_STREAM })).toEqual(first);
      expect(await readWhole(later, stream)).toHaveLength(3);
    },
  },
  {
    name: 'the position of an append is that of its last event, and commit equals prepare',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      const { position } = await client.appendToStream(stream, [newEvent(), newEvent()], { expectedRevision: NO_STREAM });
      const read = await readWhole(client, stream);
      expect(position).toEqual(read[1]?.position);
      expect(position?.commit).toBe(position?.prepare);
    },
  },
  {
    name: 'a prefix again succeeds; a superset or another order conflicts',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      const events = [newEvent(), newEvent(), newEvent()];
      await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      expect(await client.appendToStream(stream, events.slice(0, 2), { expectedRevision: NO_STREAM })).toMatchObject({ nextExpectedRevision: 1n });
      for (const other of [[...events, newEvent()], events.toReversed()]) {
        expect(await failureOf(client.appendToStream(stream, other, { expectedRevision: NO_STREAM }))).toMatchObject({ type: 'wrong-expected-version' });
      }
      expect(await readWhole(client, stream)).toHaveLength(3);
    },
  },
  {
    name: 'the same id with other bytes succeeds and writes nothing',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      const id = randomUUID();
      await client.appendToStream(stream, [newEvent({ id, text: 'eerst' })], { expectedRevision: NO_STREAM });
      expect(await client.appendToStream(stream, [newEvent({ id, text: 'anders' })], { expectedRevision: NO_STREAM })).toMatchObject({ success: true });
      const read = await readWhole(client, stream);
      expect(read.map(({ data }) => Buffer.from(data as Uint8Array).toString())).toEqual(['eerst']);
    },
  },
  {
    name: 'a conflict is an error with a type and without text or code',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent(), newEvent()], { expectedRevision: NO_STREAM });
      for (const expectedRevision of [0n, 9n]) {
        expect(await failureOf(client.appendToStream(stream, [newEvent()], { expectedRevision }))).toEqual({
          name: 'WrongExpectedVersionError',
          type: 'wrong-expected-version',
          streamName: stream,
          expectedVersion: expectedRevision,
          actualVersion: 1n,
        });
      }
      const none = newStream();
      expect(await failureOf(client.appendToStream(none, [newEvent()], { expectedRevision: 3n }))).toMatchObject({ actualVersion: 'no_stream' });
    },
  },
  {
    name: 'with "any" the same id is written twice after a restart',
    on: 'both',
    owned: true,
    shows: async ({ client, server, renew }) => {
      const stream = newStream();
      const event = newEvent();
      await client.appendToStream(stream, [event], { expectedRevision: ANY });
      await client.appendToStream(stream, [event], { expectedRevision: ANY });
      expect(await readWhole(client, stream)).toHaveLength(1);
      await server.kill();
      await server.start();
      const later = await renew();
      await later.appendToStream(stream, [event], { expectedRevision: ANY });
      expect(await readWhole(later, stream)).toHaveLength(2);
    },
  },
  {
    name: 'the same id is written twice at a later revision',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      const event = newEvent();
      await client.appendToStream(stream, [event], { expectedRevision: NO_STREAM });
      await client.appendToStream(stream, [event], { expectedRevision: 0n });
      expect(await readWhole(client, stream)).toHaveLength(2);
    },
  },
  {
    name: 'appending nothing "succeeds" with a revision that is made up',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      expect(await client.appendToStream(stream, [], { expectedRevision: NO_STREAM })).toMatchObject({ success: true, nextExpectedRevision: 0n });
      expect(await failureOf(readWhole(client, stream))).toMatchObject({ type: 'stream-not-found' });
    },
  },
  {
    name: 'an append holds at most 1,048,576 bytes of data; metadata is not counted',
    on: 'both',
    shows: async ({ client }) => {
      const whole = await client.appendToStream(newStream(), [newEvent({ bytes: 1_048_576 })], { expectedRevision: NO_STREAM });
      expect(whole.success).toBe(true);
      const parts = [newEvent({ bytes: 524_288 }), newEvent({ bytes: 524_289 })];
      expect(await failureOf(client.appendToStream(newStream(), parts, { expectedRevision: NO_STREAM }))).toEqual({
        name: 'MaxAppendSizeExceededError',
        type: 'maximum-append-size-exceeded',
        maxAppendSize: 1_048_576,
      });
    },
  },
  {
    name: 'an id in upper case reads back in lower case',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      const id = randomUUID().toUpperCase();
      await client.appendToStream(stream, [newEvent({ id })], { expectedRevision: NO_STREAM });
      expect((await readWhole(client, stream)).map((event) => event.id)).toEqual([id.toLowerCase()]);
    },
  },
  {
    name: 'in flight when the server is killed: the append fails, and what was not answered is settled by the same ids',
    on: 'both',
    owned: true,
    shows: async ({ client, server, renew }) => {
      const stream = newStream();
      const event = newEvent();
      // Before its first append a client asks what the server can: that call fails in another way.
      await client.appendToStream(newStream(), [newEvent()], { expectedRevision: NO_STREAM });
      server.pause();
      const failing = failureOf(client.appendToStream(stream, [event], { expectedRevision: NO_STREAM }));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await server.kill();
      expect(await failing).toMatchObject({ name: 'UnavailableError', type: 'unavailable', code: 14 });
      await server.start();
      const later = await renew();
      expect(await later.appendToStream(stream, [event], { expectedRevision: NO_STREAM })).toMatchObject({ nextExpectedRevision: 0n });
      expect(await readWhole(later, stream)).toHaveLength(1);
    },
  },
]);
