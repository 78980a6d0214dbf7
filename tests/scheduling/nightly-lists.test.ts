import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { nightLines } from '#src/scheduling/night-lines';
import { adopt, at, closed, event, House, opened, record, RULE, SYSTEM } from './house.js';

const SHORT = { ...RULE, id: 'kort', law: 'wgs', name: 'Afgewezen melding', period: 'P1Y', policy: 'standing' };
const LISTS = '/v1/destruction-lists';

let house: House;
let system: string;
beforeEach(async () => {
  house = await House.open();
  system = await house.token('case-system', { valid: '3650d' });
  await adopt(house, { rules: [RULE, SHORT] });
});
afterEach(async () => { await house.close(); });

async function night(day: string): Promise<any> { // eslint-disable-line @typescript-eslint/no-explicit-any
  house.clock.advanceTo(at(day));
  const answer = await house.post('/v1/retention/runs', await house.token('record-manager'), {});
  expect(answer.status, answer.text).toBe(200);
  return answer.body.lists ?? {};
}

let person = 0;
async function dossiers(prefix: string, count: number, law: string, on = '2026-03-01'): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    person += 1;
    await record(house, system, opened(`${prefix}-${n}`, { law, subjects: [{ bsn: testBsn(person), role: 'client' }] }));
    await record(house, system, closed(`${prefix}-${n}`, on));
  }
}

async function authorise(more: Record<string, unknown> = {}): Promise<string> {
  const answer = await house.post('/v1/standing-authorisations', await house.token('archivist'), {
    rules: ['kort'], until: '2028-01-31', maxNumber: 20, maxPercent: 100, mandate: 'besluit archivaris 1', ...more,
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id as string;
}

const view = async (id: string) => (await house.ask({ path: `${LISTS}/${id}`, token: await house.token('auditor') })).body;
const act = async (id: string, what: string, role: 'record-manager' | 'process-owner' | 'archivist', body: unknown = {}) =>
  house.post(`${LISTS}/${id}/${what}`, await house.token(role), body, { 'if-match': `"${(await view(id)).version as number}"` });
const authorisations = async () => (await house.ask({ path: '/v1/standing-authorisations', token: await house.token('auditor') })).body.authorisations as { id: string; works: boolean }[];
const there = async (reference: string): Promise<boolean> => {
  const stream = await house.ledger.vault.findStream({ system: SYSTEM, reference });
  return stream !== null && (await house.ledger.store.readStream(stream, 0, 1)).kind === 'events';
};
const nights = async (): Promise<number> => {
  const { entries } = await house.ledger.store.readAll(0, 1_000);
  let count = 0;
  for (const entry of entries) if (entry.kind === 'event' && (await house.ledger.writer.open(entry.event)).type === 'nightly-run-recorded') count += 1;
  return count;
};

describe('the monthly proposal', () => {
  it('comes once a month, is taken over by a person before it goes on, and an old one that nobody took makes way', async () => {
    await dossiers('W', 3, 'wmo2015');
    expect(await night('2028-02-28')).toEqual({ proposedFor: '2028-02' });
    const first = await night('2028-03-02');
    expect(first).toMatchObject({ proposedFor: '2028-03', proposed: { items: 3 } });
    expect(await night('2028-03-03')).toEqual({});
    const second = await night('2028-04-02');
    expect(second).toMatchObject({ proposed: { items: 3 }, withdrawn: [first.proposed.listId] });
    expect((await view(first.proposed.listId)).status).toBe('cancelled');
    const id = second.proposed.listId as string;
    expect(await view(id)).toMatchObject({ status: 'draft', name: 'Voorstel 2028-04' });
    // The scheduler drew it up: nobody else may submit it before taking it over.
    expect((await act(id, 'submissions', 'record-manager')).status).toBe(403);
    expect((await act(id, 'replacements', 'record-manager', { part: 'drawing-up', reason: 'voorstel van april' })).status).toBe(200);
    expect((await act(id, 'submissions', 'record-manager')).body.status).toBe('submitted');
    await dossiers('X', 1, 'wmo2015', '2026-03-05');
    const third = await night('2028-05-02');
    // What stands on the list that is under way is not proposed again.
    expect(third).toMatchObject({ proposed: { items: 1 } });
    expect(third.withdrawn).toBeUndefined();
    expect((await view(id)).status).toBe('submitted');
  });

  it('is caught up after downtime, and does nothing while the clock is not believed', async () => {
    await dossiers('W', 1, 'wmo2015');
    await house.ledger.governance.append({ type: 'clock-suspected', schema: 1, data: { occurredAt: '2028-06-20T00:00:00Z', reason: 'behind', lastTick: null } }, null);
    house.clock.advanceTo(at('2028-06-20'));
    const before = house.size;
    const refusedRun = await house.post('/v1/retention/runs', await house.token('record-manager'), {});
    expect([refusedRun.status, refusedRun.body.code]).toEqual([409, 'clock-suspect']);
    // Only the tokens.
    expect(house.size - before).toBeLessThanOrEqual(1);
    expect((await house.post('/v1/clock/confirmations', await house.token('operations'), {})).status).toBe(201);
    expect(await night('2028-06-20')).toMatchObject({ proposedFor: '2028-06', proposed: { items: 1 } });
    expect(await nights()).toBe(1);
  });
});

describe('reminders', () => {
  it('say who is waited for after a week, again after a week, with force after four; an act begins anew', async () => {
    await dossiers('W', 2, 'wmo2015');
    const { proposed: { listId } } = await night('2028-03-02');
    expect(await night('2028-03-08')).toEqual({});
    expect(await night('2028-03-09')).toEqual({ reminded: [{ listId, phase: 'draft', days: 7, urgent: false }] });
    expect(await night('2028-03-10')).toEqual({});
    expect(await night('2028-03-16')).toMatchObject({ reminded: [{ days: 14 }] });
    expect(await night('2028-03-30')).toMatchObject({ reminded: [{ days: 28, urgent: true }] });
    await act(listId, 'replacements', 'record-manager', { part: 'drawing-up', reason: 'pak ik op' });
    await act(listId, 'submissions', 'record-manager');
    expect((await night('2028-04-05')).reminded).toBeUndefined();
    expect((await night('2028-04-08')).reminded).toEqual([{ listId, phase: 'submitted', days: 9, urgent: false }]);
    await act(listId, 'reviews', 'process-owner');
    await act(listId, 'approvals', 'archivist', { name: 'Voorstel 2028-03' });
    // Approved on the 8th, to be executed from the 15th: counted from then.
    expect((await night('2028-04-21')).reminded).toBeUndefined();
    expect((await night('2028-04-22')).reminded).toEqual([{ listId, phase: 'approved', days: 7, urgent: false }]);
  });
});

describe('a standing authorisation', () => {
  it('lets go by night what falls under it, and nothing else', async () => {
    await dossiers('K', 12, 'wgs');
    await dossiers('W', 2, 'wmo2015', '2025-01-01');
    // Its term was over before the closing was recorded: always the full procedure.
    await dossiers('L', 1, 'wgs', '2024-01-01');
    await record(house, system, event('hold-placed', { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'K-0' }, kind: 'klacht', on: '2026-03-01' }));
    expect((await night('2027-03-01')).executed).toBeUndefined();
    await authorise();
    expect((await night('2027-03-01')).executed).toBeUndefined();
    const lists = await night('2027-03-02');
    expect(lists.executed).toMatchObject([{ destroyed: 11 }]);
    expect(await Promise.all(['K-0', 'K-1', 'K-11', 'W-0', 'L-0'].map(there))).toEqual([true, false, false, true, true]);
    const { listId } = lists.executed[0];
    expect(await view(listId)).toMatchObject({ status: 'purged', procedure: 'standing', items: 11, destroyed: 11 });
    const certificate = await house.ask({ path: `${LISTS}/${listId as string}/certificate`, token: await house.token('auditor') });
    expect(certificate.body.issued.certificate).toMatchObject({ procedure: { kind: 'standing' }, destroyed: { dossiers: 11 } });
    // No person does anything with such a list.
    for (const [what, role, body] of [['submissions', 'record-manager', {}], ['replacements', 'record-manager', { part: 'drawing-up', reason: 'overnemen' }], ['cancellations', 'record-manager', { reason: 'weg ermee' }]] as const) {
      expect((await act(listId, what, role, body)).status, what).toBeGreaterThanOrEqual(403);
    }
    expect((await night('2027-03-03')).executed).toBeUndefined();
  });

  it('stops with a signal when a night brings more than its caps allow, and then nothing goes', async () => {
    await dossiers('K', 12, 'wgs');
    for (const [caps, reason] of [[{ maxNumber: 11 }, 'number-exceeded'], [{ maxPercent: 50 }, 'share-exceeded']] as const) {
      const authorisationId = await authorise(caps);
      const lists = await night('2027-03-05');
      expect(lists.stopped).toEqual([{ authorisationId, reason, due: 12 }]);
      expect(lists.executed).toBeUndefined();
      expect(await authorisations()).toEqual([]);
      expect(nightLines({ today: '2027-03-05', retentionExpired: 0, consentExpired: 0, authorityEnded: 0, lists }).filter((line) => line.startsWith('SIGNAAL: doorlopende'))).toHaveLength(1);
    }
    expect(await there('K-3')).toBe(true);
    // The control: caps that hold.
    await authorise({ maxNumber: 12 });
    expect((await night('2027-03-05')).executed).toMatchObject([{ destroyed: 12 }]);
  });

  it('works until its last day, and no longer than it is given', async () => {
    await dossiers('K', 10, 'wgs');
    await authorise({ until: '2027-03-01' });
    expect((await night('2027-03-02')).executed).toBeUndefined();
    expect((await authorisations()).map(({ works }) => works)).toEqual([false]);
    const id = await authorise();
    expect((await house.post(`/v1/standing-authorisations/${id}/endings`, await house.token('controller'), {})).status).toBe(200);
    expect((await night('2027-03-03')).executed).toBeUndefined();
    await authorise();
    expect((await night('2027-03-04')).executed).toMatchObject([{ destroyed: 10 }]);
  });

  it('a list that was drawn up in a night that was cut off is withdrawn, and what is on it goes the next', async () => {
    await dossiers('K', 10, 'wgs');
    const id = await authorise();
    house.clock.advanceTo(at('2027-03-02'));
    const { DestructionLists } = await import('#src/destruction/lists/destruction-lists');
    const lists = house.application.get(DestructionLists);
    const [authorisation] = (await house.ledger.governance.state()).authorisations;
    const scheduler = { iss: 'urn:test', sub: 'nacht', role: 'scheduler' };
    // As the run draws it up; then the process dies. Under another person's name it would not be its own to withdraw.
    const { localIssuerName } = await import('#src/identity/issuers');
    const own = { ...scheduler, iss: localIssuerName(house.ledger.config.oin), sub: 'nachtelijke-run' };
    const drawn = await lists.drawUp('Doorlopend', own, { procedure: 'standing', authorisation: authorisation! });
    expect(drawn).toMatchObject({ kind: 'done', value: { status: 'draft', items: 10 } });
    expect((await night('2027-03-03')).executed).toMatchObject([{ authorisationId: id, destroyed: 10 }]);
    expect((await view(drawn.kind === 'done' ? drawn.value.id : '')).status).toBe('cancelled');
  });

  it('while one list waits for another place, what stands on it is on no other, and everything else goes', async () => {
    await house.close();
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-night-'));
    writeFileSync(join(folder, 'locaties.json'), JSON.stringify({ locations: [{ system: 'kast', name: 'Archiefkast', mode: 'confirm' }] }));
    house = await House.open({ locations: join(folder, 'locaties.json') });
    system = await house.token('case-system', { valid: '3650d' });
    await adopt(house, { rules: [RULE, SHORT, { ...SHORT, id: 'kort-jeugd', law: 'jeugdwet' }] });
    await dossiers('K', 3, 'wgs');
    await record(house, system, event('dossier-located', { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'K-0' }, location: { system: 'kast', kind: 'paper', controller: 'own' } }));
    await dossiers('J', 2, 'jeugdwet');
    const asked = await authorise();
    const free = await authorise({ rules: ['kort-jeugd'] });
    expect((await night('2027-03-02')).executed).toMatchObject([{ authorisationId: free, destroyed: 2 }]);
    expect([await there('K-0'), await there('K-1'), await there('J-0')]).toEqual([true, true, false]);
    await dossiers('L', 2, 'wgs', '2026-03-02');
    // Under the very same authorisation too: the three that wait are not counted, drawn up or asked about again.
    expect((await night('2027-03-03')).executed).toMatchObject([{ authorisationId: asked, destroyed: 2 }]);
    expect([await there('K-0'), await there('K-1'), await there('L-0')]).toEqual([true, true, false]);
    expect((await night('2027-03-04')).executed).toBeUndefined();
    rmSync(folder, { recursive: true, force: true });
  });

  it('fewer than ten wait until the end of the month', async () => {
    await house.close();
    house = await House.open({ smallRunsWait: true });
    system = await house.token('case-system', { valid: '3650d' });
    await adopt(house, { rules: [RULE, SHORT] });
    await dossiers('K', 9, 'wgs');
    await authorise();
    expect((await night('2027-03-30')).executed).toBeUndefined();
    expect((await night('2027-03-31')).executed).toMatchObject([{ destroyed: 9 }]);
  });

  it('is the archivist\'s, for rules of two years at most that were adopted as such', async () => {
    const wanted = { rules: ['kort'], until: '2027-01-31', maxNumber: 20, maxPercent: 100, mandate: 'besluit' };
    for (const role of ['record-manager', 'process-owner', 'controller', 'applicatiebeheer', 'fg', 'case-system'] as const) {
      expect((await house.post('/v1/standing-authorisations', await house.token(role), wanted)).status, role).toBe(403);
    }
    await adopt(house, { schedule: 'lang', rules: [{ ...SHORT, period: 'P3Y' }] });
    expect((await house.post('/v1/standing-authorisations', await house.token('archivist'), wanted)).body.code).toBe('field-invalid');
  });

  it('a rule that is no longer standing when the night comes keeps its dossiers', async () => {
    await dossiers('K', 10, 'wgs');
    await authorise();
    await adopt(house, { schedule: 'anders', rules: [RULE, { ...SHORT, policy: 'full' }] });
    expect((await night('2027-03-02')).executed).toBeUndefined();
    expect(await there('K-1')).toBe(true);
  });
});
