import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { event, House, opened, SOURCE, SYSTEM, type Answer } from '../http/harness.js';

const LISTS = '/v1/destruction-lists';
const OWN = `${SOURCE.split(':systeem:')[0]!}:systeem:rekenschap`;
const RULE = {
  id: 'wmo', version: 'proef', law: 'wmo2015', result: null, name: 'Wmo', period: 'P15Y', trigger: 'process-completed',
  waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: null,
};

/** What is asked wrongly of a list for erasure, and what it says. */
describe('a list for erasure over HTTP', () => {
  let house: House;
  const draw = async (body: unknown, role: 'record-manager' | 'privacy-officer' | 'process-owner' = 'record-manager'): Promise<Answer> =>
    house.post(LISTS, await house.token(role), body);
  const refused = ({ status, body }: Answer): string => `${status} ${body.code as string} ${(body.errors as { path: string }[] | undefined)?.[0]?.path ?? ''}`.trim();

  beforeAll(async () => {
    house = await House.open({ allowTestSchedules: true });
    expect((await draw({ name: 'Zonder schema', kind: 'erasure', requestId: 'R-1' })).body.code).toBe('wrong-state');
    expect((await house.post('/v1/retention-schedules', await house.token('controller'), {
      schedule: 'proef', rules: [RULE], use: 'test', mandate: 'besluit-1', archivistAdvice: 'geen bezwaar', on: '2026-01-01',
    })).status).toBe(201);
    expect((await house.send(await house.token('case-system'), opened('d1', { law: 'wmo2015', subjects: [{ bsn: testBsn(1), role: 'client' }] }))).status).toBe(201);
    const officer = await house.token('privacy-officer');
    for (const [type, data] of [
      ['rights-request-received', { right: 'gegevenswissing', receivedOn: '2026-02-20', subject: { bsn: testBsn(1) } }],
      ['rights-request-decided', { outcome: 'toegewezen', decidedOn: '2026-03-01' }],
    ] as const) {
      const answer = await house.send(officer, event(type, { occurredOn: '2026-03-01', requestId: 'R-1', ...data }, { source: OWN }));
      expect(answer.status, answer.text).toBe(201);
    }
  });
  afterAll(async () => { await house.close(); });

  it('names the request, and shows the decision and its last day; never the request or the person', async () => {
    const answer = await draw({ name: 'Wissing maart', kind: 'erasure', requestId: 'R-1' });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({ kind: 'erasure', items: 1, erasure: { right: 'gegevenswissing', decidedOn: '2026-03-01', deadline: '2026-03-20' } });
    expect(answer.text).not.toContain('R-1');
    expect(answer.text).not.toContain(testBsn(1));
    const named = await draw({ name: 'Wissing april', kind: 'erasure', requestId: 'R-1', dossiers: [{ system: SYSTEM, reference: 'd1' }] });
    expect(named.body).toMatchObject({ items: 1 });
  });

  it.each<[string, unknown, string]>([
    ['no request', { kind: 'erasure' }, '400 field-invalid /requestId'],
    ['a request on an ordinary list', { requestId: 'R-1' }, '400 field-invalid /requestId'],
    ['dossiers on an ordinary list', { dossiers: [{ system: SYSTEM, reference: 'd1' }] }, '400 field-invalid /dossiers'],
    ['the short procedure', { kind: 'erasure', requestId: 'R-1', procedure: 'short' }, '400 field-invalid /procedure'],
    ['another\'s dossier', { kind: 'erasure', requestId: 'R-1', dossiers: [{ system: SYSTEM, reference: 'd2' }] }, '400 field-invalid /dossiers/0'],
    ['a dossier without reference', { kind: 'erasure', requestId: 'R-1', dossiers: [{ system: SYSTEM }] }, '400 field-invalid /dossiers/0/reference'],
    ['an unknown kind', { kind: 'alles' }, '400 field-invalid /kind'],
    ['a list that only the night draws up', { kind: 'follow' }, '400 field-invalid /kind'],
    ['an unknown field', { kind: 'erasure', requestId: 'R-1', person: 'x' }, '400 unknown-field /person'],
  ])('refuses %s', async (_, more, code) => {
    const answer = await draw({ name: 'Wissing maart', ...(more as object) });
    expect(refused(answer).replace(/ $/, '')).toBe(code);
  });

  it('an unknown request is no decision; roles are those of any list', async () => {
    expect((await draw({ name: 'Wissing maart', kind: 'erasure', requestId: 'R-9' })).body.code).toBe('wrong-state');
    for (const role of ['privacy-officer', 'process-owner'] as const) {
      expect((await draw({ name: 'Wissing maart', kind: 'erasure', requestId: 'R-1' }, role)).status).toBe(403);
    }
  });

  it('single events: refused with a plain sentence, until it is built', async () => {
    const answer = await draw({ name: 'Losse gebeurtenis', kind: 'correction', events: ['01900000-0000-7000-8000-000000000001'] });
    expect([answer.status, answer.body.code]).toEqual([501, 'not-built-yet']);
    expect(answer.text).toContain('Losse gebeurtenissen uit een dossier vernietigen kan nog niet.');
  });
});
