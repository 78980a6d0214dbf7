import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { issueToken, type TokenDesk } from '#src/identity/issue-token';
import { issuersOf, localIssuerName } from '#src/identity/issuers';
import { Tokens } from '#src/identity/tokens';
import { done } from '#src/recording/outcome';

const OIN = '00000001823288444000';
const SOURCE = `urn:nld:oin:${OIN}:systeem:zaaksysteem`;
const START = Temporal.Instant.from('2026-03-02T10:00:00Z');

const pair = await generateKeyPair('ES256', { extractable: true });
const { KeyObject } = await import('node:crypto');
const local = { privateKey: KeyObject.from(pair.privateKey), publicKey: KeyObject.from(pair.publicKey), keyId: 'k1' };

const provider = await generateKeyPair('RS256', { extractable: true });
let server: Server;
let issuer: string;
let providerUp = true;

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      if (!providerUp) return void response.writeHead(500).end();
      response.setHeader('content-type', 'application/json');
      if (request.url === '/.well-known/openid-configuration') return void response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }));
      response.end(JSON.stringify({ keys: [{ ...await exportJWK(provider.publicKey), kid: 'p1', alg: 'RS256' }] }));
    })();
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => { server.close(); });

function setup(oidc = false) {
  const clock = new SimulatedClock(START);
  const config = { oin: OIN, oidc: oidc ? { issuer, audience: 'rekenschap-gemeente' } : null };
  return { clock, config, tokens: new Tokens(OIN, issuersOf(config, local), clock) };
}

const seconds = (instant: Temporal.Instant) => Math.floor(instant.epochMilliseconds / 1_000);

function signedLocally(claims: JWTPayload, header: { alg: string } = { alg: 'ES256' }): Promise<string> {
  return new SignJWT({
    iss: localIssuerName(OIN), aud: 'rekenschap', sub: 'fg-1', oin: OIN, roles: ['fg'], exp: seconds(START) + 600, ...claims,
  }).setProtectedHeader(header).sign(local.privateKey);
}

function signedByProvider(claims: JWTPayload): Promise<string> {
  return new SignJWT({
    iss: issuer, aud: 'rekenschap-gemeente', sub: 'medewerker-1', oin: OIN, roles: ['archivist'], exp: seconds(START) + 600, ...claims,
  }).setProtectedHeader({ alg: 'RS256', kid: 'p1' }).sign(provider.privateKey);
}

async function codeOf(tokens: Tokens, token: string): Promise<string> {
  const outcome = await tokens.verify(`Bearer ${token}`);
  return outcome.kind === 'done' ? 'accepted' : outcome.refusal.code;
}

describe('tokens of the ledger itself', () => {
  it('are accepted, kept, and refused from the moment they expire', async () => {
    const { clock, tokens } = setup();
    const token = await signedLocally({});
    const outcome = await tokens.verify(`Bearer ${token}`);
    expect(outcome).toMatchObject({ kind: 'done', value: { sub: 'fg-1', roles: ['fg'], oin: OIN, local: true, source: localIssuerName(OIN) } });
    expect(tokens.known(`Bearer ${token}`)).toMatchObject({ sub: 'fg-1' });
    clock.advanceBy({ seconds: 631 });
    expect(tokens.known(`Bearer ${token}`)).toBeUndefined();
    expect(await codeOf(tokens, token)).toBe('unauthenticated');
  });

  it.each([
    ['another audience', { aud: 'iets-anders' }, 'unauthenticated'],
    ['another issuer', { iss: 'urn:iemand' }, 'unauthenticated'],
    ['no expiry', { exp: undefined }, 'unauthenticated'],
    ['not yet valid', { nbf: seconds(START) + 300 }, 'unauthenticated'],
    ['no subject', { sub: undefined }, 'unauthenticated'],
    ['another organisation', { oin: '00000001999999999000' }, 'forbidden'],
    ['no organisation', { oin: undefined }, 'forbidden'],
    ['no roles', { roles: [] }, 'forbidden'],
    ['roles that do not exist', { roles: ['admin', 7] }, 'forbidden'],
    ['roles that are no list', { roles: 'fg' }, 'forbidden'],
    ['a system without its source', { roles: ['case-system'] }, 'forbidden'],
    ['a system that is a person too', { roles: ['case-system', 'fg'], source: SOURCE, systems: ['a'] }, 'forbidden'],
  ] as const)('are refused with %s', async (_name, claims, code) => {
    const { tokens } = setup();
    expect(await codeOf(tokens, await signedLocally(claims as unknown as JWTPayload))).toBe(code);
  });

  it('are refused with another key, another algorithm, none, or a changed payload', async () => {
    const { tokens } = setup();
    const good = await signedLocally({});
    const [header, payload, signature] = good.split('.') as [string, string, string];
    const other = await generateKeyPair('ES256');
    const forged = await new SignJWT({ iss: localIssuerName(OIN), aud: 'rekenschap', sub: 'x', oin: OIN, roles: ['fg'], exp: seconds(START) + 60 })
      .setProtectedHeader({ alg: 'ES256' }).sign(other.privateKey);
    const symmetric = await new SignJWT({ iss: localIssuerName(OIN), aud: 'rekenschap', sub: 'x', oin: OIN, roles: ['fg'], exp: seconds(START) + 60 })
      .setProtectedHeader({ alg: 'HS256' }).sign(local.publicKey.export({ type: 'spki', format: 'der' }));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.x`;
    const changed = `${header}.${Buffer.from(Buffer.from(payload, 'base64url').toString().replace('"fg"', '"controller"')).toString('base64url')}.${signature}`;
    for (const bad of [forged, symmetric, none, changed, `${header}.${payload}.AAAA`]) expect(await codeOf(tokens, bad)).toBe('unauthenticated');
    expect(await codeOf(tokens, good)).toBe('accepted');
  });
});

describe('tokens of an identity provider', () => {
  it('are accepted by its published keys, for its own audience only', async () => {
    const { tokens } = setup(true);
    expect(await tokens.verify(`Bearer ${await signedByProvider({})}`)).toMatchObject({ kind: 'done', value: { iss: issuer, roles: ['archivist'], local: false } });
    expect(await codeOf(tokens, await signedByProvider({ aud: 'rekenschap' }))).toBe('unauthenticated');
    const unknownKey = await generateKeyPair('RS256');
    const forged = await new SignJWT({ iss: issuer, aud: 'rekenschap-gemeente', sub: 'x', oin: OIN, roles: ['fg'], exp: seconds(START) + 60 })
      .setProtectedHeader({ alg: 'RS256', kid: 'p2' }).sign(unknownKey.privateKey);
    expect(await codeOf(tokens, forged)).toBe('unauthenticated');
  });

  it('answer 503 while its keys cannot be fetched, and work again afterwards', async () => {
    const { tokens } = setup(true);
    const token = await signedByProvider({});
    providerUp = false;
    expect(await codeOf(tokens, token)).toBe('issuer-unavailable');
    providerUp = true;
    expect(await codeOf(tokens, token)).toBe('accepted');
  });

  it('leave the ledger\'s own issuer only systems and operations', async () => {
    const { tokens } = setup(true);
    expect(await codeOf(tokens, await signedLocally({ roles: ['archivist'] }))).toBe('forbidden');
    expect(await codeOf(tokens, await signedLocally({ roles: ['operations'] }))).toBe('accepted');
    expect(await codeOf(tokens, await signedLocally({ roles: ['case-system'], source: SOURCE, systems: ['a'] }))).toBe('accepted');
  });
});

describe('issuing', () => {
  function desk(oidc = false) {
    const { clock, config, tokens } = setup(oidc);
    const recorded: unknown[] = [];
    const made: TokenDesk = { config, keys: { token: local }, clock, governance: { append: async (event) => { recorded.push(event); return done({}); } } };
    return { made, recorded, tokens };
  }

  it('records each token without the token itself', async () => {
    const { made, recorded, tokens } = desk();
    const issued = await issueToken(made, { role: 'case-system', source: SOURCE, systems: ['a', 'b'], valid: '2h' });
    if (issued.kind !== 'done') throw new Error(issued.refusal.detail);
    expect(await tokens.verify(`Bearer ${issued.value}`)).toMatchObject({ kind: 'done', value: { source: SOURCE, systems: ['a', 'b'] } });
    expect(recorded).toMatchObject([{ type: 'token-issued', data: { role: 'case-system', source: SOURCE, expiresAt: '2026-03-02T12:00:00Z' } }]);
    expect(JSON.stringify(recorded)).not.toContain(issued.value.split('.')[2]);
  });

  it('refuses what makes no sense', async () => {
    const { made, recorded } = desk();
    for (const request of [
      { role: 'case-system' }, { role: 'case-system', source: 'x', systems: ['a'] }, { role: 'case-system', source: SOURCE, systems: [] },
      { role: 'fg', valid: '1w' }, { role: 'fg', valid: '0h' }, { role: 'fg', valid: '99999d' },
    ] as const) expect(await issueToken(made, request)).toMatchObject({ kind: 'refused', refusal: { code: 'field-invalid' } });
    expect(await issueToken(desk(true).made, { role: 'archivist' })).toMatchObject({ kind: 'refused', refusal: { code: 'forbidden' } });
    expect(recorded).toEqual([]);
  });
});
