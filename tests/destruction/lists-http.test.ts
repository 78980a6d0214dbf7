import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event, House, opened, SYSTEM, type Answer } from '../http/harness.js';

const LISTS = '/v1/destruction-lists';
const RULE = {
  id: 'wmo', version: 'proef', law: 'wmo2015', result: null, name: 'Wmo', period: 'P1D', trigger: 'process-completed',
  waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: null,
};

/** From draft to certificate through the front door, each step by the person it belongs to. */
describe('destruction lists over HTTP', () => {
  let house: House;
  let sender: string;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    house = await House.open({ allowTestSchedules: true });
    sender = await house.token('case-system');
    for (const role of ['record-manager', 'process-owner', 'archivist', 'applicatiebeheer', 'controller', 'fg', 'auditor'] as const) tokens[role] = await house.token(role);
    const adopted = await house.post('/v1/retention-schedules', tokens['controller']!, { schedule: 'proef', rules: [RULE], use: 'test', mandate: 'besluit-1', archivistAdvice: 'geen bezwaar', on: '2026-03-01' });
    expect(adopted.status, adopted.text).toBe(201);
    for (const reference of ['zaak-a', 'zaak-b']) {
      expect((await house.send(sender, opened(reference))).status).toBe(201);
      const closed = await house.send(sender, event('dossier-closed', { occurredAt: '2026-03-01T12:00:00+01:00', dossier: { system: SYSTEM, reference }, on: '2026-02-20', result: 'verleend' }));
      expect(closed.status, closed.text).toBe(201);
    }
  });
  afterAll(async () => { await house.close(); });

  const act = (id: string, what: string, role: string, version: string | null, body: unknown = {}): Promise<Answer> =>
    house.post(`${LISTS}/${id}/${what}`, tokens[role]!, body, version === null ? {} : { 'if-match': version });

  it('needs a version, a reason, the right role and the right person at each step', async () => {
    expect((await house.post(LISTS, tokens['record-manager']!, { name: 'x' })).body.code).toBe('field-invalid');
    expect((await house.post(LISTS, tokens['record-manager']!, { name: 'Lijst 999990019' })).body.code).toBe('bsn-not-allowed');
    expect((await house.post(LISTS, tokens['fg']!, { name: 'Lijst maart' })).status).toBe(403);
    const drawn = await house.post(LISTS, tokens['record-manager']!, { name: 'Lijst maart' });
    expect(drawn.status, drawn.text).toBe(201);
    expect(drawn.body).toMatchObject({ status: 'draft', items: 2, version: 0 });
    expect(drawn.headers['etag']).toBe('"0"');
    const id = drawn.body.id as string;
    expect((await act(id, 'submissions', 'record-manager', null)).status).toBe(428);
    expect((await act(id, 'submissions', 'record-manager', '"7"')).status).toBe(412);
    expect((await act(id, 'submissions', 'record-manager', '*')).status).toBe(412);
    expect((await act(id, 'submissions', 'applicatiebeheer', '"0"')).status).toBe(403);
    expect((await act(id, 'reviews', 'process-owner', '"0"')).body.code).toBe('wrong-state');
    expect((await act('00000000-0000-4000-8000-000000000000', 'submissions', 'record-manager', '"0"')).status).toBe(404);
    const submitted = await act(id, 'submissions', 'record-manager', '"0"');
    expect([submitted.status, submitted.headers['etag']]).toEqual([200, '"1"']);
    expect((await act(id, 'change-requests', 'process-owner', '"1"', {})).body.code).toBe('field-invalid');
    expect((await act(id, 'change-requests', 'process-owner', '"1"', { reason: 'te vroeg' })).body.status).toBe('changes-requested');
    const cancelled = await act(id, 'cancellations', 'record-manager', '"2"', { reason: 'opnieuw opstellen' });
    expect(cancelled.body.status).toBe('cancelled');
    expect((await act(id, 'submissions', 'record-manager', '"3"')).status).toBe(409);
    expect((await house.ask({ path: `${LISTS}/${id}`, token: tokens['auditor']! })).body.page).toHaveLength(2);
    expect((await house.ask({ path: `${LISTS}/${id}`, token: sender })).status).toBe(403);
  });

  it('goes from draft to certificate, and a late event is gone', async () => {
    const drawn = await house.post(LISTS, tokens['record-manager']!, { name: 'Lijst maart' });
    const id = drawn.body.id as string;
    await act(id, 'submissions', 'record-manager', '"0"');
    await act(id, 'reviews', 'process-owner', '"1"');
    expect((await act(id, 'approvals', 'process-owner', '"2"', { name: 'Lijst maart' })).body.code).toBe('forbidden');
    expect((await act(id, 'approvals', 'archivist', '"2"', { name: 'lijst' })).body.code).toBe('field-invalid');
    const approved = await act(id, 'approvals', 'archivist', '"2"', { name: 'Lijst maart' });
    expect(approved.body).toMatchObject({ status: 'approved', executableFrom: '2026-03-09' });
    expect((await act(id, 'executions', 'applicatiebeheer', '"3"')).body.code).toBe('wrong-state');
    house.clock.advanceTo(Temporal.Instant.from('2026-03-09T09:00:00Z'));
    tokens['applicatiebeheer'] = await house.token('applicatiebeheer');
    tokens['auditor'] = await house.token('auditor');
    sender = await house.token('case-system');
    const begun = await act(id, 'executions', 'applicatiebeheer', '"3"');
    expect(begun.status, begun.text).toBe(202);
    await expect.poll(async () => (await house.ask({ path: `${LISTS}/${id}`, token: tokens['auditor']! })).body.status, { timeout: 60_000 }).toBe('purged');
    const certificate = await house.ask({ path: `${LISTS}/${id}/certificate`, token: tokens['auditor']! });
    expect(certificate.body.issued.certificate).toMatchObject({ title: 'Verklaring van vernietiging', destroyed: { dossiers: 2 } });
    expect(certificate.body.completed.certificate.pagesRewrittenOn).toBe('2026-03-09');
    const size = house.size;
    const late = await house.send(sender, opened('zaak-a'));
    expect([late.status, late.body.code]).toEqual([410, 'dossier-destroyed']);
    expect(house.size).toBe(size);
  });
});
