import { NO_STREAM } from '@eventstore/db-client';
import { expect, vi } from 'vitest';
import { facts, failureOf, newEvent, newStream, readEverything, readWhole } from './harness.js';

const TOMBSTONE_REVISION = 9223372036854775807n;

facts('deleting', [
  {
    name: 'a tombstone with another revision, lower or higher, is a conflict with a text, code 9 and the revision found',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent(), newEvent()], { expectedRevision: NO_STREAM });
      for (const expectedRevision of [0n, 7n]) {
        expect(await failureOf(client.tombstoneStream(stream, { expectedRevision }))).toEqual({
          name: 'WrongExpectedVersionError',
          type: 'wrong-expected-version',
          code: 9,
          streamName: stream,
          expectedVersion: expectedRevision,
          actualVersion: 1n,
        });
      }
      expect(await failureOf(client.tombstoneStream(stream, { expectedRevision: NO_STREAM }))).toMatchObject({ expectedVersion: -1n, actualVersion: 1n });
      expect(await readWhole(client, stream)).toHaveLength(2);
    },
  },
  {
    name: 'a tombstone again, with whatever revision, says stream-deleted',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent()], { expectedRevision: NO_STREAM });
      await client.tombstoneStream(stream, { expectedRevision: 0n });
      const deleted = { name: 'StreamDeletedError', type: 'stream-deleted', code: 9, streamName: stream };
      expect(await failureOf(client.tombstoneStream(stream, { expectedRevision: 0n }))).toEqual(deleted);
      expect(await failureOf(client.tombstoneStream(stream, { expectedRevision: 5n }))).toEqual(deleted);
      expect(await failureOf(client.tombstoneStream(stream))).toEqual(deleted);
    },
  },
  {
    name: 'a tombstone on a stream that never was: NO_STREAM succeeds; an exact revision is a conflict with -1, not no_stream',
    on: 'both',
    shows: async ({ client }) => {
      expect((await client.tombstoneStream(newStream(), { expectedRevision: NO_STREAM })).position).toBeDefined();
      expect(await failureOf(client.tombstoneStream(newStream(), { expectedRevision: 3n }))).toMatchObject({ type: 'wrong-expected-version', actualVersion: -1n });
    },
  },
  {
    name: 'after a tombstone nothing is appended or read, and the append says so without text or code',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      const events = [newEvent()];
      await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      await client.tombstoneStream(stream, { expectedRevision: 0n });
      const refused = { name: 'StreamDeletedError', type: 'stream-deleted', streamName: stream };
      expect(await failureOf(client.appendToStream(stream, [newEvent()], { expectedRevision: 0n }))).toEqual(refused);
      expect(await failureOf(client.appendToStream(stream, events, { expectedRevision: NO_STREAM }))).toEqual(refused);
      expect(await failureOf(readWhole(client, stream))).toMatchObject({ type: 'stream-deleted', code: 9 });
      expect(await failureOf(client.deleteStream(stream))).toMatchObject({ type: 'stream-deleted', code: 9 });
    },
  },
  {
    name: 'a tombstone leaves everything in $all until a scavenge, and adds $streamDeleted at the largest revision',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent(), newEvent()], { expectedRevision: NO_STREAM });
      await client.tombstoneStream(stream, { expectedRevision: 1n });
      const left = (await readEverything(client)).filter(({ streamId }) => streamId === stream);
      expect(left.map(({ type, revision }) => ({ type, revision }))).toEqual([
        { type: 'feit', revision: 0n },
        { type: 'feit', revision: 1n },
        { type: '$streamDeleted', revision: TOMBSTONE_REVISION },
      ]);
      expect(left[2]?.isJson).toBe(false);
    },
  },
  {
    name: 'a soft delete again succeeds; reading says not found; NO_STREAM appends on, with revisions that go on',
    on: 'both',
    shows: async ({ client }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent(), newEvent()], { expectedRevision: NO_STREAM });
      await client.deleteStream(stream, { expectedRevision: 1n });
      await client.deleteStream(stream, { expectedRevision: 1n });
      expect(await failureOf(readWhole(client, stream))).toMatchObject({ type: 'stream-not-found' });
      expect(await client.appendToStream(stream, [newEvent()], { expectedRevision: NO_STREAM })).toMatchObject({ nextExpectedRevision: 2n });
      // The server writes what hides the old events after it has answered: a read in between may still miss the new one.
      await vi.waitFor(async () => {
        expect((await readWhole(client, stream)).map(({ revision }) => revision)).toEqual([2n]);
      });
    },
  },
  {
    name: 'a tombstone in flight when the server is killed is settled by sending it again: done, or deleted already',
    on: 'both',
    owned: true,
    shows: async ({ client, server, renew }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent()], { expectedRevision: NO_STREAM });
      server.pause();
      const failing = failureOf(client.tombstoneStream(stream, { expectedRevision: 0n }));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await server.kill();
      expect(await failing).toMatchObject({ type: 'unavailable', code: 14 });
      await server.start();
      const later = await renew();
      const again = await failureOf(later.tombstoneStream(stream, { expectedRevision: 0n }));
      expect(['nothing failed', 'StreamDeletedError']).toContain(again['name']);
      expect(await failureOf(later.tombstoneStream(stream, { expectedRevision: 0n }))).toMatchObject({ type: 'stream-deleted' });
    },
  },
]);
