import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event, House, opened, SYSTEM } from './harness.js';

let house: House;
let fg: string;
let last: number;

beforeAll(async () => {
  house = await House.open();
  const token = await house.token('case-system');
  fg = await house.token('fg');
  const dossier = { system: SYSTEM, reference: 'J-1' };
  for (const sent of [
    opened('J-1', { occurredAt: '2025-01-06T09:00:00+01:00' }),
    event('sharing-decided', {
      occurredAt: '2025-02-03T09:00:00+01:00', dossier, decisionId: 'besluit-1', outcome: 'shared', purpose: 'zorg-afstemmen',
      recipient: { organisation: 'Thuiszorg Noord' }, legalBasis: 'none', motivation: 'Er was haast, de cliënt was niet bereikbaar.',
    }),
    event('data-shared', {
      occurredAt: '2025-02-03T09:30:00+01:00', dossier, recipient: { organisation: 'Thuiszorg Noord' }, categories: ['gezondheid'], decisionId: 'besluit-1',
    }),
  ]) {
    const answer = await house.send(token, sent);
    if (answer.status !== 201) throw new Error(answer.text);
    last = answer.body.position;
  }
});
afterAll(async () => { await house.close(); });

function ask(year: string, headers: Record<string, string> = {}) {
  return house.ask({ path: `/v1/annual-reports/${year}`, token: fg, headers: { 'rekenschap-min-position': String(last), ...headers } });
}

describe('GET /v1/annual-reports/{year}', () => {
  it('answers JSON unless asked otherwise', async () => {
    for (const accept of [undefined, '*/*', 'application/json', 'text/html;q=0.5, application/json']) {
      const answer = await ask('2025', accept === undefined ? {} : { accept });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.headers['content-type']).toContain('application/json');
      expect(answer.headers['vary']).toBe('accept');
      expect(answer.body).toMatchObject({ year: 2025 });
      expect(answer.text).not.toContain('J-1');
    }
  });

  it('answers a page in Dutch that runs nothing', async () => {
    const answer = await ask('2025', { accept: 'text/html,application/xhtml+xml;q=0.9' });
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['content-security-policy']).not.toContain('script');
    expect(answer.text).toContain('<html lang="nl">');
    expect(answer.text).not.toContain('<script');
  });

  it('refuses forms that are not built, years that are none, and questions it does not know', async () => {
    expect((await ask('2025', { accept: 'text/csv' })).body.code).toBe('not-acceptable');
    for (const year of ['25', '2027', '2025.5', 'vorig', '9999']) expect((await ask(year)).status, year).toBe(404);
    expect((await house.ask({ path: '/v1/annual-reports/2025?edition=public', token: fg })).body.code).toBe('unknown-field');
  });
});
