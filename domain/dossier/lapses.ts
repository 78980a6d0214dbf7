import { consentExpired, expiryToCome, termActs, type ConsentExpired } from '#domain/consent/expiry';
import { authorityEnded, authorityEndsToCome, authorityFacts, type AuthorityEnded } from '#domain/dossier/authority-end';
import { dossierDecider, type DossierStreamEvent, type DossierStreamState } from '#domain/dossier/decider';
import { standing } from '#domain/ledger/corrections';
import { startOfDay } from '#domain/ledger/day-start';
import type { LedgerEvent } from '#domain/ledger/event';
import type { ClassHold } from '#domain/retention/class-holds';
import type { RetentionExpired } from '#domain/retention/events';
import { retentionDate, type AdoptedRules } from '#domain/retention/retention-date';

/** What happens to a dossier by the passing of time alone. */
export type Lapse = RetentionExpired | ConsentExpired | AuthorityEnded;

/**
 * Everything whose day has come and that the dossier's own stream does not yet hold, in the order in which it came.
 * Nothing once its destruction has begun. `today` is a calendar date in Amsterdam.
 */
export function lapsesToRecord(
  stream: readonly LedgerEvent[], schedule: AdoptedRules | null, classHolds: readonly ClassHold[], today: Temporal.PlainDate,
): readonly Lapse[] {
  const state = stream.reduce<DossierStreamState>((folded, event) => dossierDecider.evolve(folded, event as DossierStreamEvent), dossierDecider.initial);
  if (state.gate.begun !== null) return [];
  const facts = standing(stream);
  const lapses = [...expiredConsents(facts), ...endedAuthority(facts), ...expiredTerm(state, schedule, classHolds)];
  return lapses.filter(({ day }) => day <= today.toString()).sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)).map(({ lapse }) => lapse);
}

interface OnDay { readonly day: string; readonly lapse: Lapse }

function expiredConsents(facts: readonly LedgerEvent[]): readonly OnDay[] {
  const acts = Map.groupBy(facts.flatMap((event) => termActs(event.type, event.data, event.position)), (act) => act.consentId);
  return [...acts].flatMap(([consentId, list]) => {
    const expiry = expiryToCome(list);
    return expiry === null ? [] : [{ day: expiry.on, lapse: consentExpired(consentId, expiry) }];
  });
}

function endedAuthority(facts: readonly LedgerEvent[]): readonly OnDay[] {
  return authorityEndsToCome(facts.flatMap((event) => authorityFacts(event.type, event.data))).map((end) => ({ day: end.on, lapse: authorityEnded(end) }));
}

function expiredTerm({ retention }: DossierStreamState, schedule: AdoptedRules | null, classHolds: readonly ClassHold[]): readonly OnDay[] {
  const date = retentionDate(retention, schedule, classHolds);
  if (date.kind !== 'dated' || retention.expired.includes(date.firstDestructionDay)) return [];
  const { rule, retainedThrough, firstDestructionDay } = date;
  const data = { occurredAt: startOfDay(firstDestructionDay), rule, retainedThrough, firstDestructionDay };
  return [{ day: firstDestructionDay, lapse: { type: 'retention-expired', schema: 1, data } }];
}
