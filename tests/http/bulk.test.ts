import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import fastifyOf from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { chunksOf } from '#src/events/bulk/chunks';
import { FAILURES_LISTED } from '#src/events/bulk/bulk-intake';
import { NdjsonLines } from '#src/events/bulk/ndjson-lines';
import { registerBodyTimeout } from '#src/http/body-timeout';
import { consentGiven, event, House, opened, SYSTEM, type Answer } from './harness.js';

let house: House;
let token: string;
beforeAll(async () => {
  house = await House.open();
  token = await house.token('case-system');
});
afterAll(async () => { await house.close(); });

function bulk(body: string | Buffer, headers: Readonly<Record<string, string>> = {}, as: string | null = token): Promise<Answer> {
  return house.ask({ method: 'POST', path: '/v1/events/_bulk', token: as, headers: { 'content-type': 'application/x-ndjson', ...headers }, body });
}

/** A sender that decides itself when it writes what. */
function sending(headers: Readonly<Record<string, string>> = {}): { readonly request: ClientRequest; readonly answer: Promise<Answer> } {
  let request!: ClientRequest;
  const answer = new Promise<Answer>((resolve, reject) => {
    request = httpRequest({
      host: '127.0.0.1', port: house.port, method: 'POST', path: '/v1/events/_bulk',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson', ...headers },
    }, (response: IncomingMessage) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        resolve({ status: response.statusCode!, headers: response.headers, text, body: text.startsWith('{') && !text.includes('\n') ? JSON.parse(text) : undefined });
      });
    });
    request.on('error', reject);
  });
  return { request, answer };
}

function lines(...events: readonly unknown[]): string {
  return events.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('');
}

describe('POST /v1/events/_bulk', () => {
  test('records every line and answers with counts', async () => {
    const before = house.size;
    const answer = await bulk(lines(opened('B-1'), consentGiven('B-1'), opened('B-2'), '', consentGiven('B-2')));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual({ lines: 4, recorded: 4, known: 0, failed: 0, lastPosition: before + 3, failures: [], failuresLeftOut: 0 });
    expect(answer.headers['api-version']).toBe('1.0.0');
    expect(house.size).toBe(before + 4);
  });

  test('sent again nothing is recorded twice', async () => {
    const body = lines(opened('B-3'), consentGiven('B-3'));
    expect((await bulk(body)).body).toMatchObject({ recorded: 2, known: 0 });
    const before = house.size;
    expect((await bulk(body)).body).toMatchObject({ recorded: 0, known: 2, failed: 0 });
    expect(house.size).toBe(before);
  });

  test('names the wrong lines and records the rest', async () => {
    const tooLong = `{"specversion":"1.0","id":"${'x'.repeat(70_000)}"}`;
    const answer = await bulk(lines(opened('B-4'), '{"half":', event('consent-given', { dossier: { system: SYSTEM, reference: 'B-4' } }), tooLong, consentGiven('B-4')));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ lines: 5, recorded: 2, failed: 3, failuresLeftOut: 0 });
    expect(answer.body.failures.map(({ line, status, problem }: { line: number; status: number; problem: { code: string } }) => [line, status, problem.code]))
      .toEqual([[2, 400, 'malformed'], [3, 400, 'field-invalid'], [4, 413, 'too-large']]);
  });

  test('repeats nothing that was sent in a failure', async () => {
    const answer = await bulk(lines(event('dossier-opened', { [`burger${testBsn(1)}`]: 'Jansen', dossier: { system: SYSTEM, reference: testBsn(1) } }), `{"naam":"Jansen ${testBsn(1)}`));
    expect(answer.body.failed).toBe(2);
    expect(answer.text).not.toMatch(/Jansen|99999/);
  });

  test('one wrong of very many is found, and only that one', async () => {
    const many = Array.from({ length: 3_000 }, (_, n) => consentGiven(`B-5-${n % 40}`));
    many[1_234] = event('consent-given', { dossier: { system: SYSTEM, reference: 'B-5-1' } });
    const answer = await bulk(lines(...many));
    expect(answer.body).toMatchObject({ lines: 3_000, recorded: 2_999, failed: 1, failures: [{ line: 1_235, status: 400 }] });
  });

  test('lists a bounded number of failures and counts the others', async () => {
    const answer = await bulk('{}\n'.repeat(FAILURES_LISTED + 500));
    expect(answer.body).toMatchObject({ failed: FAILURES_LISTED + 500, failuresLeftOut: 500 });
    expect(answer.body.failures).toHaveLength(FAILURES_LISTED);
  });

  test('with Prefer: return=representation gives a line per line and the totals last', async () => {
    const { request, answer: answered } = sending({ prefer: 'return=representation' });
    request.end(lines(opened('B-6'), '{}', consentGiven('B-6')));
    const answer = await answered;
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    expect(answer.headers['preference-applied']).toBe('return=representation');
    const results = answer.text.trim().split('\n').map((line) => JSON.parse(line) as { line?: number; receipt?: { position: number }; problem?: unknown; totals?: unknown });
    expect(results.at(-1)).toMatchObject({ totals: { lines: 3, recorded: 2, failed: 1 } });
    const byLine = results.slice(0, -1).sort((a, b) => a.line! - b.line!);
    expect(byLine.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(byLine[0]).toMatchObject({ status: 201, receipt: { sourceId: expect.any(String) } });
    expect(byLine[1]).toMatchObject({ status: 400, problem: { code: 'field-invalid' } });
  });

  test('takes only NDJSON, and NDJSON only here', async () => {
    expect((await bulk('{}', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await bulk('{}', { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await house.send(token, '{}', 'application/x-ndjson')).status).toBe(415);
  });

  test('cut in the middle of a line: what came whole is recorded, the cut line is named', async () => {
    const whole = lines(opened('B-7'), consentGiven('B-7'));
    const answer = await bulk(whole + JSON.stringify(consentGiven('B-7')).slice(0, 80));
    expect(answer.body).toMatchObject({ lines: 3, recorded: 2, failed: 1, failures: [{ line: 3, problem: { code: 'malformed', detail: 'Deze regel is afgebroken: er kwam geen einde aan.' } }] });
  });

  test('a last line without a line end counts when it is whole', async () => {
    expect((await bulk(lines(opened('B-8')) + JSON.stringify(consentGiven('B-8')))).body).toMatchObject({ recorded: 2, failed: 0 });
  });

  test('the sender goes away half-way: what came whole is recorded, and sending all again completes it', async () => {
    const before = house.size;
    const first = lines(opened('B-9'), consentGiven('B-9'));
    const last = JSON.stringify(consentGiven('B-9'));
    const { request, answer } = sending();
    const gone = expect(answer).rejects.toThrow();
    request.write(first + last.slice(0, 100));
    for (let tries = 0; house.size < before + 2 && tries < 200; tries += 1) await pause(20);
    request.destroy();
    await gone;
    expect(house.size).toBe(before + 2);
    expect((await bulk(`${first}${last}\n`)).body).toMatchObject({ recorded: 1, known: 2, failed: 0 });
  });

  test('a slow sender is read as it sends', async () => {
    const { request, answer } = sending();
    const body = lines(opened('B-10'), consentGiven('B-10'), consentGiven('B-10'));
    for (let at = 0; at < body.length; at += 97) {
      request.write(body.slice(at, at + 97));
      await pause(2);
    }
    request.end();
    expect((await answer).body).toMatchObject({ recorded: 3, failed: 0 });
  });

  test('a token that expires on the way stops it, with the counts so far', async () => {
    const own = await House.open();
    try {
      const short = await own.token('case-system', { valid: '5m' });
      const request = httpRequest({
        host: '127.0.0.1', port: own.port, method: 'POST', path: '/v1/events/_bulk',
        headers: { authorization: `Bearer ${short}`, 'content-type': 'application/x-ndjson' },
      });
      const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
        request.on('response', (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => resolve({ status: response.statusCode!, text }));
        }).on('error', reject);
      });
      const before = own.size;
      request.write(lines(opened('T-1'), consentGiven('T-1')));
      for (let tries = 0; own.size < before + 2 && tries < 200; tries += 1) await pause(20);
      own.clock.advanceBy({ hours: 24 });
      request.write(lines(consentGiven('T-1')));
      const { status, text } = await answered;
      expect(status).toBe(401);
      const problem = JSON.parse(text) as { code: string; lines: number; recorded: number };
      expect(problem).toMatchObject({ code: 'unauthenticated', recorded: problem.lines, failed: 0 });
      expect(own.size).toBe(before + problem.lines);
      expect(problem.lines).toBeGreaterThanOrEqual(2);
    } finally {
      await own.close();
    }
  });

  test('is for case systems only', async () => {
    expect((await bulk(lines(opened('B-11')), {}, await house.token('professional'))).status).toBe(403);
    expect((await bulk(lines(opened('B-11')), {}, null)).status).toBe(401);
  });
});

test('whatever the chunks, the lines are the same', () => {
  const body = Buffer.from('een\r\n\ntwee\n   \n€uro\nlaatste');
  const whole = (size: number) => {
    const cutter = new NdjsonLines(100);
    const found = [];
    for (let at = 0; at < body.length; at += size) for (const line of cutter.take(body.subarray(at, at + size))) found.push(line);
    const rest = cutter.rest();
    return [...found, ...(rest === null ? [] : [rest])].map(({ number, bytes, ended }) => [number, bytes?.toString('utf8'), ended]);
  };
  const expected = [[1, 'een', true], [3, 'twee', true], [4, '   ', true], [5, '€uro', true], [6, 'laatste', false]];
  for (let size = 1; size <= body.length; size += 1) expect(whole(size)).toEqual(expected);
});

test('a line that is too long is not kept, and the next is read', () => {
  const cutter = new NdjsonLines(10);
  const found = [];
  for (let n = 0; n < 1_000; n += 1) found.push(...cutter.take(Buffer.alloc(1_000, 'x')));
  found.push(...cutter.take(Buffer.from('\n1234567890\n12345678901\n')));
  expect(found.map(({ number, bytes }) => [number, bytes?.length ?? null])).toEqual([[1, null], [2, 10], [3, null]]);
});

test('silence ends the reading; a sender that goes on does not', async () => {
  const stream = new PassThrough();
  const read = (async () => {
    const chunks = [];
    for await (const chunk of chunksOf(stream, 200)) chunks.push(typeof chunk === 'string' ? chunk : chunk.toString('utf8'));
    return chunks;
  })();
  for (let n = 0; n < 5; n += 1) {
    stream.write(String(n));
    await pause(80);
  }
  expect((await read).join('')).toBe('01234idle');
});

test('a body that never ends is cut off, save that of the bulk endpoint', async () => {
  const fastify = fastifyOf();
  registerBodyTimeout(fastify, 100);
  fastify.addContentTypeParser('application/x-ndjson', (_request, stream, done) => done(null, stream));
  fastify.post('/ander', () => 'klaar');
  fastify.post('/v1/events/_bulk', async (request) => {
    let text = '';
    for await (const part of request.body as AsyncIterable<Buffer>) text += part.toString('utf8');
    return text;
  });
  const address = new URL(await fastify.listen({ port: 0, host: '127.0.0.1' }));
  const slow = (path: string, contentType: string) => new Promise<string>((resolve) => {
    const request = httpRequest({ host: '127.0.0.1', port: address.port, method: 'POST', path, headers: { 'content-type': contentType } }, (response) => {
      response.resume().on('end', () => resolve(String(response.statusCode)));
    });
    request.on('error', () => resolve('cut'));
    request.write('{"a":');
    setTimeout(() => { if (!request.destroyed) request.end('1}'); }, 400);
  });
  expect(await Promise.all([slow('/ander', 'application/json'), slow('/v1/events/_bulk', 'application/x-ndjson')])).toEqual(['cut', '200']);
  await fastify.close();
});
