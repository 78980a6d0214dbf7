import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { event, House, opened, SYSTEM, type Answer } from '../http/harness.js';

let house: House;
let system: string;
let officer: string;

beforeAll(async () => {
  house = await House.open();
  system = await house.token('case-system');
  officer = await house.token('fg');
});
afterAll(async () => { await house.close(); });

async function recorded(sent: Record<string, unknown>): Promise<number> {
  const answer = await house.send(system, sent);
  expect(answer.status, answer.text).toBe(201);
  return answer.body.position as number;
}

const search = (body: unknown, position = 0, path = '/v1/dossiers/_search'): Promise<Answer> => house.post(path, officer, body, { 'rekenschap-min-position': String(position) });
const closed = (reference: string, on: string): Record<string, unknown> => event('dossier-closed', { occurredOn: on, dossier: { system: SYSTEM, reference }, on, result: 'verleend' });
const on = (reference: string, day: string, more: object = {}): Record<string, unknown> => opened(reference, { occurredAt: `${day}T10:00:00+01:00`, ...more });
const references = ({ body }: Answer): string[] => body.dossiers.map((one: { dossier: { reference: string } }) => one.dossier.reference);

async function searches(): Promise<readonly { readonly data: Record<string, unknown>; readonly person?: unknown }[]> {
  const stream = await house.ledger.vault.findStream({ system: 'rekenschap', reference: 'searches/2026-03' });
  const read = await house.ledger.writer.read(stream!);
  return typeof read === 'string' ? [] : read.events as never;
}

describe('POST /v1/dossiers/_search', () => {
  it('finds a dossier by the reference of its system, and says where it stands', async () => {
    await recorded(on('S-1', '2024-05-01'));
    const position = await recorded(closed('S-1', '2026-02-01'));
    const answer = await search({ dossier: { system: SYSTEM, reference: 'S-1' } }, position);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body.dossiers).toEqual([{
      id: expect.stringMatching(/^[0-9a-f-]{36}$/), dossier: { system: SYSTEM, reference: 'S-1' }, law: 'wmo2015', lawLabel: 'Wet maatschappelijke ondersteuning 2015',
      status: 'closed', statusLabel: 'afgesloten', openedOn: '2024-05-01', closedOn: '2026-02-01',
    }]);
    expect((await house.ask({ path: `/v1/dossiers/${answer.body.dossiers[0].id}/timeline`, token: officer })).status).toBe(200);
    expect((await search({ dossier: { system: SYSTEM, reference: 'nooit' } })).body.dossiers).toEqual([]);
  });

  it('lists by law, stand and year of opening, the latest first, page by page', async () => {
    for (const [n, day] of ['2021-12-31', '2022-01-01', '2022-06-01', '2022-12-31', '2023-01-01'].entries()) await recorded(on(`L-${n}`, day, { law: 'jeugdwet' }));
    await recorded(closed('L-2', '2023-05-05'));
    const position = await recorded(event('consent-requested', { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'L-voorlopig' }, consentId: 'c' }));
    expect(references(await search({ law: 'jeugdwet' }, position))).toEqual(['L-4', 'L-3', 'L-2', 'L-1', 'L-0']);
    expect(references(await search({ law: 'jeugdwet', openedYear: 2022 }))).toEqual(['L-3', 'L-2', 'L-1']);
    expect(references(await search({ law: 'jeugdwet', openedYear: 2022, status: 'open' }))).toEqual(['L-3', 'L-1']);
    expect(references(await search({ openedYear: 2021 }))).toEqual(['L-0']);
    expect(references(await search({ status: 'provisional' }))).toEqual(['L-voorlopig']);
    const first = await search({ law: 'jeugdwet', limit: 2 });
    const second = await search({ law: 'jeugdwet', limit: 2, after: first.body.next });
    const third = await search({ law: 'jeugdwet', limit: 2, after: second.body.next });
    expect([references(first), references(second), references(third), third.body.next]).toEqual([['L-4', 'L-3'], ['L-2', 'L-1'], ['L-0'], undefined]);
  });

  it('follows a correction and a reopening', async () => {
    const opening = await house.send(system, on('C-1', '2020-01-01'));
    await recorded(closed('C-1', '2021-01-01'));
    await recorded(event('dossier-reopened', { occurredOn: '2021-02-01', dossier: { system: SYSTEM, reference: 'C-1' }, on: '2021-02-01', reason: 'Nieuwe melding' }));
    const position = await recorded(event('event-corrected', {
      occurredOn: '2026-03-01', motivation: 'Verkeerde dag', eventId: opening.body.id,
      replacement: { occurredAt: '2019-06-01T10:00:00+02:00', dossier: { system: SYSTEM, reference: 'C-1' }, law: 'wmo2015', subjects: [{ bsn: testBsn(77), role: 'client' }] },
    }));
    const { body } = await search({ dossier: { system: SYSTEM, reference: 'C-1' } }, position);
    expect(body.dossiers).toMatchObject([{ status: 'open', openedOn: '2019-06-01', closedOn: null }]);
    expect(references(await search({ openedYear: 2020 }))).toEqual([]);
  });

  it.each([
    ['nothing', {}, '/dossier'],
    ['a reference and a filter', { dossier: { system: SYSTEM, reference: 'S-1' }, law: 'wmo2015' }, '/law'],
    ['an unknown law', { law: 'nergens' }, '/law'],
    ['an unknown stand', { status: 'weg' }, '/status'],
    ['a strange place', { law: 'wmo2015', after: 'x' }, '/after'],
    ['too much', { law: 'wmo2015', limit: 501 }, '/limit'],
    ['something unknown', { law: 'wmo2015', naam: 'Jansen' }, '/naam'],
  ])('refuses %s, and records nothing', async (_name, body, path) => {
    const before = house.size;
    const answer = await search(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].path).toBe(path);
    expect(house.size).toBe(before);
  });

  it('answers 503 when the position is not reached', async () => {
    expect((await search({ law: 'wmo2015' }, 1_000_000)).body.code).toBe('position-not-reached');
  });
});

describe('POST /v1/data-subjects/_search', () => {
  const bsn = testBsn(400);
  const person = (body: unknown, position = 0): Promise<Answer> => search(body, position, '/v1/data-subjects/_search');

  it('finds the dossiers of a person per law, and only there', async () => {
    const subjects = [{ bsn, role: 'client' }];
    await recorded(on('P-1', '2024-01-01', { subjects }));
    await recorded(on('P-2', '2024-02-01', { subjects, law: 'jeugdwet' }));
    await recorded(on('P-3', '2024-03-01', { subjects: [...subjects, { bsn: testBsn(401), role: 'parent' }] }));
    const position = await recorded(on('P-4', '2024-03-01', { subjects: [{ bsn: testBsn(402), role: 'client' }] }));
    const answer = await person({ bsn, reason: 'Verzoek om inzage' }, position);
    expect(answer.status, answer.text).toBe(200);
    const found = Object.fromEntries(answer.body.laws.map((one: { law: string; dossiers: { dossier: { reference: string } }[] }) => [one.law, one.dossiers.map(({ dossier }) => dossier.reference).sort()]));
    expect(found).toEqual({ wmo2015: ['P-1', 'P-3'], jeugdwet: ['P-2'] });
    expect(answer.text).not.toContain(bsn);
    expect((await person({ bsn: testBsn(403), reason: 'Verzoek om inzage' })).body.laws).toEqual([]);
  });

  it('asks for a reason and a BSN that is one; the answer repeats neither', async () => {
    for (const body of [{ bsn }, { reason: 'x' }, { bsn: '123456789', reason: 'x' }, { bsn, reason: `over ${bsn}` }, { bsn, reason: '' }]) {
      const answer = await person(body);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('123456789');
      expect(answer.text).not.toContain(bsn);
    }
  });

  it('every search is recorded by whom, why and with an HMAC of what was asked; no BSN is in any file', async () => {
    const before = (await searches()).length;
    await person({ bsn, reason: 'Verzoek 2026-14' });
    await person({ bsn, reason: 'Nog eens' });
    await person({ bsn: testBsn(403), reason: 'Een ander' });
    await search({ law: 'wmo2015' });
    const [one, again, other, filter] = (await searches()).slice(before);
    expect(one).toMatchObject({ person: { sub: 'lokaal-fg', role: 'fg' }, data: { what: 'data-subject', reason: 'Verzoek 2026-14', on: '2026-03-02' } });
    expect(again!.data['criteria']).toBe(one!.data['criteria']);
    expect(other!.data['criteria']).not.toBe(one!.data['criteria']);
    expect(filter!.data).toMatchObject({ what: 'dossiers-by-filter' });
    const files = readdirSync(house.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(files.some((content) => content.includes(bsn))).toBe(false);
    expect(files.some((content) => content.includes('Verzoek 2026-14'))).toBe(false);
  });
});
