import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { runCommandLine } from '#src/cli/command-line';
import type { Role } from '#src/recording/principal';
import { nightLines } from '#src/scheduling/night-lines';
import { SOURCE, type Answer } from '../http/harness.js';
import { adopt, at, event, House, opened, record, SYSTEM } from './house.js';

const LISTS = '/v1/destruction-lists';
const OWN = `${SOURCE.split(':systeem:')[0]!}:systeem:rekenschap`;
let house: House;
let path: string;

/** A list for the erasure of one person's dossier, of which two others got data; drawn up, nothing more. */
beforeEach(async () => {
  house = await House.open({ allowTestSchedules: true });
  await adopt(house);
  const system = await house.token('case-system', { valid: '3650d' });
  const dossier = { system: SYSTEM, reference: 'd1' };
  await record(house, system, opened('d1', { subjects: [{ bsn: testBsn(1), role: 'client' }] }));
  await record(house, system, event('dossier-located', { occurredOn: '2026-03-01', dossier, location: { system: 'ggd', reference: 'G-1', kind: 'system', controller: 'other' } }));
  await record(house, system, event('dossier-transferred', { occurredOn: '2026-03-01', dossier, to: { organisation: 'Thuiszorg Noord' }, on: '2026-03-01' }));
  const officer = await house.token('privacy-officer');
  await record(house, officer, event('rights-request-received', { occurredOn: '2026-03-01', requestId: 'R-1', right: 'gegevenswissing', receivedOn: '2026-02-20', subject: { bsn: testBsn(1) } }, { source: OWN }));
  await record(house, officer, event('rights-request-decided', { occurredOn: '2026-03-01', requestId: 'R-1', outcome: 'toegewezen', decidedOn: '2026-03-01' }, { source: OWN }));
  const drawn = await house.post(LISTS, await house.token('record-manager'), { name: 'Wissing maart', kind: 'erasure', requestId: 'R-1' });
  expect(drawn.status, drawn.text).toBe(201);
  path = `${LISTS}/${drawn.body.id as string}`;
});
afterEach(async () => { await house.close(); });

const shown = async (): Promise<Answer['body']> => (await house.ask({ path, token: await house.token('auditor') })).body;
const step = async (role: Role, what: string, body: unknown = {}): Promise<Answer> =>
  house.post(`${path}/${what}`, await house.token(role), body, { 'if-match': `"${(await shown()).version as number}"` });
const refused = ({ status, body }: Answer): string => `${status} ${body.code as string}`;

async function executed(): Promise<void> {
  for (const [role, what, body] of [['record-manager', 'submissions', {}], ['process-owner', 'reviews', {}], ['archivist', 'approvals', { name: 'Wissing maart' }]] as const) {
    expect((await step(role, what, body)).status, what).toBe(200);
  }
  house.clock.advanceTo(at('2026-03-10'));
  expect((await step('applicatiebeheer', 'executions')).status).toBe(202);
  await vi.waitFor(async () => { expect((await shown()).status).toBe('purged'); }, { timeout: 60_000, interval: 50 });
}

async function night(day: string): Promise<readonly string[]> {
  house.clock.advanceTo(at(day));
  const answer = await house.post('/v1/retention/runs', await house.token('record-manager'), {});
  expect(answer.status, answer.text).toBe(200);
  return nightLines(answer.body).filter((line) => line.includes('AVG artikel 19'));
}

async function cli(role: Role, ...args: readonly string[]): Promise<string> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(['retention', ...args, '--list', path.split('/').at(-1)!], {
    environment: { REKENSCHAP_URL: `http://127.0.0.1:${house.port}`, REKENSCHAP_TOKEN: await house.token(role) }, out: (line) => out.push(line), err: (line) => err.push(line),
  });
  return `${code} ${[...out, ...err].join('\n')}`;
}

describe('after an erasure the others that hold its data are told (AVG 19)', () => {
  it('each by its number, with day and means; until then the list and the night say so', async () => {
    expect(refused(await step('record-manager', 'tellings', { on: '2026-03-02', means: 'letter' }))).toBe('409 wrong-state');
    await executed();
    expect(await shown()).toMatchObject({ recipients: { toTell: 2, told: 0 }, toTell: [{ n: 1, name: 'ggd', reference: 'G-1', told: null }, { n: 2, name: 'Thuiszorg Noord', told: null }] });
    const listId = path.split('/').at(-1)!;
    expect(await night('2026-03-11')).toEqual([`Herinnering: van lijst ${listId} moet nog aan 2 ontvangers gemeld worden dat er gewist is (AVG artikel 19), al 1 dag. De namen gaan dertig dagen na de uitvoering weg.`]);
    expect(await night('2026-03-12')).toEqual([]);
    expect((await step('record-manager', 'tellings', { recipient: 1, on: '2026-03-12', means: 'letter' })).body).toMatchObject({ recipients: { toTell: 2, told: 1 } });
    expect(await shown()).toMatchObject({ toTell: [{ n: 1, told: { on: '2026-03-12', means: 'letter' } }, { n: 2, told: null }] });
    expect(await cli('record-manager', 'show')).toMatch(/gemeld op 12-03-2026 per brief: 1\. ggd \(G-1\)\n {2}nog te melden dat gewist is: 2\. Thuiszorg Noord/);
    expect(await cli('record-manager', 'lists')).toContain('nog te melden aan 1 ontvanger');
    expect((await night('2026-03-26'))[0]).toMatch(/^SIGNAAL: .* nog aan 1 ontvanger gemeld/);
    expect(await cli('record-manager', 'tell', '--recipient', '2', '--on', '2026-03-26', '--means', 'phone')).toMatch(/^0 /);
    expect(await shown()).toMatchObject({ recipients: { toTell: 2, told: 2 } });
    expect(await cli('record-manager', 'lists')).not.toContain('nog te melden');
    expect(await night('2026-04-08')).toEqual([]);
    const { issued } = (await house.ask({ path: `${path}/certificate`, token: await house.token('auditor') })).body;
    expect(JSON.stringify(issued)).not.toMatch(/ggd|Thuiszorg/);
  });

  it('refuses a recipient that is not there or knows, a day that cannot be, another role, an old version', async () => {
    await executed();
    const version = (await shown()).version as number;
    const telling = { on: '2026-03-10', means: 'email' };
    for (const [role, body, expected] of [
      ['record-manager', { ...telling, recipient: 3 }, '404 not-found'], ['record-manager', { ...telling, recipient: 0 }, '400 field-invalid'],
      ['record-manager', { ...telling, on: '2026-03-11' }, '400 field-invalid'], ['record-manager', { ...telling, on: '2026-03-09' }, '400 field-invalid'],
      ['record-manager', { ...telling, means: 'duif' }, '400 field-invalid'], ['record-manager', { ...telling, name: 'x' }, '400 unknown-field'],
      ['archivist', telling, '403 forbidden'], ['auditor', telling, '403 forbidden'],
    ] as const) expect(refused(await step(role, 'tellings', body)), JSON.stringify(body)).toBe(expected);
    expect((await shown()).version).toBe(version);
    expect((await step('applicatiebeheer', 'tellings', { ...telling, recipient: 2 })).status).toBe(200);
    expect(refused(await step('applicatiebeheer', 'tellings', { ...telling, recipient: 2 }))).toBe('404 not-found');
    expect(refused(await house.post(`${path}/tellings`, await house.token('record-manager'), telling, { 'if-match': `"${version}"` }))).toBe('412 stale-version');
    // The rest at once.
    expect((await step('record-manager', 'tellings', telling)).body).toMatchObject({ recipients: { toTell: 2, told: 2 } });
    expect(refused(await step('record-manager', 'tellings', telling))).toBe('409 wrong-state');
  });

  it('stays open when the names have gone with the items, and can then be closed for all together', async () => {
    await executed();
    await night('2026-04-12');
    expect(await shown()).toMatchObject({ page: null, toTell: [], recipients: { toTell: 2, told: 0 } });
    expect((await night('2026-04-20'))[0]).toMatch(/^SIGNAAL: .* nog aan 2 ontvangers/);
    expect(refused(await step('record-manager', 'tellings', { recipient: 1, on: '2026-04-20', means: 'letter' }))).toBe('409 wrong-state');
    expect((await step('record-manager', 'tellings', { on: '2026-04-20', means: 'letter' })).body).toMatchObject({ recipients: { toTell: 2, told: 2 } });
    expect(await night('2026-05-01')).toEqual([]);
  });
});

describe('who was heard before an erasure', () => {
  it('is on the list by what they are, with what came of it beside the items, until it is approved', async () => {
    expect(await cli('record-manager', 'show')).toContain('gehoord: nog niemand');
    expect((await step('process-owner', 'hearings', { whom: 'authority-holder', on: '2026-03-02', reason: 'Geen bezwaar' })).status).toBe(200);
    expect(await cli('record-manager', 'hear', '--whom', 'youth', '--on', '2026-03-02', '--reason', 'Wil het zelf')).toMatch(/^0 /);
    expect(await shown()).toMatchObject({
      heard: [{ whom: 'authority-holder', on: '2026-03-02' }, { whom: 'youth', on: '2026-03-02' }], notes: [{ about: 'heard', text: 'Geen bezwaar' }, { about: 'heard', text: 'Wil het zelf' }],
    });
    expect(await cli('record-manager', 'show')).toMatch(/gehoord: wie het gezag heeft, 02-03-2026\n {2}gehoord: de jeugdige/);
    for (const [role, body, expected] of [
      ['record-manager', { whom: 'buurman', on: '2026-03-02', reason: 'Nee' }, '400 field-invalid'], ['record-manager', { whom: 'client', on: '2026-03-03', reason: 'Later' }, '400 field-invalid'],
      ['record-manager', { whom: 'client', on: '2026-03-02', reason: `Is ${testBsn(3)}` }, '400 bsn-not-allowed'], ['archivist', { whom: 'client', on: '2026-03-02', reason: 'Mag niet' }, '403 forbidden'],
    ] as const) expect(refused(await step(role, 'hearings', body)), JSON.stringify(body)).toBe(expected);
    await executed();
    expect(refused(await step('record-manager', 'hearings', { whom: 'client', on: '2026-03-02', reason: 'Te laat' }))).toBe('409 wrong-state');
  });
});
