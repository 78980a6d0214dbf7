import { decodeJwt } from 'jose';
import { CLOCK_TOLERANCE_SECONDS } from '#src/identity/tokens';

/**
 * When a token that the gate has let through stops counting, in seconds since 1970: a long message is asked again
 * while it comes in. Zero when there is no such token.
 */
export function tokenEnd(authorization: string | undefined): number {
  try {
    const { exp } = decodeJwt((authorization ?? '').replace(/^Bearer +/i, '').trim());
    return exp === undefined ? 0 : exp + CLOCK_TOLERANCE_SECONDS;
  } catch {
    return 0;
  }
}
