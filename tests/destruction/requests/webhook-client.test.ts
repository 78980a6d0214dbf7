import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '#infra/webhook/port';
import { postWebhook, WEBHOOK_LIMITS } from '#infra/webhook/webhook-client';
import { Receiver, SECRET } from './receiver.js';

const LIMITS = { timeoutMs: 400, answerBytesMax: 1_000, loopback: true };

/** Whatever the other side does: taken, or a code that says why not, within the limits. */
describe('a webhook to a receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => { receiver = await Receiver.open(); });
  afterEach(async () => { await receiver.close(); });

  const post = (url = receiver.url, limits = LIMITS): Promise<Delivery> =>
    postWebhook({ url: new URL(url), secret: SECRET }, { id: 'bericht-1', body: '{"type":"t","data":{}}' }, new Date('2026-03-02T09:00:00Z'), limits);

  it('control: is taken, with a signature that the receiver can check', async () => {
    expect(await post()).toEqual({ kind: 'taken' });
    expect(receiver.received).toMatchObject([{ id: 'bericht-1', signed: true }]);
  });

  it('that redirects is not followed', async () => {
    const elsewhere = await Receiver.open();
    try {
      receiver.answer = (response) => { response.writeHead(307, { location: elsewhere.url }).end(); };
      expect(await post()).toEqual({ kind: 'failed', why: 'redirected' });
      expect(elsewhere.received).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('that never answers, or never ends its answer, is left after its time', async () => {
    receiver.answer = () => undefined;
    expect(await post()).toEqual({ kind: 'failed', why: 'timed-out' });
    receiver.answer = (response) => { response.writeHead(200).write('.'); };
    const began = performance.now();
    expect(await post()).toEqual({ kind: 'failed', why: 'timed-out' });
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('that answers a gigabyte is left after the first kilobyte', async () => {
    let written = 0;
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = (): void => {
        while (written < 1024 ** 3 && !response.destroyed) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    };
    expect(await post(receiver.url, { ...LIMITS, timeoutMs: 20_000 })).toEqual({ kind: 'failed', why: 'answer-too-large' });
    expect(written).toBeLessThan(64 * 1024 ** 2);
  });

  it.each([[404, 'refused'], [410, 'refused'], [500, 'failed-there'], [503, 'failed-there']] as const)('that answers %i has not taken it', async (status, why) => {
    receiver.answer = (response) => { response.writeHead(status).end('{"kind":"taken"}'); };
    expect(await post()).toEqual({ kind: 'failed', why });
  });

  it('is never this machine, a link-local or a plain http address in production, nor a name that is none', async () => {
    expect(await post(receiver.url, { ...LIMITS, loopback: false })).toEqual({ kind: 'failed', why: 'address-not-allowed' });
    for (const url of ['https://169.254.169.254/latest', 'https://[fe80::1]/', 'https://0.0.0.0/', 'https://[::ffff:127.0.0.1]/', 'http://10.0.0.8/']) {
      expect(await post(url, { ...WEBHOOK_LIMITS, timeoutMs: 400 }), url).toEqual({ kind: 'failed', why: 'address-not-allowed' });
    }
    expect(await post('https://bestaat-niet.invalid/')).toEqual({ kind: 'failed', why: 'name-not-found' });
    expect(receiver.received).toEqual([]);
  });

  it('that is gone is unreachable', async () => {
    const { url } = receiver;
    await receiver.close();
    expect(await post(url)).toEqual({ kind: 'failed', why: 'unreachable' });
    receiver = await Receiver.open();
  });
});
