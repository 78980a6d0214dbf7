import type { ActingPerson } from '#domain/ledger/event';

/** One person, whatever the role: issuer and subject of the token. */
export function personKey(person: ActingPerson): string {
  return JSON.stringify([person.iss, person.sub]);
}
