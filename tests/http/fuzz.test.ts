import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { CommandFailure } from '#src/cli/command';
import { runImport } from '#src/cli/import/run-import';
import { consentGiven, House, opened, SOURCE, SYSTEM, type Answer } from './harness.js';

/** Per property; eight of them make a million in the long form (tests/reliability/long), and CSV, by file, a tenth. */
const RUNS = Number(process.env['REKENSCHAP_FUZZ_RUNS'] ?? (process.env['REKENSCHAP_RELIABILITY'] === 'long' ? 126_000 : 600));
const CANARY = 'Kanarie-Geheim-4711';
const BSN = testBsn(42);

let house: House;
let token: string;
let size: number;

beforeAll(async () => {
  house = await House.open();
  token = await house.token('case-system');
  size = house.size;
});
afterAll(async () => { await house.close(); });

function expectOnlyRefusal(answer: Answer): void {
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
  expect(answer.status, answer.text).toBeLessThan(500);
  expect(answer.body).toMatchObject({ status: answer.status, code: expect.any(String), detail: expect.any(String) });
  expect(answer.text).not.toContain(CANARY);
  expect(answer.text).not.toContain(BSN);
  expect(house.size).toBe(size);
}

const good = fc.constantFrom(opened('Z'), consentGiven('Z', { motivation: `${CANARY} was erbij.` }));

/** A place anywhere in the event, and something there that does not belong. */
const damaged = fc.tuple(good, fc.nat(), fc.oneof(
  fc.constant(null), fc.constant([]), fc.constant({}), fc.constant([null]), fc.constant(-0.5), fc.constant(true), fc.constant(''),
  fc.constant({ [CANARY]: CANARY }), fc.constant({ $ref: '#' }), fc.constant('x'.repeat(600)), fc.constant(`${BSN} ${CANARY}`),
)).map(([event, at, wrong]) => {
  const copy = structuredClone(event);
  const places = placesOf(copy);
  const place = places[at % places.length]!;
  place.holder[place.name] = wrong;
  return copy;
});

interface Place { readonly holder: Record<string, unknown>; readonly name: string }

/** Every member whose value may not be replaced by anything else; free texts and optional references may. */
const STEERS = new Set(['specversion', 'source', 'type', 'data', 'dossier', 'system', 'law', 'subjects', 'bsn', 'occurredAt', 'purposes', 'recipients', 'categories', 'givenBy']);

function placesOf(holder: Record<string, unknown>): Place[] {
  return Object.entries(holder).flatMap(([name, value]) => [
    ...(STEERS.has(name) ? [{ holder, name }] : []),
    ...(value !== null && typeof value === 'object' ? placesOf(value as Record<string, unknown>) : []),
  ]);
}

describe('malformed input is only ever refused', () => {
  it('bytes that are anything', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('application/cloudevents+json', 'application/json', 'application/cloudevents-batch+json'), async (bytes, type) => {
      expectOnlyRefusal(await house.send(token, Buffer.concat([Buffer.from([0x7b]), Buffer.from(bytes)]), type));
    }), { numRuns: RUNS });
  });

  it('any JSON', async () => {
    await fc.assert(fc.asyncProperty(fc.json({ maxDepth: 6 }), async (text) => {
      expectOnlyRefusal(await house.send(token, text));
    }), { numRuns: RUNS });
  });

  it('a good event with one thing wrong', async () => {
    await fc.assert(fc.asyncProperty(damaged, async (event) => {
      expectOnlyRefusal(await house.send(token, event));
    }), { numRuns: RUNS });
  });

  it('a good event cut off or with one byte changed into a control character', async () => {
    await fc.assert(fc.asyncProperty(good, fc.nat(), fc.boolean(), async (event, at, cut) => {
      const bytes = Buffer.from(JSON.stringify(event));
      const place = at % bytes.length;
      if (cut) expectOnlyRefusal(await house.send(token, bytes.subarray(0, place)));
      else {
        bytes[place] = 0x01;
        expectOnlyRefusal(await house.send(token, bytes));
      }
    }), { numRuns: RUNS });
  });

  it('NDJSON of which no line is an event, cut off or not', async () => {
    const line = fc.oneof(damaged.map((event) => JSON.stringify(event)), fc.json({ maxDepth: 3 }), fc.string({ maxLength: 40 }).map((text) => `${CANARY}${text.replaceAll('\n', '')}`));
    await fc.assert(fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 4 }), fc.boolean(), async (lines, cut) => {
      const answer = await house.ask({ method: 'POST', path: '/v1/events/_bulk', token, headers: { 'content-type': 'application/x-ndjson' }, body: `${lines.join('\n')}${cut ? '' : '\n'}` });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body).toMatchObject({ recorded: 0, known: 0, failed: lines.length });
      for (const { problem } of answer.body.failures as { readonly problem: { readonly status: number } }[]) expect(Math.floor(problem.status / 100)).toBe(4);
      expect(answer.text).not.toContain(CANARY);
      expect(answer.text).not.toContain(BSN);
      expect(house.size).toBe(size);
    }), { numRuns: RUNS });
  });

  it('CSV whose rows are anything', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-fuzz-'));
    const [file, mappingFile] = [join(folder, 'rijen.csv'), join(folder, 'kolommen.json')];
    writeFileSync(mappingFile, JSON.stringify({
      columns: ['Nr', 'Dag', 'Naar'],
      events: [{ type: 'data-shared', id: ['Nr'], data: { occurredOn: { column: 'Dag', day: 'DD-MM-YYYY' }, dossier: { system: SYSTEM, reference: 'F-1' }, recipient: { organisation: { column: 'Naar' } }, categories: ['gezondheid'], decisionId: 'b-1' } }],
    }));
    const text = fc.string({ unit: fc.oneof(fc.constantFrom(';', '"', '\r\n', '\n', '=', '@', '1', CANARY), fc.string({ minLength: 1, maxLength: 1 })), maxLength: 60 });
    try {
      await fc.assert(fc.asyncProperty(text, async (rows) => {
        writeFileSync(file, `Nr;Dag;Naar\r\n1;${CANARY};x\r\n${rows}`);
        const done = runImport({
          file, mappingFile, format: 'csv', source: SOURCE, withContent: false, url: `http://127.0.0.1:${house.port}`, token, today: '2026-03-02',
        }, new AbortController().signal, () => undefined);
        const result = await done.catch((error: unknown) => error);
        if (result instanceof CommandFailure) expect(result.message).not.toContain(CANARY);
        else {
          expect(result).toMatchObject({ recorded: 0, known: 0 });
          expect(JSON.stringify(result)).not.toContain(CANARY);
        }
        expect(house.size).toBe(size);
      }), { numRuns: Math.ceil(RUNS / 10) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('ce- headers that are anything', async () => {
    const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 80 });
    await fc.assert(fc.asyncProperty(value, value, value, async (id, source, type) => {
      expectOnlyRefusal(await house.ask({
        method: 'POST', path: '/v1/events', token, body: '{}',
        headers: { 'content-type': 'application/json', 'ce-specversion': '1.0', 'ce-id': id, 'ce-source': source, 'ce-type': type },
      }));
    }), { numRuns: RUNS });
  });

  it('tokens that are anything, and good ones with one character changed', async () => {
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    const [head, payload, signature] = token.split('.') as [string, string, string];
    await fc.assert(fc.asyncProperty(fc.oneof(
      fc.string({ unit: fc.constantFrom(...characters), maxLength: 200 }),
      // The last character of a part may differ in bits that base64url does not use.
      fc.tuple(fc.nat(head.length + payload.length), fc.constantFrom(...'AZaz09')).map(([at, character]) => {
        const signed = `${head}.${payload}`;
        return `${signed.slice(0, at)}${character}${signed.slice(at + 1)}.${signature}`;
      }).filter((changed) => changed !== token),
      fc.json().map((claims) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(claims).toString('base64url')}.`),
    ), async (bad) => {
      const answer = await house.send(bad, opened('Z'));
      expectOnlyRefusal(answer);
      expect(answer.status).toBe(401);
    }), { numRuns: RUNS });
  });

  it('questions about consent that are anything', async () => {
    await fc.assert(fc.asyncProperty(fc.record({
      dossier: fc.oneof(fc.json().map((text) => JSON.parse(text)), fc.constant({ system: SYSTEM })),
      purpose: fc.anything({ maxDepth: 1 }), [CANARY]: fc.constant(BSN),
    }), async (question) => {
      const body = JSON.stringify(question, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? '{}';
      expectOnlyRefusal(await house.ask({ method: 'POST', path: '/v1/consents/_status', token, headers: { 'content-type': 'application/json' }, body }));
    }), { numRuns: RUNS });
  });

  it('and the control: the same events unharmed are taken', async () => {
    expect((await house.send(token, opened('Z'))).status).toBe(201);
    expect((await house.send(token, consentGiven('Z', { motivation: `${CANARY} was erbij.` }))).status).toBe(201);
    size = house.size;
  });
});
