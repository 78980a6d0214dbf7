import type { Ledger } from '#src/composition/ledger';
import { issuedFor } from '#src/cli/token';
import { CommandFailure } from '#src/cli/command';
import { SYSTEMS, sourceOf, type Sender } from '#src/synthetic/played-event';
import type { Role } from '#src/recording/principal';

const VALID = '366d';
const RENEW_AFTER_DAYS = 360;

/** A real token per role and per system, from the ledger's own issuer; renewed when the played years use it up. */
export class Tokens {
  readonly #held = new Map<string, { readonly token: string; readonly renewAt: Temporal.Instant }>();

  constructor(private readonly ledger: Ledger) {}

  async of(who: Role | Sender): Promise<string> {
    const key = JSON.stringify(who);
    const held = this.#held.get(key);
    const now = this.ledger.clock.now();
    if (held !== undefined && Temporal.Instant.compare(now, held.renewAt) < 0) return held.token;
    const token = await this.fresh(who, VALID);
    this.#held.set(key, { token, renewAt: now.add({ hours: 24 * RENEW_AFTER_DAYS }) });
    return token;
  }

  async fresh(who: Role | Sender, valid: string): Promise<string> {
    const reply = await issuedFor(this.ledger, { oin: this.ledger.config.oin, token: { ...requestFor(who), valid } });
    if (!reply.ok) throw new CommandFailure(reply.code, reply.message);
    return String(reply.value);
  }
}

/** One person per role: nobody does two steps of a destruction list. */
function requestFor(who: Role | Sender): { role: Role; subject: string; source?: string; systems?: readonly string[] } {
  if (typeof who !== 'string' && 'law' in who) {
    return { role: 'case-system', subject: SYSTEMS[who.law], source: sourceOf(who), systems: [SYSTEMS[who.law]] };
  }
  const role = typeof who === 'string' ? who : who.role;
  return { role, subject: `demo-${role}` };
}
