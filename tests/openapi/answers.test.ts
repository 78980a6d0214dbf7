import { testBsn } from '#domain/dossier/bsn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consentGiven, event, House, opened, SOURCE, SYSTEM, type Answer } from '../http/harness.js';
import { generated, schemaValidators, type Json } from './schemas.js';

const RULE = {
  id: 'wmo', version: 'proef', law: 'wmo2015', result: null, name: 'Wmo', period: 'P1D', trigger: 'process-completed',
  waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: null,
};

/** Real answers of a real service, each held against what the document says of it: status, headers, form. */
describe('answers are as the document says', () => {
  let house: House;
  const compile = schemaValidators({ closed: true });
  const seen = new Set<string>();
  const token: Record<string, string> = {};

  beforeAll(async () => {
    house = await House.open({ allowTestSchedules: true });
    for (const role of ['case-system', 'controller', 'fg', 'record-manager', 'process-owner', 'archivist', 'applicatiebeheer', 'auditor', 'operations'] as const) token[role] = await house.token(role);
  });
  afterAll(async () => { await house.close(); });

  /** `operation`: method and path as in the document. */
  function held(operation: string, answer: Answer): Answer {
    const [method, path] = operation.split(' ') as [string, string];
    const { responses } = generated['paths'][path][method.toLowerCase()] as Json;
    const response = responses[String(answer.status)] as Json | undefined;
    expect(response, `${operation} answered ${answer.status}: ${answer.text}`).toBeDefined();
    for (const name of Object.keys(response!['headers'] as Json)) expect(answer.headers[name.toLowerCase()], `${operation} ${answer.status}: ${name}`).toBeDefined();
    const type = String(answer.headers['content-type']).split(';')[0]!;
    const content = (response!['content'] ?? {}) as Json;
    if (Object.keys(content).length > 0) {
      expect(Object.keys(content), operation).toContain(type);
      const valid = compile(content[type].schema as Json);
      expect(valid(type.endsWith('json') ? answer.body : answer.text), `${operation} ${answer.status}: ${JSON.stringify(valid.errors?.slice(0, 3))} in ${answer.text.slice(0, 600)}`).toBe(true);
    }
    if (answer.status < 300) seen.add(operation);
    return answer;
  }

  it('events and questions', async () => {
    const sender = token['case-system']!;
    const sent = opened('D-1');
    const first = held('POST /events', await house.send(sender, sent));
    expect(first.status).toBe(201);
    expect(held('POST /events', await house.send(sender, sent)).status).toBe(200);
    expect(held('POST /events', await house.send(sender, { ...sent, data: { ...(sent['data'] as object), law: 'jeugdwet' } })).status).toBe(409);
    expect(held('POST /events', await house.send(sender, { ...sent, id: 'x', data: { verzonnen: 1 } })).status).toBe(400);
    expect(held('POST /events', await house.send(sender, [consentGiven('D-1'), { specversion: '1.0' }], 'application/cloudevents-batch+json')).body.results).toHaveLength(2);
    expect(held('POST /events', await house.send(null, sent)).status).toBe(401);
    expect(held('POST /events', await house.send(token['auditor']!, sent)).status).toBe(403);
    expect(held('POST /events', await house.send(sender, 'x', 'text/plain')).status).toBe(415);
    const meeting = held('POST /events', await house.send(sender, event('casusoverleg-held', {
      occurredOn: '2026-03-01', meetingId: 'overleg-1', on: '2026-03-01', participants: [{ organisation: 'Thuiszorg Noord', role: 'deelnemer' }],
      items: [{ dossier: { system: SYSTEM, reference: 'D-1' } }, { anonymous: true }],
    })));
    expect(meeting.body.items, meeting.text).toHaveLength(1);
    const bulk = (as: string, body: string, contentType = 'application/x-ndjson') => house.ask({ method: 'POST', path: '/v1/events/_bulk', token: as, headers: { 'content-type': contentType }, body });
    expect(held('POST /events/_bulk', await bulk(sender, `${JSON.stringify(consentGiven('D-1'))}\n{}\n`)).body).toMatchObject({ recorded: 1, failed: 1 });
    expect(held('POST /events/_bulk', await bulk(sender, '{}', 'text/plain')).status).toBe(415);
    held('GET /events/{id}/receipt', await house.ask({ path: `/v1/events/${first.body.id as string}/receipt`, token: sender }));
    expect(held('GET /events/{id}/receipt', await house.ask({ path: '/v1/events/x/receipt', token: sender })).status).toBe(404);
    const question = { dossier: { system: SYSTEM, reference: 'D-1' }, purpose: 'zorg-afstemmen', recipient: { organisation: 'Thuiszorg Noord' }, category: 'gezondheid', at: '2026-03-02T09:00:00Z' };
    held('POST /consents/_status', await house.post('/v1/consents/_status', sender, question));
    expect(held('POST /consents/_status', await house.post('/v1/consents/_status', sender, {})).status).toBe(400);
  });

  it('searching and looking, by an officer', async () => {
    const officer = token['privacy-officer'] ?? await house.token('privacy-officer');
    const found = held('POST /dossiers/_search', await house.post('/v1/dossiers/_search', officer, { dossier: { system: SYSTEM, reference: 'D-1' } }));
    expect(found.body.dossiers).toHaveLength(1);
    held('POST /dossiers/_search', await house.post('/v1/dossiers/_search', officer, { law: 'wmo2015', limit: 1 }));
    expect(held('POST /dossiers/_search', await house.post('/v1/dossiers/_search', officer, {})).status).toBe(400);
    const path = `/v1/dossiers/${found.body.dossiers[0].id as string}/timeline`;
    expect(held('GET /dossiers/{id}/timeline', await house.ask({ path: `${path}?limit=1`, token: officer })).body.next).toBe('0');
    expect(held('GET /dossiers/{id}/timeline', await house.ask({ path: '/v1/dossiers/x/timeline', token: officer })).status).toBe(404);
    held('POST /data-subjects/_search', await house.post('/v1/data-subjects/_search', officer, { bsn: testBsn(1), reason: 'Verzoek om inzage' }));
    expect(held('POST /data-subjects/_search', await house.post('/v1/data-subjects/_search', officer, {})).status).toBe(400);
  });

  it('the account of a year, in both forms', async () => {
    for (const accept of ['application/json', 'text/html', 'application/pdf']) {
      held('GET /annual-reports/{year}', await house.ask({ path: '/v1/annual-reports/2026', token: token['fg']!, headers: { accept } }));
    }
  });

  it('retention and destruction, from schedule to certificate', async () => {
    const keeper = token['record-manager']!;
    held('POST /retention-schedules', await house.post('/v1/retention-schedules', token['controller']!, { schedule: 'proef', rules: [RULE, { ...RULE, id: 'kort', law: 'wgs', policy: 'standing' }], use: 'test', mandate: 'besluit-1', archivistAdvice: 'geen bezwaar', on: '2026-03-01' }));
    held('POST /retention-schedules/_preview', await house.post('/v1/retention-schedules/_preview', keeper, { schedule: '2020-proposal' }));
    expect(held('POST /retention-schedules/_preview', await house.post('/v1/retention-schedules/_preview', keeper, { schedule: 'bestaat-niet' })).status).toBe(400);
    expect((await house.send(token['case-system']!, opened('V-1'))).status).toBe(201);
    const closed = await house.send(token['case-system']!, event('dossier-closed', { occurredAt: '2026-03-01T12:00:00+01:00', dossier: { system: SYSTEM, reference: 'V-1' }, on: '2026-02-20', result: 'verleend' }));
    const after = { 'rekenschap-min-position': String(closed.body.position) };
    expect(held('GET /retention/agenda', await house.ask({ path: '/v1/retention/agenda', token: keeper, headers: after })).body.items).not.toEqual([]);
    expect(held('GET /retention/agenda', await house.ask({ path: '/v1/retention/agenda?limit=0', token: keeper })).status).toBe(400);

    held('POST /retention/runs', await house.post('/v1/retention/runs', keeper, {}));
    expect(held('POST /clock/confirmations', await house.post('/v1/clock/confirmations', token['operations']!, {})).status).toBe(409);
    await house.ledger.governance.append({ type: 'clock-suspected', schema: 1, data: { occurredAt: '2026-03-02T10:00:00Z', reason: 'behind', lastTick: null } }, null);
    expect(held('POST /retention/runs', await house.post('/v1/retention/runs', keeper, {})).status).toBe(409);
    held('POST /clock/confirmations', await house.post('/v1/clock/confirmations', token['operations']!, {}));

    const drawUp = () => house.post('/v1/destruction-lists', keeper, { name: 'Lijst maart' });
    const act = (id: string, what: string, role: string, version: number, body: unknown = {}) =>
      house.post(`/v1/destruction-lists/${id}/${what}`, token[role]!, body, { 'if-match': `"${version}"` });
    const other = held('POST /destruction-lists', await drawUp()).body.id as string;
    expect(held('POST /destruction-lists/{id}/reviews', await act(other, 'reviews', 'process-owner', 0)).status).toBe(409);
    held('POST /destruction-lists/{id}/submissions', await act(other, 'submissions', 'record-manager', 0));
    held('POST /destruction-lists/{id}/change-requests', await act(other, 'change-requests', 'process-owner', 1, { reason: 'te vroeg' }));
    expect(held('POST /destruction-lists/{id}/submissions', await act(other, 'submissions', 'record-manager', 0)).status).toBe(412);
    held('POST /destruction-lists/{id}/submissions', await act(other, 'submissions', 'record-manager', 2, { answer: 'toch niet' }));
    const except = (body: unknown) => house.ask({ method: 'PUT', path: `/v1/destruction-lists/${other}/items/1`, token: token['process-owner']!, headers: { 'content-type': 'application/json', 'if-match': '"3"' }, body: JSON.stringify(body) });
    expect(held('PUT /destruction-lists/{id}/items/{n}', await except({ exception: 'extend', reason: 'nazorg' })).status).toBe(400);
    held('PUT /destruction-lists/{id}/items/{n}', await except({ exception: 'extend', until: '2027-01-01', reason: 'nazorg' }));
    held('POST /destruction-lists/{id}/advices', await act(other, 'advices', 'archivist', 4, { advice: 'agreed', reason: 'akkoord' }));
    expect(held('GET /destruction-lists/{id}', await house.ask({ path: `/v1/destruction-lists/${other}`, token: token['auditor']! })).body.page[0].exception).toMatchObject({ kind: 'extend' });
    held('POST /destruction-lists/{id}/replacements', await act(other, 'replacements', 'applicatiebeheer', 5, { part: 'drawing-up', reason: 'verlof' }));
    expect(held('POST /destruction-lists/{id}/cancellations', await act(other, 'cancellations', 'record-manager', 6, { reason: 'opnieuw' })).status).toBe(403);
    held('POST /destruction-lists/{id}/cancellations', await act(other, 'cancellations', 'applicatiebeheer', 6, { reason: 'opnieuw' }));

    held('POST /destruction-policies', await house.post('/v1/destruction-policies', token['controller']!, { waitingDays: 7, mandate: 'besluit-2', on: '2026-03-01' }));
    expect(held('POST /destruction-policies', await house.post('/v1/destruction-policies', token['controller']!, { mandate: 'besluit-2', on: '2026-03-01' })).status).toBe(400);
    const authorisation = { rules: ['kort'], until: '2027-01-01', maxNumber: 20, maxPercent: 5, mandate: 'besluit-3' };
    const given = held('POST /standing-authorisations', await house.post('/v1/standing-authorisations', token['archivist']!, authorisation));
    for (const wrong of [{ rules: ['wmo'] }, { rules: ['bestaat-niet'] }, { until: '2026-01-01' }, { until: '2036-01-01' }, { maxPercent: 101 }, { maxNumber: 0 }]) {
      expect(held('POST /standing-authorisations', await house.post('/v1/standing-authorisations', token['archivist']!, { ...authorisation, ...wrong })).status, JSON.stringify(wrong)).toBe(400);
    }
    expect(held('GET /destruction-lists', await house.ask({ path: '/v1/destruction-lists', token: token['auditor']! })).body.lists).toHaveLength(2);
    expect(held('GET /destruction-lists', await house.ask({ path: '/v1/destruction-lists?after=x', token: token['auditor']! })).status).toBe(400);
    const authorisations = () => house.ask({ path: '/v1/standing-authorisations', token: token['auditor']! });
    expect(held('GET /standing-authorisations', await authorisations()).body.authorisations).toHaveLength(1);
    const ending = `/v1/standing-authorisations/${given.body.id as string}/endings`;
    held('POST /standing-authorisations/{id}/endings', await house.post(ending, token['archivist']!, {}));
    expect(held('POST /standing-authorisations/{id}/endings', await house.post(ending, token['archivist']!, {})).status).toBe(404);
    expect((await authorisations()).body.authorisations).toEqual([]);

    const id = (await drawUp()).body.id as string;
    const path = `/v1/destruction-lists/${id}`;
    held('GET /destruction-lists/{id}', await house.ask({ path, token: token['auditor']! }));
    await act(id, 'submissions', 'record-manager', 0);
    held('POST /destruction-lists/{id}/reviews', await act(id, 'reviews', 'process-owner', 1));
    held('POST /destruction-lists/{id}/approvals', await act(id, 'approvals', 'archivist', 2, { name: 'Lijst maart' }));
    house.clock.advanceTo(Temporal.Instant.from('2026-03-09T09:00:00Z'));
    for (const role of ['applicatiebeheer', 'auditor', 'operations'] as const) token[role] = await house.token(role);
    held('POST /destruction-lists/{id}/executions', await act(id, 'executions', 'applicatiebeheer', 3));
    await expect.poll(async () => (await house.ask({ path, token: token['auditor']! })).body.status, { timeout: 60_000 }).toBe('purged');
    held('GET /destruction-lists/{id}', await house.ask({ path, token: token['auditor']! }));
    held('GET /destruction-lists/{id}/certificate', await house.ask({ path: `${path}/certificate`, token: token['auditor']! }));
  });

  it('an erasure: who was heard before, and who was told after', async () => {
    for (const role of ['case-system', 'privacy-officer', 'record-manager', 'process-owner', 'archivist'] as const) token[role] = await house.token(role);
    const own = { source: `${SOURCE.split(':systeem:')[0]!}:systeem:rekenschap` };
    for (const [role, sent] of [
      ['case-system', opened('W-1', { subjects: [{ bsn: testBsn(61), role: 'client' }] })],
      ['case-system', event('dossier-located', { occurredOn: '2026-03-02', dossier: { system: SYSTEM, reference: 'W-1' }, location: { system: 'ggd', reference: 'G-1', kind: 'system', controller: 'other' } })],
      ['privacy-officer', event('rights-request-received', { occurredOn: '2026-03-02', requestId: 'W', right: 'gegevenswissing', receivedOn: '2026-03-02', subject: { bsn: testBsn(61) } }, own)],
      ['privacy-officer', event('rights-request-decided', { occurredOn: '2026-03-02', requestId: 'W', outcome: 'toegewezen', decidedOn: '2026-03-02' }, own)],
    ] as const) {
      const answer = await house.send(token[role]!, sent);
      expect(answer.status, answer.text).toBe(201);
    }
    const id = held('POST /destruction-lists', await house.post('/v1/destruction-lists', token['record-manager']!, { name: 'Wissing', kind: 'erasure', requestId: 'W' })).body.id as string;
    const path = `/v1/destruction-lists/${id}`;
    const act = async (what: string, role: string, body: unknown = {}) => {
      const { version } = (await house.ask({ path, token: await house.token('auditor') })).body as { version: number };
      return house.post(`${path}/${what}`, token[role]!, body, { 'if-match': `"${version}"` });
    };
    held('POST /destruction-lists/{id}/hearings', await act('hearings', 'record-manager', { whom: 'client', on: '2026-03-09', reason: 'Geen bezwaar' }));
    expect(held('POST /destruction-lists/{id}/hearings', await act('hearings', 'record-manager', { whom: 'client', on: '2026-03-10', reason: 'Morgen' })).status).toBe(400);
    expect(held('POST /destruction-lists/{id}/tellings', await act('tellings', 'record-manager', { on: '2026-03-09', means: 'letter' })).status).toBe(409);
    for (const [what, role, body] of [['submissions', 'record-manager', {}], ['reviews', 'process-owner', {}], ['approvals', 'archivist', { name: 'Wissing' }]] as const) expect((await act(what, role, body)).status, what).toBe(200);
    house.clock.advanceTo(Temporal.Instant.from('2026-03-17T09:00:00Z'));
    for (const role of ['applicatiebeheer', 'auditor', 'operations', 'record-manager'] as const) token[role] = await house.token(role);
    expect((await act('executions', 'applicatiebeheer')).status).toBe(202);
    await expect.poll(async () => (await house.ask({ path, token: token['auditor']! })).body.status, { timeout: 60_000 }).toBe('purged');
    expect(held('GET /destruction-lists/{id}', await house.ask({ path, token: token['auditor']! })).body.toTell).toEqual([{ n: 1, name: 'ggd', reference: 'G-1', told: null }]);
    expect(held('POST /destruction-lists/{id}/tellings', await act('tellings', 'record-manager', { on: '2026-03-17', means: 'letter', recipient: 7 })).status).toBe(404);
    held('POST /destruction-lists/{id}/tellings', await act('tellings', 'record-manager', { on: '2026-03-17', means: 'letter' }));
    expect(held('GET /destruction-lists/{id}', await house.ask({ path, token: token['auditor']! })).body.toTell[0].told).toEqual({ on: '2026-03-17', means: 'letter' });
    held('GET /destruction-lists/{id}/certificate', await house.ask({ path: `${path}/certificate`, token: token['auditor']! }));
    const runs = held('GET /destruction-runs', await house.ask({ path: '/v1/destruction-runs', token: token['auditor']! })).body.certificates;
    expect(runs).toMatchObject([{ basis: 'term', dossiers: 1 }, { basis: 'erasure', listId: id, dossiers: 1 }]);
    const rest = await house.ask({ path: `/v1/destruction-runs?after=${runs[0].position as number}`, token: token['auditor']! });
    expect(held('GET /destruction-runs', rest).body).toEqual({ certificates: [runs[1]], next: null });
    expect(held('GET /destruction-runs', await house.ask({ path: '/v1/destruction-runs?after=x', token: token['auditor']! })).status).toBe(400);
    held('GET /destruction-runs/{id}/certificate', await house.ask({ path: `/v1/destruction-runs/${runs[1].runId as string}/certificate`, token: token['auditor']! }));
    for (const none of ['x', id]) expect(held('GET /destruction-runs/{id}/certificate', await house.ask({ path: `/v1/destruction-runs/${none}/certificate`, token: token['auditor']! })).status).toBe(404);
  });

  it('the house itself', async () => {
    token['auditor'] = await house.token('auditor');
    for (const [operation, path, role] of [
      ['GET /log/checkpoint', '/v1/log/checkpoint', 'auditor'], ['GET /v1/jwks.json', '/v1/jwks.json', null],
      ['GET /openapi.json', '/v1/openapi.json', null], ['GET /health/live', '/health/live', null],
      ['GET /health/ready', '/health/ready', null], ['GET /metrics', '/metrics', 'operations'],
    ] as const) held(operation, await house.ask({ path, token: role === null ? null : await house.token(role) }));
  });

  it('every operation has answered well once', () => {
    const all = Object.entries(generated['paths'] as Json).flatMap(([path, item]) => Object.keys(item as Json).filter((method) => method !== 'servers').map((method) => `${method.toUpperCase()} ${path}`));
    expect([...seen].sort()).toEqual(all.sort());
  });
});
