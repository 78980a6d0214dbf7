import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { consentGiven, event, House, opened, SOURCE, SYSTEM, type Answer } from './harness.js';

let house: House;
let token: string;

beforeAll(async () => {
  house = await House.open({ allowTestSchedules: false });
  token = await house.token('case-system');
});
afterAll(async () => { await house.close(); });

function question(reference: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    dossier: { system: SYSTEM, reference }, purpose: 'afstemming-ondersteuning', recipient: { organisation: 'Thuiszorg Noord' },
    category: 'gezondheid', at: '2026-03-02T09:00:00Z', ...more,
  };
}

function ask(as: string, body: unknown, position: number): Promise<Answer> {
  return house.post('/v1/consents/_status', as, body, { 'rekenschap-min-position': String(position) });
}

/** Sends and answers the position it got. */
async function recorded(sent: Record<string, unknown>): Promise<number> {
  const answer = await house.send(token, sent);
  expect(answer.status, answer.text).toBe(201);
  return answer.body.position as number;
}

describe('POST /v1/consents/_status', () => {
  it('knows of a consent at once when asked for its position, and of its withdrawal from that moment on', async () => {
    await recorded(opened('C-1', { subjects: [{ bsn: testBsn(1), role: 'client' }] }));
    const given = await recorded(consentGiven('C-1'));
    const yes = await ask(token, question('C-1'), given);
    expect(yes.status, yes.text).toBe(200);
    expect(yes.body).toMatchObject({ recorded: 'given', label: 'Gegeven', valid: true });
    expect(yes.body.events).toHaveLength(1);
    expect(yes.body.knownAt).toBeGreaterThanOrEqual(given);
    const person = await ask(token, question('C-1', { subject: { bsn: testBsn(1) } }), given);
    expect(person.body).toMatchObject({ valid: true });
    const stranger = await ask(token, question('C-1', { subject: { bsn: testBsn(2) } }), given);
    expect(stranger.body).toMatchObject({ recorded: 'none-found', valid: false });

    const withdrawn = await recorded(event('consent-withdrawn', {
      occurredAt: '2026-03-02T08:30:00Z', dossier: { system: SYSTEM, reference: 'C-1' }, consentId: 'toestemming-1',
    }));
    const after = await ask(token, question('C-1'), withdrawn);
    expect(after.body).toMatchObject({ recorded: 'withdrawn', valid: false });
    const before = await ask(token, question('C-1', { at: '2026-03-02T08:00:00Z' }), withdrawn);
    expect(before.body).toMatchObject({ recorded: 'given', valid: true });
  });

  it('tells another case system nothing: a known and an unknown dossier get the same answer', async () => {
    await recorded(opened('C-2', { subjects: [{ bsn: testBsn(3), role: 'client' }] }));
    const position = await recorded(consentGiven('C-2'));
    const other = await house.token('case-system', { source: SOURCE.replace('zaaksysteem', 'ander'), systems: ['ander'] });
    const known = await ask(other, question('C-2'), position);
    const unknown = await ask(other, question('bestaat-niet'), position);
    expect(known.status).toBe(200);
    expect(known.body).toMatchObject({ recorded: 'none-found', valid: false, events: [] });
    expect({ ...known.body, knownAt: 0 }).toEqual({ ...unknown.body, knownAt: 0 });
    expect((await ask(await house.token('fg'), question('C-2'), position)).body).toMatchObject({ valid: true });
  });

  it('answers 503 with Retry-After when the position is not reached', async () => {
    const answer = await ask(token, question('C-1'), 1_000_000);
    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('position-not-reached');
    expect(answer.headers['retry-after']).toBe('1');
  });

  it.each([
    ['no recipient named', { recipient: {} }, '/recipient'],
    ['half a person', { subject: { system: 'x' } }, '/subject'],
    ['an impossible moment', { at: '2026-02-30T00:00:00Z' }, '/at'],
    ['something unknown', { extra: 1 }, '/extra'],
    ['a bsn that is none', { subject: { bsn: '123456789' } }, '/subject/bsn'],
  ])('refuses %s', async (_name, more, path) => {
    const answer = await house.post('/v1/consents/_status', token, question('C-1', more));
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  it('refuses a position that is none', async () => {
    expect((await house.post('/v1/consents/_status', token, question('C-1'), { 'rekenschap-min-position': '-1' })).status).toBe(400);
  });
});

describe('retention', () => {
  const decision = { schedule: '2020-proposal', mandate: 'B&W 2026-014', archivistAdvice: 'Akkoord, 12 februari 2026.', on: '2026-02-17' };

  it('is without a schedule until the college adopts one; then the agenda gives dates', async () => {
    const keeper = await house.token('record-manager');
    await recorded(opened('R-1'));
    const closed = await recorded(event('dossier-closed', {
      occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'R-1' }, on: '2026-03-01', result: 'geweigerd',
    }));
    const agenda = (position: number, query = '') => house.ask({ path: `/v1/retention/agenda${query}`, token: keeper, headers: { 'rekenschap-min-position': String(position) } });
    const before = await agenda(closed);
    expect(before.status, before.text).toBe(200);
    expect(before.body).toMatchObject({ schedule: null, today: '2026-03-02' });
    const find = (page: Answer) => page.body.items.find((item: { dossier: { reference: string } }) => item.dossier.reference === 'R-1');
    expect(find(before)).toMatchObject({ firstDestructionDay: null });

    const adopted = await house.post('/v1/retention-schedules', await house.token('controller'), decision);
    expect(adopted.status, adopted.text).toBe(201);
    expect(adopted.body).toMatchObject({ version: '2020-proposal', rules: 50 });
    const after = await agenda(adopted.body.position);
    expect(after.body.schedule).toBe('2020-proposal');
    expect(find(after).firstDestructionDay).toMatch(/^20\d\d-03-02$/);
    expect(after.text).not.toContain('9999');

    const one = await agenda(0, '?limit=1');
    expect(one.body.items).toHaveLength(1);
    const next = await agenda(0, `?limit=1&after=${one.body.next}`);
    expect(next.body.items[0].stream).not.toBe(one.body.items[0].stream);
    expect((await agenda(0, '?category=nonsense')).status).toBe(400);
    expect((await agenda(0, '?other=1')).status).toBe(400);
    expect((await agenda(0, '?limit=0')).status).toBe(400);
  });

  it('refuses a test schedule, a decision in the future, unknown rules and other roles', async () => {
    const controller = await house.token('controller');
    const manager = await house.token('record-manager');
    const size = house.size;
    const codes = async (body: unknown, as = controller) => {
      const answer = await house.post('/v1/retention-schedules', as, body);
      return [answer.status, answer.body.code];
    };
    expect(await codes({ ...decision, schedule: 'westerkwartier-2021' })).toEqual([403, 'forbidden']);
    expect(await codes({ ...decision, on: '2026-03-03' })).toEqual([400, 'occurred-in-future']);
    expect(await codes({ ...decision, schedule: 'bestaat-niet' })).toEqual([400, 'unknown-code']);
    expect(await codes({ ...decision, mandate: undefined })).toEqual([400, 'field-invalid']);
    expect(await codes({ ...decision, rules: [{ id: 'x' }] })).toEqual([400, 'field-invalid']);
    expect(await codes(decision, manager)).toEqual([403, 'forbidden']);
    const rule = {
      id: 'x', version: '1', law: 'wmo2015', result: null, name: 'X', period: 'P15Y', trigger: 'end-of-provision',
      waardering: 'vernietigen', extendable: false, policy: 'full', selectielijst: null,
    };
    expect(await codes({ ...decision, schedule: 'eigen', rules: [rule] })).toEqual([400, 'field-invalid']);
    expect(house.size).toBe(size);
    expect(await codes({ ...decision, schedule: 'eigen', rules: [{ ...rule, selectielijst: { list: '2020', number: '8.1' } }] })).toEqual([201, undefined]);
  });
});

describe('the state of the house', () => {
  it('is live and ready, and shows its positions to operations', async () => {
    expect((await house.ask({ path: '/health/live' })).body).toEqual({ status: 'live' });
    expect((await house.ask({ path: '/health/ready' })).body).toEqual({ status: 'ready', reasons: [] });
    const metrics = await house.ask({ path: '/metrics', token: await house.token('operations') });
    expect(metrics.headers['content-type']).toContain('text/plain');
    expect(metrics.text).toContain(`rekenschap_head_size ${house.size}`);
    expect(metrics.text).toMatch(/rekenschap_view_position\{view="consent-status"\} \d+/);
  });

  it('gives the auditor the signed checkpoint, and anyone the key of its tokens', async () => {
    const auditor = await house.token('auditor');
    const answer = await house.ask({ path: '/v1/log/checkpoint', token: auditor });
    expect(answer.text).toBe(house.ledger.store.head().checkpoint);
    expect(Number(answer.text.split('\n')[1])).toBe(house.size);
    const { body } = await house.ask({ path: '/v1/jwks.json' });
    expect(body.keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', kid: house.ledger.keys.token.keyId });
    expect(body.keys[0].d).toBeUndefined();
  });
});
