import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { GovernanceEvent } from '#domain/governance/events';
import type { ActingPerson } from '#domain/ledger/event';
import { refusal } from '#domain/ledger/refusals';
import type { Clock } from '#infra/clock/port';
import type { LedgerKeys } from '#infra/keys/port';
import type { LedgerConfig } from '#src/composition/config';
import { LOCAL_AUDIENCE, localIssuerName } from '#src/identity/issuers';
import { isSource } from '#src/identity/tokens';
import { done, refused, type Outcome } from '#src/recording/outcome';
import type { Role } from '#src/recording/principal';

export interface TokenRequest {
  readonly role: Role;
  /** Who it is for; absent: `lokaal-<role>`, or the source of a case system. One person, one role per list. */
  readonly subject?: string;
  /** Case systems only, and then required: CloudEvents source and the dossier systems it speaks about. */
  readonly source?: string;
  readonly systems?: readonly string[];
  /** `30m`, `1h`, `7d`; absent: one hour. */
  readonly valid?: string;
}

/** What issuing needs of the ledger. */
export interface TokenDesk {
  readonly config: Pick<LedgerConfig, 'oin' | 'oidc'>;
  readonly keys: Pick<LedgerKeys, 'token'>;
  readonly clock: Clock;
  readonly governance: { append(event: GovernanceEvent, person: ActingPerson): Promise<Outcome<unknown>> };
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 };
const VALID_MAX_DAYS = 3_660;

/**
 * A signed token of the ledger's own issuer, recorded in the governance stream before it is handed out. Refused are
 * `field-invalid` requests and, with an identity provider configured, every role of a person (`forbidden`).
 */
export async function issueToken(desk: TokenDesk, request: TokenRequest): Promise<Outcome<string>> {
  const { config, keys, clock } = desk;
  const machine = request.role === 'case-system';
  if (config.oidc !== null && !machine && request.role !== 'operations') {
    return refused(refusal('forbidden', 'Personen melden zich aan bij de identiteitsprovider; hier zijn er alleen tokens voor systemen en beheer.'));
  }
  if (machine && (request.source === undefined || !isSource(request.source))) {
    return refused(refusal('field-invalid', 'Een systeem heeft een bron: urn:nld:oin:<20 cijfers>:systeem:<naam>.', '/source'));
  }
  if (machine && (request.systems ?? []).length === 0) {
    return refused(refusal('field-invalid', 'Noem de dossiersystemen waarvoor dit token geldt.', '/systems'));
  }
  const seconds = secondsOf(request.valid ?? '1h');
  if (seconds === null) return refused(refusal('field-invalid', 'Geef de geldigheid als 30m, 1h of 7d.', '/valid'));

  const issuedAt = Math.floor(clock.now().epochMilliseconds / 1_000);
  const tokenId = randomUUID();
  const subject = request.subject ?? (machine ? request.source! : `lokaal-${request.role}`);
  const scope = machine ? { source: request.source!, systems: request.systems! } : {};
  const token = await new SignJWT({ roles: [request.role], oin: config.oin, ...scope })
    .setProtectedHeader({ alg: 'ES256', kid: keys.token.keyId, typ: 'JWT' })
    .setIssuer(localIssuerName(config.oin)).setAudience(LOCAL_AUDIENCE).setSubject(subject).setJti(tokenId)
    .setIssuedAt(issuedAt).setExpirationTime(issuedAt + seconds)
    .sign(keys.token.privateKey);
  const recorded = await desk.governance.append(
    { type: 'token-issued', schema: 1, data: {
      tokenId, role: request.role, subject, ...scope,
      expiresAt: Temporal.Instant.fromEpochMilliseconds((issuedAt + seconds) * 1_000).toString(),
    } },
    { iss: localIssuerName(config.oin), sub: 'opdrachtregel', role: 'operations' },
  );
  return recorded.kind === 'done' ? done(token) : recorded;
}

function secondsOf(valid: string): number | null {
  const match = /^([1-9][0-9]{0,5})([mhd])$/.exec(valid);
  if (match === null) return null;
  const seconds = Number(match[1]) * UNITS[match[2]!]!;
  return seconds > VALID_MAX_DAYS * 86_400 ? null : seconds;
}
