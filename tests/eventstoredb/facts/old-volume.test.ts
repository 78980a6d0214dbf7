import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_STREAM, type EventStoreDBClient } from '@eventstore/db-client';
import { expect } from 'vitest';
import type { TestServer } from '../servers.js';
import { facts, failureOf, newEvent, newStream, readEverything, readWhole, within } from './harness.js';

/** Copies the files of a server that is down; the real one's hold much that is empty. */
const copy = (from: string, to: string): void => {
  rmSync(to, { recursive: true, force: true });
  execFileSync('cp', ['-a', '--sparse=always', from, to]);
};

/** What was acknowledged between the copy and its return, tried by `shows` on the server that no longer has it. */
async function putBack(
  { server, client, renew }: { readonly server: TestServer; readonly client: EventStoreDBClient; readonly renew: () => Promise<EventStoreDBClient> },
  between: (client: EventStoreDBClient) => Promise<void>,
  before: (client: EventStoreDBClient) => Promise<void>,
): Promise<EventStoreDBClient> {
  const { data } = server;
  if (data === null) throw new Error('the folder of the raw files is not known');
  const kept = join(mkdtempSync(join(tmpdir(), 'rekenschap-volume-')), 'kept');
  await before(client);
  await server.kill();
  copy(data, kept);
  await server.start();
  await between(await renew());
  await server.kill();
  copy(kept, data);
  await server.start();
  rmSync(join(kept, '..'), { recursive: true, force: true });
  return renew();
}

facts('old volume', [
  {
    name: 'a server put back on an old volume: the next exact revision conflicts with a LOWER one, and says nothing else of what is lost',
    on: 'both',
    owned: true,
    shows: async (tried) => {
      const [stream, lost] = [newStream(), newStream()];
      const events = [newEvent(), newEvent(), newEvent()];
      let last = { commit: 0n, prepare: 0n };
      const client = await putBack(
        tried,
        async (between) => {
          await between.appendToStream(stream, events.slice(1), { expectedRevision: 0n });
          await between.appendToStream(lost, [newEvent()], { expectedRevision: NO_STREAM });
          last = (await readEverything(between)).at(-1)?.position ?? last;
        },
        async (before) => {
          await before.appendToStream(stream, events.slice(0, 1), { expectedRevision: NO_STREAM });
        },
      );
      expect(await failureOf(client.appendToStream(stream, [newEvent()], { expectedRevision: 2n }))).toMatchObject({
        type: 'wrong-expected-version',
        expectedVersion: 2n,
        actualVersion: 0n,
      });
      expect(await failureOf(readWhole(client, lost))).toMatchObject({ type: 'stream-not-found' });
      // Catching up from the last known position is silence: nothing tells that the log is shorter than that.
      expect(await readEverything(client, last)).toEqual([]);
      // What was acknowledged is taken again as if it were new.
      expect(await client.appendToStream(stream, events.slice(1), { expectedRevision: 0n })).toMatchObject({ nextExpectedRevision: 2n });
    },
  },
  {
    name: 'a subscription from beyond the end of an old volume is confirmed and fails in nothing',
    on: 'both',
    owned: true,
    shows: async (tried) => {
      let last = { commit: 0n, prepare: 0n };
      const client = await putBack(
        tried,
        async (between) => {
          await between.appendToStream(newStream(), [newEvent({ bytes: 5_000 })], { expectedRevision: NO_STREAM });
          await between.appendToStream(newStream(), [newEvent()], { expectedRevision: NO_STREAM });
          last = (await readEverything(between)).at(-1)?.position ?? last;
        },
        async (before) => {
          await before.appendToStream(newStream(), [newEvent()], { expectedRevision: NO_STREAM });
        },
      );
      const subscription = client.subscribeToAll({ fromPosition: last });
      const failed = new Promise<'failed'>((resolve) => subscription.on('error', () => { resolve('failed'); }));
      const confirmed = new Promise<'confirmed'>((resolve) => subscription.on('confirmation', () => { resolve('confirmed'); }));
      expect(await within(5_000, Promise.race([failed, confirmed]))).toBe('confirmed');
      expect(await within(500, failed)).toBe('late');
      await subscription.unsubscribe();
    },
  },
]);
