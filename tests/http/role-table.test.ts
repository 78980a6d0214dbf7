import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_AUDIENCE, localIssuerName } from '#src/identity/issuers';
import { ROLE_TABLE, tableGaps, type EndpointRow } from '#src/identity/role-table';
import { ROLES, type Role } from '#domain/ledger/roles';
import { House, OIN, SOURCE, SYSTEM, type Answer } from './harness.js';

let house: House;

beforeAll(async () => { house = await House.open(); });
afterAll(async () => { await house.close(); });

/** Signed by the ledger's own key, with any claims: what a wrongly configured issuer could hand out. */
async function signed(role: Role, oin: string): Promise<string> {
  const now = Math.floor(house.clock.now().epochMilliseconds / 1_000);
  const scope = role === 'case-system' ? { source: SOURCE, systems: [SYSTEM] } : {};
  return new SignJWT({ roles: [role], oin, ...scope }).setProtectedHeader({ alg: 'ES256' })
    .setIssuer(localIssuerName(OIN)).setAudience(LOCAL_AUDIENCE).setSubject(`iemand-${role}`)
    .setIssuedAt(now).setExpirationTime(now + 3_600).sign(house.ledger.keys.token.privateKey);
}

function knock(row: EndpointRow, token: string | null): Promise<Answer> {
  const path = row.path.replace(':year', '2025').replaceAll(/:[a-z]+/gi, '00000000-0000-4000-8000-000000000000');
  return house.ask({
    method: row.method, path, token,
    ...(row.method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: '{}' }),
  });
}

describe('the role table, walked whole', () => {
  it.each(ROLE_TABLE.map((row) => [`${row.method} ${row.path}`, row] as const))('%s', async (_name, row) => {
    const before = house.size;
    for (const role of ROLES) {
      const own = await knock(row, await signed(role, OIN));
      const other = await knock(row, await signed(role, '00000001999999999000'));
      if (row.roles === 'public') {
        expect([own.status, other.status], role).toEqual([200, 200]);
        continue;
      }
      expect(other.status, `${role} of another organisation`).toBe(403);
      if (row.roles.includes(role)) expect([401, 403], `${role}: ${own.text}`).not.toContain(own.status);
      else expect(own.status, role).toBe(403);
      expect(own.status, own.text).toBeLessThan(500);
    }
    const nobody = await knock(row, null);
    expect(nobody.status).toBe(row.roles === 'public' ? 200 : 401);
    expect(house.size, 'an empty body changes nothing').toBe(before);
  });

  it('stands before the body is read', async () => {
    const answer = await house.ask({ method: 'POST', path: '/v1/events', token: null, body: '{', headers: { 'content-type': 'application/json' } });
    expect(answer.status).toBe(401);
  });

  it('finds a route without a row and a row without a route', () => {
    const routes = ROLE_TABLE.map(({ method, path }) => ({ method, path }));
    expect(tableGaps(routes, ROLE_TABLE)).toEqual([]);
    expect(tableGaps([...routes, { method: 'GET', path: '/v1/secret' }], ROLE_TABLE)).toEqual(['route without a row in the role table: GET /v1/secret']);
    expect(tableGaps(routes.slice(1), ROLE_TABLE)).toEqual([expect.stringContaining('without a route')]);
    expect(tableGaps(routes, [...ROLE_TABLE, ROLE_TABLE[0]!])).toEqual(['the role table names an endpoint twice']);
  });
});
