import { PARAMETERS } from '#src/synthetic/parameters';
import type { PlayedEvent } from '#src/synthetic/played-event';
import type { SeededChance } from '#src/synthetic/seeded-chance';

/** As in any municipality: logged late, sent twice, told in the wrong order, written in error and taken back. */
export function withMistakes(event: PlayedEvent, id: string, chance: SeededChance): readonly PlayedEvent[] {
  const { late, double, outOfOrder, annulled } = PARAMETERS.mistakesPerMille.value;
  const own: PlayedEvent = { ...event, id, loggedAt: event.at.add({ minutes: 2 }) };
  if (event.type === 'dossier-opened') return [own];
  if (chance.inThousand(late)) {
    return [{ ...own, loggedAt: event.at.add({ hours: 24 * chance.between(PARAMETERS.lateDays.value[0], PARAMETERS.lateDays.value[1]) }) }];
  }
  // The decision arrives only after what was shared on it.
  if (event.type === 'sharing-decided' && chance.inThousand(outOfOrder)) return [{ ...own, loggedAt: event.at.add({ hours: 50 }) }];
  if (chance.inThousand(double)) return [own, { ...own, loggedAt: own.loggedAt!.add({ hours: 1 }) }];
  if (event.type === 'data-shared' && chance.inThousand(annulled)) return [own, annulment(own, id)];
  return [own];
}

function annulment(event: PlayedEvent, id: string): PlayedEvent {
  const at = event.at.add({ hours: 26 });
  return {
    at, loggedAt: at.add({ minutes: 2 }), id: `${id}-terug`, annuls: id, sender: event.sender, type: 'event-annulled',
    data: { occurredAt: at.toString(), eventId: '', reason: 'wrong-dossier', motivation: 'Verzonnen voorbeeld: in het verkeerde dossier geschreven.' },
  };
}
