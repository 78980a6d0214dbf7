import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import type { LedgerKeys } from '#infra/keys/port';
import type { LedgerConfig } from '#src/composition/config';

export const LOCAL_AUDIENCE = 'rekenschap';
const DISCOVERY_TIMEOUT = 5_000;

/** Somebody whose tokens this ledger believes. */
export interface Issuer {
  readonly iss: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly local: boolean;
  readonly key: JWTVerifyGetKey;
}

/** The issuer's keys could not be fetched: not the caller's fault. */
export class IssuerUnavailable extends Error {}

export function localIssuerName(oin: string): string {
  return `urn:nld:oin:${oin}:systeem:rekenschap`;
}

export function issuersOf(config: Pick<LedgerConfig, 'oin' | 'oidc'>, token: LedgerKeys['token']): ReadonlyMap<string, Issuer> {
  const own: Issuer = {
    iss: localIssuerName(config.oin), audience: LOCAL_AUDIENCE, algorithms: ['ES256'], local: true,
    key: () => token.publicKey,
  };
  const issuers = new Map([[own.iss, own]]);
  if (config.oidc !== null) {
    const { issuer, audience } = config.oidc;
    issuers.set(issuer, {
      iss: issuer, audience, algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'], local: false, key: remoteKeys(issuer),
    });
  }
  return issuers;
}

/** OpenID Connect Discovery 1.0, once it is needed; a failed attempt is tried again with the next token. */
function remoteKeys(issuer: string): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | null = null;
  return async (header, token) => {
    keys ??= discover(issuer);
    try {
      return await (await keys)(header, token);
    } catch (error) {
      if (error instanceof IssuerUnavailable) keys = null;
      throw error;
    }
  };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let found: { issuer?: unknown; jwks_uri?: unknown };
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(DISCOVERY_TIMEOUT), redirect: 'error' });
    if (!response.ok) throw new Error('no configuration');
    found = (await response.json()) as typeof found;
  } catch {
    throw new IssuerUnavailable('discovery failed');
  }
  if (found.issuer !== issuer || typeof found.jwks_uri !== 'string') throw new IssuerUnavailable('discovery answers for somebody else');
  const keysOf = createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: DISCOVERY_TIMEOUT });
  return async (header, token) => {
    try {
      return await keysOf(header, token);
    } catch (error) {
      // Unknown or ambiguous keys are the token's fault; what is left is the network.
      if (/^ERR_JWKS?_|^ERR_JOSE_NOT_SUPPORTED/.test((error as { code?: string }).code ?? '') && !isFetchFault(error)) throw error;
      throw new IssuerUnavailable('keys could not be fetched');
    }
  };
}

function isFetchFault(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_JWKS_TIMEOUT';
}
