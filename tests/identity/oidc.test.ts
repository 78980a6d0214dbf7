import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { House, opened } from '../http/harness.js';
import { AUDIENCE, OidcHouse } from './oidc-house.js';

let provider: OidcHouse;
const houses: House[] = [];

/** A ledger that believes this provider, with a clock that says what the provider's says. */
async function ledger(): Promise<House> {
  const house = await House.open({ oidc: { issuer: provider.issuer, audience: AUDIENCE } });
  houses.push(house);
  house.clock.advanceBy(house.clock.now().until(Temporal.Now.instant()));
  return house;
}

beforeAll(async () => { provider = await OidcHouse.open(); });
afterEach(async () => {
  vi.restoreAllMocks();
  provider.up = true;
  for (const house of houses.splice(0)) await house.close();
});
afterAll(async () => { await provider.close(); });

let number = 0;
const event = () => opened(`OIDC-${++number}`);

describe('tokens of oidc-provider', () => {
  it('one that it signed is accepted, and its events are recorded', async () => {
    const house = await ledger();
    expect((await house.send(await provider.token(), event())).status).toBe(201);
  });

  it.each([
    ['another audience', { audience: 'iets-anders' }, 401, 'unauthenticated'],
    ['another organisation', { claims: { oin: '00000001999999999000' } }, 403, 'forbidden'],
    ['no role', { claims: { roles: [] } }, 403, 'forbidden'],
    ['no source', { claims: { source: undefined } }, 403, 'forbidden'],
  ] as const)('one for %s is refused', async (_name, asked, status, code) => {
    const house = await ledger();
    const answer = await house.send(await provider.token(asked), event());
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('one that has expired is refused', async () => {
    const house = await ledger();
    const token = await provider.token({ ttl: 60 });
    expect((await house.send(token, event())).status).toBe(201);
    house.clock.advanceBy({ seconds: 91 });
    expect((await house.send(token, event())).body).toMatchObject({ status: 401, detail: 'Dit token is verlopen.' });
  });

  it('rotation: a new key counts after the pause between two looks, without a restart; one that is withdrawn no longer', async () => {
    const house = await ledger();
    const before = await provider.token();
    expect((await house.send(before, event())).status).toBe(201);
    const fresh = await OidcHouse.newKey('sleutel-2');
    await provider.signWith([fresh]);
    const after = await provider.token();
    // Anybody can make up key names: the provider is not asked for every one of them.
    expect((await house.send(after, event())).status).toBe(401);
    const now = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 31_000);
    expect((await house.send(after, event())).status).toBe(201);
    const other = await ledger();
    expect((await other.send(before, event())).status).toBe(401);
  });

  it('the provider away: 503 for who is new, on with who is known, and all well when it is back', async () => {
    const house = await ledger();
    const known = await provider.token();
    const newcomer = await provider.token();
    expect((await house.send(known, event())).status).toBe(201);
    const other = await ledger();
    provider.up = false;
    expect((await house.send(known, event())).status).toBe(201);
    const answer = await other.send(newcomer, event());
    expect([answer.status, answer.body.code]).toEqual([503, 'issuer-unavailable']);
    provider.up = true;
    expect((await other.send(newcomer, event())).status).toBe(201);
  });

  it('expired in mid-stream: what came before is recorded, and the sender is told to come with a new token', async () => {
    const house = await ledger();
    const token = await provider.token({ ttl: 60 });
    const size = house.size;
    const { status, body } = await new Promise<{ status: number; body: { code: string; recorded: number } }>((resolve, reject) => {
      const request = httpRequest({
        host: '127.0.0.1', port: house.port, method: 'POST', path: '/v1/events/_bulk', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => {
          resolve({ status: response.statusCode!, body: JSON.parse(text) as { code: string; recorded: number } });
        });
      });
      request.on('error', reject);
      request.write(`${JSON.stringify(event())}\n`);
      void vi.waitFor(() => { expect(house.size).toBe(size + 1); }, 10_000).then(() => {
        house.clock.advanceBy({ seconds: 91 });
        // What comes in the same piece as the moment of expiry may still be taken; what comes after it is not.
        request.write(`${JSON.stringify(event())}\n`);
      }).catch(reject);
    });
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'unauthenticated' });
    expect(house.size).toBe(size + body.recorded);
    expect(body.recorded).toBeLessThanOrEqual(2);
    expect((await house.send(token, event())).status).toBe(401);
  });
});
