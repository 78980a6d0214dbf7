import { NO_STREAM } from '@eventstore/db-client';
import { expect } from 'vitest';
import { facts, failureOf, newEvent, newStream, readWhole, within } from './harness.js';

facts('failing', [
  {
    name: 'while the server is away an append fails at once with code 14; back again, the same client works',
    on: 'both',
    owned: true,
    shows: async ({ client, server }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent()], { expectedRevision: NO_STREAM });
      await server.kill();
      const event = newEvent();
      expect(await within(2_000, failureOf(client.appendToStream(stream, [event], { expectedRevision: 0n })))).toMatchObject({ code: 14 });
      await server.start();
      let answered = false;
      for (let tries = 0; tries < 50 && !answered; tries += 1) {
        answered = (await failureOf(client.appendToStream(stream, [event], { expectedRevision: 0n })))['name'] === 'nothing failed';
        if (!answered) await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(answered).toBe(true);
      expect(await readWhole(client, stream)).toHaveLength(2);
    },
  },
  {
    name: 'a server that hangs keeps an append waiting past its deadline; going on, it answers',
    on: 'both',
    owned: true,
    shows: async ({ client, server }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent()], { expectedRevision: NO_STREAM });
      server.pause();
      const waiting = failureOf(client.appendToStream(stream, [newEvent()], { expectedRevision: 0n, deadline: 500 }));
      expect(await within(3_000, waiting)).toBe('late');
      server.resume();
      const outcome = await within(10_000, waiting);
      // Done, or refused because its time was up by the server's clock: either way it was answered.
      expect([{ name: 'nothing failed' }, { name: 'DeadlineExceededError', type: 'deadline-exceeded' }]).toContainEqual(outcome);
    },
  },
  {
    name: 'a server that hangs: keepalive ends the append between 10 and 30 s',
    on: 'server only',
    owned: true,
    shows: async ({ client, server }) => {
      const stream = newStream();
      await client.appendToStream(stream, [newEvent()], { expectedRevision: NO_STREAM });
      server.pause();
      const began = performance.now();
      expect(await within(30_000, failureOf(client.appendToStream(stream, [newEvent()], { expectedRevision: 0n })))).toMatchObject({ code: 14 });
      expect(performance.now() - began).toBeGreaterThan(8_000);
      server.resume();
    },
  },
]);
