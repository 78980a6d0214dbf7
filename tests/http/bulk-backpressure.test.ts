import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '#domain/ledger/refusals';
import { WINDOW } from '#src/events/bulk/bulk-intake';
import { refused } from '#src/recording/outcome';
import { event, House, SYSTEM } from './harness.js';

const MIB = 1024 * 1024;
/** What two sockets and the machine between them may hold beside the window. */
const ON_THE_WAY = 16 * MIB;

let house: House;
beforeAll(async () => { house = await House.open(); });
afterAll(async () => { await house.close(); });

/** A line of some 10 KiB. */
const LARGE = `${JSON.stringify(event('data-shared', {
  occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'L-1' }, recipient: { organisation: 'Thuiszorg Noord' }, decisionId: 'besluit-1',
  categories: Array.from({ length: 99 }, (_, n) => `soort-${n}-${'x'.repeat(85)}`),
}))}\n`;

test('while the ledger stands still a sender can put no more than a window in it; when it cannot write, the reading stops', { timeout: 120_000 }, async () => {
  const { facts } = house.ledger;
  const record = facts.record.bind(facts);
  let fail: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => { fail = resolve; });
  // A ledger that takes long over a commit, and then cannot write.
  facts.record = () => gate.then(() => refused(refusal('store-unavailable', 'Er is niets vastgelegd.')));
  const request = httpRequest({
    host: '127.0.0.1', port: house.port, method: 'POST', path: '/v1/events/_bulk',
    headers: { authorization: `Bearer ${await house.token('case-system')}`, 'content-type': 'application/x-ndjson' },
  });
  const answered = new Promise<{ status: number; retryAfter: unknown; text: string }>((resolve) => {
    // Once it is answered the service throws away what still comes, and then hangs up.
    request.on('error', () => undefined).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => { text += part; })
        .on('end', () => resolve({ status: response.statusCode!, retryAfter: response.headers['retry-after'], text }));
    });
  });
  const closed = once(request, 'close');
  let sent = 0;
  let over = false;
  const sending = (async () => {
    while (!over && !request.destroyed) {
      if (!request.write(LARGE)) await Promise.race([once(request, 'drain'), closed]);
      sent += LARGE.length;
    }
  })();
  for (let last = -1; last !== sent;) {
    last = sent;
    await pause(1_500);
  }
  // It wants to send for ever, and no byte goes any more.
  expect(sent).toBeGreaterThan(WINDOW.bytes);
  expect(sent).toBeLessThan(WINDOW.bytes + ON_THE_WAY);
  fail();
  const { status, retryAfter, text } = await answered;
  expect([status, retryAfter]).toEqual([503, '5']);
  expect(JSON.parse(text)).toMatchObject({ code: 'store-unavailable', recorded: 0, known: 0 });
  over = true;
  request.destroy();
  await sending;
  facts.record = record;
});
