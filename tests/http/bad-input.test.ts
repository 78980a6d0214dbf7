import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { consentGiven, event, House, opened, SYSTEM, type Answer } from './harness.js';

const BSN = testBsn(7);
const CANARY = 'Fatima-el-Amrani';
let house: House;
let token: string;
let size: number;

beforeAll(async () => {
  house = await House.open();
  token = await house.token('case-system');
  size = house.size;
});
afterAll(async () => { await house.close(); });

function expectRefused(answer: Answer, status: number, code: string, path?: string): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers['api-version']).toBe('1.0.0');
  expect(answer.body).toMatchObject({ status, code });
  expect(answer.body.detail).toMatch(/\.$/);
  if (path !== undefined) expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  expect(answer.text).not.toContain(BSN);
  expect(answer.text).not.toContain(CANARY);
  expect(house.size).toBe(size);
}

describe('what is refused at the door, with nothing stored and nothing echoed', () => {
  it.each([
    ['cut off', '{"specversion":"1.0", "id":'],
    ['no JSON at all', CANARY],
    ['an array', '[]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['a byte order mark', '\ufeff{}'],
    ['a name twice', `{"id":"a","id":"${CANARY}"}`],
    ['a name twice, deep', JSON.stringify(opened('X')).replace('"role"', '"bsn":"x","role"')],
    ['a name twice by escape', '{"id":"a","\\u0069d":"b"}'],
    ['__proto__', `{"__proto__":{"law":"${CANARY}"}}`],
    ['half a character', '{"id":"\\ud800"}'],
    ['a number beyond a double', '{"id":1e999}'],
    ['too deep', `{"a":${'['.repeat(30)}${']'.repeat(30)}}`],
    ['much too deep', '['.repeat(30_000)],
  ])('malformed JSON: %s', async (_name, body) => {
    expectRefused(await house.send(token, body), 400, 'malformed');
  });

  it('invalid UTF-8', async () => {
    expectRefused(await house.send(token, Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])), 400, 'malformed');
  });

  it('wrong types, every error at once with its path', async () => {
    const sent = { ...opened('X'), id: 7, source: CANARY, specversion: 1 };
    const answer = await house.send(token, sent);
    expectRefused(answer, 400, 'field-invalid', '/id');
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual(['/specversion', '/id', '/source']);
    expectRefused(await house.send(token, opened('X', { subjects: { bsn: BSN } })), 400, 'field-invalid', '/data/subjects');
    expectRefused(await house.send(token, { ...opened('X'), data: 'x' }), 400, 'field-invalid', '/data');
    expectRefused(await house.send(token, consentGiven('X', { purposes: 'x' })), 400, 'field-invalid', '/data/purposes');
  });

  it('an unknown field, in the data and in the envelope', async () => {
    expectRefused(await house.send(token, opened('X', { onbekendVeld: CANARY })), 400, 'unknown-field', '/data/onbekendVeld');
    expectRefused(await house.send(token, opened('X', { subjects: [{ bsn: BSN, role: 'client', naam: CANARY }] })), 400, 'unknown-field', '/data/subjects/0/naam');
    expectRefused(await house.send(token, { ...opened('X'), nietBekend: CANARY }), 400, 'unknown-field', '/nietBekend');
  });

  it('a field name that is personal itself', async () => {
    expectRefused(await house.send(token, opened('X', { [BSN]: 'x' })), 400, 'unknown-field', '/data/***');
  });

  it('an unknown event type, and one that only the ledger records', async () => {
    expectRefused(await house.send(token, { ...opened('X'), type: 'nl.overheid.sociaaldomein.iets-anders' }), 400, 'unknown-event-type', '/type');
    expectRefused(await house.send(token, { ...opened('X'), type: 'nl.overheid.sociaaldomein.destruction-begun' }), 400, 'unknown-event-type', '/type');
    expectRefused(await house.send(token, { ...opened('X'), type: 'consent-given' }), 400, 'unknown-event-type', '/type');
    expectRefused(await house.send(token, { ...opened('X'), type: 'nl.overheid.sociaaldomein.constructor' }), 400, 'unknown-event-type', '/type');
  });

  it('an unknown law', async () => {
    expectRefused(await house.send(token, opened('X', { law: 'warenwet' })), 400, 'unknown-code', '/data/law');
  });

  it('too large, in each mode', async () => {
    const large = opened('X', { motivation: 'x'.repeat(70_000) });
    expectRefused(await house.send(token, large), 413, 'too-large');
    expectRefused(await house.ask({
      method: 'POST', path: '/v1/events', token, headers: { 'content-type': 'application/json' }, body: JSON.stringify(large['data']),
    }), 413, 'too-large');
    const batch = await house.send(token, [large], 'application/cloudevents-batch+json');
    expect(batch.body.results[0]).toMatchObject({ status: 413, problem: { code: 'too-large' } });
    expectRefused(await house.send(token, Array.from({ length: 1_001 }, () => 1), 'application/cloudevents-batch+json'), 413, 'too-large');
    expect(house.size).toBe(size);
  });

  it.each([
    ['another form', 'text/plain'], ['XML', 'application/cloudevents+xml'], ['a form', 'application/x-www-form-urlencoded'],
    ['another charset', 'application/cloudevents+json; charset=iso-8859-1'], ['another charset, quoted', 'application/json; charset="utf-16"'],
    ['nonsense', 'x'],
  ])('a content type that is not read: %s', async (_name, contentType) => {
    expectRefused(await house.send(token, opened('X'), contentType), 415, 'unsupported-media-type');
  });

  it('no content type, and compressed content', async () => {
    expectRefused(await house.ask({ method: 'POST', path: '/v1/events', token, body: JSON.stringify(opened('X')) }), 415, 'unsupported-media-type');
    expectRefused(await house.ask({
      method: 'POST', path: '/v1/events', token, body: JSON.stringify(opened('X')),
      headers: { 'content-type': 'application/cloudevents+json', 'content-encoding': 'gzip' },
    }), 415, 'unsupported-media-type');
  });

  it('plain JSON without ce- headers, and ce- headers that cannot be decoded', async () => {
    expectRefused(await house.send(token, opened('X'), 'application/json'), 400, 'malformed');
    expectRefused(await house.ask({
      method: 'POST', path: '/v1/events', token, body: '{}',
      headers: { 'content-type': 'application/json', 'ce-id': '%C3%28' },
    }), 400, 'malformed');
  });

  it('dates that do not exist', async () => {
    expectRefused(await house.send(token, opened('X', { occurredAt: '2026-02-30T10:00:00Z' })), 400, 'field-invalid', '/data/occurredAt');
    expectRefused(await house.send(token, opened('X', { occurredAt: undefined, occurredOn: '2026-02-30' })), 400, 'field-invalid', '/data/occurredOn');
    expectRefused(await house.send(token, { ...opened('X'), time: '2026-13-01T00:00:00Z' }), 400, 'field-invalid', '/time');
    const noMoment = opened('X', { occurredAt: undefined });
    expectRefused(await house.send(token, noMoment), 400, 'field-invalid');
  });

  it('in the future, by more than ten minutes', async () => {
    expectRefused(await house.send(token, opened('X', { occurredAt: '2026-03-02T10:10:01Z' })), 400, 'occurred-in-future', '/data/occurredAt');
    expectRefused(await house.send(token, opened('X', { occurredAt: undefined, occurredOn: '2026-03-03' })), 400, 'occurred-in-future', '/data/occurredOn');
  });

  it('a BSN in a text field, in the reference and in the envelope', async () => {
    expectRefused(await house.send(token, opened('X', { motivation: `Gezien met ${BSN} erbij.` })), 400, 'bsn-not-allowed', '/data/motivation');
    expectRefused(await house.send(token, opened(BSN)), 400, 'bsn-not-allowed', '/data/dossier/reference');
    expectRefused(await house.send(token, { ...opened('X'), id: BSN }), 400, 'bsn-not-allowed', '/id');
    expectRefused(await house.send(token, { ...opened('X'), subject: BSN }), 400, 'bsn-not-allowed', '/subject');
  });

  it('a bad token, and none', async () => {
    const cut = token.slice(0, -4);
    for (const bad of [null, 'x', 'a.b.c', cut, `${token}x`, token.split('.').slice(0, 2).join('.') + '.']) {
      const answer = await house.send(bad, opened('X'));
      expectRefused(answer, 401, 'unauthenticated');
      expect(answer.headers['www-authenticate']).toContain('Bearer');
    }
  });

  it('a role that may not send this', async () => {
    expectRefused(await house.send(await house.token('fg').then((made) => { size = house.size; return made; }), opened('X')), 403, 'forbidden', '/type');
    expectRefused(await house.send(token, event('objection-received', {
      occurredOn: '2026-03-01', receivedOn: '2026-03-01', kind: 'avg-21', dossier: { system: SYSTEM, reference: 'X' },
    })), 403, 'forbidden', '/type');
  });

  it('and after all that the same event is taken when it is right', async () => {
    const answer = await house.send(token, opened('X'));
    expect(answer.status).toBe(201);
    expect(house.size).toBeGreaterThan(size);
    size = house.size;
  });
});

describe('addresses and messages', () => {
  it('404 for what is not there, trailing slashes included; 405 with Allow', async () => {
    for (const path of ['/', '/v1', '/v1/events/', '/v1/nothing', '/V1/events', '/v1/events/x/receipt/', `/v1/${CANARY}`]) {
      expectRefused(await house.ask({ path, token }), 404, 'not-found');
    }
    const put = await house.ask({ method: 'PUT', path: '/v1/events', token });
    expectRefused(put, 405, 'method-not-allowed');
    expect(put.headers['allow']).toBe('POST');
    expectRefused(await house.ask({ method: 'GET', path: '/v1/events', token }), 405, 'method-not-allowed');
    expectRefused(await house.ask({ method: 'OPTIONS', path: '/v1/events', token }), 405, 'method-not-allowed');
  });

  it('addresses that cannot be decoded or are too long', async () => {
    expectRefused(await house.ask({ path: '/v1/%E0%A4%A', token }), 400, 'malformed');
    expectRefused(await house.ask({ path: `/v1/events/${'x'.repeat(500)}/receipt`, token }), 400, 'malformed');
  });

  it('bytes that are no HTTP', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(house.port, '127.0.0.1', () => { socket.write(`${CANARY}\r\n\r\n`); });
      let text = '';
      socket.on('data', (part: Buffer) => { text += part.toString(); });
      socket.on('close', () => { resolve(text); });
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).not.toContain(CANARY);
  });

  it('security headers on a good answer and on a refusal', async () => {
    for (const answer of [await house.ask({ path: '/health/live' }), await house.ask({ path: '/nothing' })]) {
      expect(answer.headers).toMatchObject({
        'api-version': '1.0.0', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'cache-control': 'no-store',
        'referrer-policy': 'no-referrer', 'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
      expect(answer.headers['x-powered-by']).toBeUndefined();
      expect(answer.headers['request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
