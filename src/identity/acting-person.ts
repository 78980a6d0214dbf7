import type { ActingPerson } from '#domain/ledger/event';
import type { Principal, Role } from '#src/recording/principal';

/** Who did it and in which of the roles the endpoint asks for; the first that the caller has. */
export function actingPerson(caller: Principal, asked: readonly Role[]): ActingPerson {
  const role = asked.find((candidate) => caller.roles.includes(candidate));
  if (role === undefined) throw new Error('the gate let a caller through without a role for this');
  return { iss: caller.iss, sub: caller.sub, role };
}
