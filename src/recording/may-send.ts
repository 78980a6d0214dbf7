import { catalogueEntry, sendersOf, type SentEventType } from '#domain/catalogue';
import type { DossierState } from '#domain/dossier/state';
import type { ActingPerson } from '#domain/ledger/event';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import { actingPerson } from '#src/identity/acting-person';
import type { Principal } from '#src/recording/principal';
import type { IncomingFact } from '#src/recording/record-fact.command';

/** What can be said before any stream is looked at: role, source and system. Null when nothing stands in the way. */
export function mayNotSend(fact: IncomingFact, sender: Principal): Refusal | null {
  const senders = sendersOf(fact.type as SentEventType, fact.data);
  if (!sender.roles.some((role) => senders.includes(role))) {
    return refusal('forbidden', 'Met deze rol kan deze gebeurtenis niet worden gestuurd.', '/type');
  }
  // A person's own events have the ledger as their source.
  const own = sender.source ?? `urn:nld:oin:${sender.oin}:systeem:rekenschap`;
  if (fact.source !== own) {
    return refusal('forbidden', 'Dit token mag niet namens deze bron sturen.', '/source');
  }
  return notItsSystem(fact.data, sender);
}

/** Whose dossier is it? Also asked of every part of a message about several dossiers. */
export function notItsSystem(data: Readonly<Record<string, unknown>>, sender: Principal): Refusal | null {
  const system = (data['dossier'] as { readonly system?: string } | undefined)?.system;
  if (system === undefined) return null;
  // In the vault's index this name is the ledger's own: its governance, meetings, requests.
  if (system === 'rekenschap' || (sender.systems !== undefined && !sender.systems.includes(system))) {
    return refusal('forbidden', 'Deze bron gaat niet over dossiers van dit systeem.', '/data/dossier/system');
  }
  return null;
}

/** Among case systems only the leading source may send trigger, hold, rule and closing (event-catalogue.md). */
export function mayNotSteer(fact: { readonly type: string; readonly source: string }, dossier: DossierState, sender: Principal): Refusal | null {
  const leading = dossier.leadingSource;
  if (!catalogueEntry(fact.type).needsLeadingSource || !sender.roles.includes('case-system')) return null;
  if (leading === null || leading === fact.source) return null;
  return refusal('forbidden', 'Alleen het leidende systeem van dit dossier mag dit sturen.', '/source');
}

/** A case system is known by its source; of anyone else the person and the role count (iss, sub, role). */
export function personOf(fact: IncomingFact, sender: Principal): ActingPerson | null {
  return sender.roles.includes('case-system') ? null : actingPerson(sender, sendersOf(fact.type as SentEventType, fact.data));
}
