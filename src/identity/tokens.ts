import { hash } from 'node:crypto';
import { decodeJwt, jwtVerify, type JWTPayload } from 'jose';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import { isRole } from '#domain/ledger/roles';
import type { Clock } from '#infra/clock/port';
import { IssuerUnavailable, localIssuerName, type Issuer } from '#src/identity/issuers';
import { refused, done, type Outcome } from '#src/recording/outcome';
import type { Principal, Role } from '#src/recording/principal';

const KEPT_MAX = 2_000;
const TOKEN_LENGTH_MAX = 8_192;
export const CLOCK_TOLERANCE_SECONDS = 30;
/** With an identity provider configured, the ledger's own issuer speaks for machines only (api.md). */
const LOCAL_BESIDE_OIDC: readonly Role[] = ['case-system', 'operations'];
const SOURCE = /^urn:nld:oin:[0-9]{20}:systeem:[a-z0-9][a-z0-9._-]{0,62}$/;
const BEARER = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+) *$/i;

interface Kept {
  readonly principal: Principal;
  /** Seconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/**
 * Checks bearer tokens: issuer, audience, signature with an allowed algorithm, times, organisation, roles.
 * A checked token is kept by its SHA-256 until it expires; verifying a signature per request would halve ingestion.
 */
export class Tokens {
  readonly #kept = new Map<string, Kept>();
  /** Header and fingerprint of the last known caller: most often the next one is the same. */
  #last: { readonly authorization: string; readonly key: string } | null = null;
  readonly #oidcConfigured: boolean;

  constructor(private readonly oin: string, private readonly issuers: ReadonlyMap<string, Issuer>, private readonly clock: Clock) {
    this.#oidcConfigured = [...issuers.values()].some((issuer) => !issuer.local);
  }

  /** Already known callers without a promise in between; undefined when the token must be verified first. */
  known(authorization: string | undefined): Principal | undefined {
    const key = this.#keyOf(authorization);
    if (key === null) return undefined;
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const now = this.#seconds();
    if (now >= kept.until || now < kept.from) {
      this.#kept.delete(key);
      return undefined;
    }
    return kept.principal;
  }

  #keyOf(authorization: string | undefined): string | null {
    if (this.#last !== null && this.#last.authorization === authorization) return this.#last.key;
    const token = bearer(authorization);
    if (token === null) return null;
    const key = fingerprint(token);
    if (this.#kept.has(key)) this.#last = { authorization: authorization!, key };
    return key;
  }

  async verify(authorization: string | undefined): Promise<Outcome<Principal>> {
    const token = bearer(authorization);
    if (token === null) return unauthenticated('Stuur een token mee in de kopregel Authorization (Bearer).');
    const issuer = this.#issuerOf(token);
    if (issuer === undefined) return unauthenticated('Dit token is niet te lezen of niet uitgegeven door een bekende uitgever.');
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, issuer.key, {
        issuer: issuer.iss, audience: issuer.audience, algorithms: [...issuer.algorithms],
        requiredClaims: ['exp', 'sub'], clockTolerance: CLOCK_TOLERANCE_SECONDS, currentDate: new Date(this.#seconds() * 1_000),
      }));
    } catch (error) {
      if (error instanceof IssuerUnavailable) {
        return refused(refusal('issuer-unavailable', 'De uitgever van dit token is niet bereikbaar. Probeer het straks opnieuw.'));
      }
      return unauthenticated(reasonOf(error));
    }
    const principal = this.#principal(payload, issuer);
    if ('code' in principal) return refused(principal);
    this.#keep(fingerprint(token), {
      principal, until: payload.exp! + CLOCK_TOLERANCE_SECONDS, from: (payload.nbf ?? 0) - CLOCK_TOLERANCE_SECONDS,
    });
    return done(principal);
  }

  #issuerOf(token: string): Issuer | undefined {
    try {
      return this.issuers.get(decodeJwt(token).iss ?? '');
    } catch {
      return undefined;
    }
  }

  #principal(payload: JWTPayload, issuer: Issuer): Principal | Refusal {
    if (payload['oin'] !== this.oin) return refusal('forbidden', 'Dit token is van een andere organisatie.');
    const claimed = payload['roles'];
    const roles = (Array.isArray(claimed) ? claimed : [])
      .filter((role): role is Role => typeof role === 'string' && isRole(role))
      .filter((role) => !issuer.local || !this.#oidcConfigured || LOCAL_BESIDE_OIDC.includes(role));
    if (roles.length === 0) return refusal('forbidden', 'Dit token geeft geen rol in dit grootboek.');
    const machine = roles.includes('case-system');
    if (machine && roles.length > 1) return refusal('forbidden', 'Een systeem heeft geen rol van een persoon.');
    const source = machine ? payload['source'] : localIssuerName(this.oin);
    const systems = payload['systems'];
    if (machine && (typeof source !== 'string' || !SOURCE.test(source) || !isTexts(systems))) {
      return refusal('forbidden', 'Een token van een systeem noemt zijn bron (source) en zijn systemen (systems).');
    }
    return {
      iss: issuer.iss, sub: payload.sub!, roles, oin: this.oin, local: issuer.local, source: source as string,
      session: payload.jti ?? String(payload.iat ?? ''),
      ...(isTexts(systems) ? { systems } : {}),
    };
  }

  #keep(key: string, kept: Kept): void {
    if (this.#kept.size >= KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(key, kept);
  }

  #seconds(): number {
    return Math.floor(this.clock.now().epochMilliseconds / 1_000);
  }
}

export function isSource(text: string): boolean {
  return SOURCE.test(text);
}

function bearer(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > TOKEN_LENGTH_MAX) return null;
  return BEARER.exec(authorization)?.[1] ?? null;
}

function fingerprint(token: string): string {
  return hash('sha256', token, 'base64');
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string' && item !== '');
}

function unauthenticated(detail: string): Outcome<never> {
  return refused(refusal('unauthenticated', detail));
}

function reasonOf(error: unknown): string {
  switch ((error as { code?: string }).code) {
    case 'ERR_JWT_EXPIRED': return 'Dit token is verlopen.';
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED': return 'De handtekening van dit token klopt niet.';
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED': return 'Dit token is niet voor dit grootboek of nog niet geldig.';
    case 'ERR_JOSE_ALG_NOT_ALLOWED': return 'Dit token is ondertekend op een manier die wij niet aannemen.';
    default: return 'Dit token is niet te lezen.';
  }
}
