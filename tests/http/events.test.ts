import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '#domain/ledger/canonical-json';
import { event, House, opened, SOURCE, SYSTEM } from './harness.js';

let house: House;
let token: string;

beforeAll(async () => {
  house = await House.open();
  token = await house.token('case-system');
});
afterAll(async () => { await house.close(); });

describe('POST /v1/events', () => {
  it('records a structured event and answers the same receipt when it is sent again', async () => {
    const sent = opened('D-1');
    const first = await house.send(token, sent);
    expect(first.status, first.text).toBe(201);
    expect(first.body).toMatchObject({ source: SOURCE, sourceId: sent['id'], status: 'recorded', leafIndex: first.body.position });
    expect(first.body.leafHash).toMatch(/^[0-9a-f]{64}$/);
    expect(first.body.checkpoint).toContain('\n');
    const size = house.size;
    const again = await house.send(token, sent);
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ id: first.body.id, position: first.body.position, leafHash: first.body.leafHash, status: 'known' });
    expect(house.size).toBe(size);
  });

  it('knows the same content with its members in another order and another time, and in binary mode', async () => {
    const sent = opened('D-2');
    expect((await house.send(token, sent)).status).toBe(201);
    const reordered = Object.fromEntries(Object.entries({ ...sent, time: '2026-03-02T09:59:30Z' }).reverse());
    expect((await house.send(token, canonicalJson(reordered as never))).status).toBe(200);
    const binary = await house.ask({
      method: 'POST', path: '/v1/events', token, body: JSON.stringify(sent['data']),
      headers: {
        'content-type': 'application/json; charset=utf-8', 'ce-specversion': '1.0', 'ce-id': String(sent['id']),
        'ce-source': SOURCE, 'ce-type': String(sent['type']),
      },
    });
    expect(binary.status, binary.text).toBe(200);
  });

  it('decodes the headers of binary mode', async () => {
    const sent = opened('D-3');
    const answer = await house.ask({
      method: 'POST', path: '/v1/events', token, body: JSON.stringify(sent['data']),
      headers: { 'content-type': 'application/json', 'ce-specversion': '1.0', 'ce-id': 'caf%C3%A9 1', 'ce-source': SOURCE, 'ce-type': String(sent['type']) },
    });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body.sourceId).toBe('café 1');
  });

  it('answers 409 when the id is used for something else', async () => {
    const sent = opened('D-4');
    expect((await house.send(token, sent)).status).toBe(201);
    const other = await house.send(token, { ...sent, data: { ...(sent['data'] as object), law: 'jeugdwet' } });
    expect(other.status).toBe(409);
    expect(other.body.code).toBe('id-reused');
  });

  it('takes a batch: one bad event never rejects its neighbours, and a dossier keeps its order', async () => {
    const good = opened('D-5');
    const closing = event('dossier-closed', { occurredAt: '2026-03-01T12:00:00+01:00', dossier: { system: SYSTEM, reference: 'D-5' }, on: '2026-03-01', result: 'verleend' });
    const bad = { ...opened('D-6'), specversion: '0.3' };
    const twice = JSON.stringify(opened('D-7')).replace('"specversion"', '"id":"x","specversion"');
    const answer = await house.send(token, `[${JSON.stringify(good)}, ${JSON.stringify(bad)},${twice} ,${JSON.stringify(closing)},7]`, 'application/cloudevents-batch+json');
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body.results.map((result: { status: number }) => result.status)).toEqual([201, 400, 400, 201, 400]);
    expect(answer.body.results[1].problem.errors[0]).toMatchObject({ code: 'field-invalid', path: '/specversion' });
    expect(answer.body.results[2].problem.code).toBe('malformed');
    expect(answer.body.results[3].receipt.position).toBeGreaterThan(answer.body.results[0].receipt.position);
  });

  it('gives the receipt to who sent it and to the auditor, and to nobody else', async () => {
    const { body } = await house.send(token, opened('D-8'));
    const path = `/v1/events/${body.id}/receipt`;
    const own = await house.ask({ path, token });
    expect(own.status).toBe(200);
    expect(own.body).toMatchObject({ id: body.id, position: body.position, leafHash: body.leafHash });
    expect((await house.ask({ path, token: await house.token('auditor') })).status).toBe(200);
    const other = await house.token('case-system', { source: SOURCE.replace('zaaksysteem', 'ander'), systems: ['ander'] });
    const refused = await house.ask({ path, token: other });
    const unknown = await house.ask({ path: '/v1/events/01890000-0000-7000-8000-000000000000/receipt', token: other });
    expect(refused.status).toBe(404);
    expect(refused.text).toBe(unknown.text);
  });

  it('refuses another source than the token names, and a dossier of another system', async () => {
    const size = house.size;
    const other = await house.send(token, { ...opened('D-9'), source: SOURCE.replace('zaaksysteem', 'ander') });
    expect(other.status).toBe(403);
    const system = await house.send(token, opened('D-9', { dossier: { system: 'ander', reference: 'D-9' } }));
    expect(system.status).toBe(403);
    expect(house.size).toBe(size);
  });
});
