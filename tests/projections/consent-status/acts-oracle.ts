import { consentAct, notAsked, type ConsentAct, type ConsentActEvent, type DecidedData } from '#domain/consent/acts';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Position } from '#domain/ledger/ids';

/**
 * Every version of every consent act of one stream, by going through the whole stream: what `consentStatus` answers
 * from, and what the interval rows must come to.
 */
export function actsOf(events: readonly LedgerEvent[]): readonly ConsentAct[] {
  const corrections = events.filter((event) => event.type === 'event-corrected' || event.type === 'event-annulled');
  return events.flatMap((event) => {
    const named = corrections.filter((one) => (one.data as { eventId: string }).eventId === event.id);
    // What was annulled stays so.
    const annulled = named.findIndex(({ type }) => type === 'event-annulled');
    const own = annulled < 0 ? named : named.slice(0, annulled + 1);
    const versions = [{ from: event.position, data: event.data as unknown }, ...own.map((one) => ({ from: one.position, data: (one.data as { replacement?: unknown }).replacement }))];
    return versions.flatMap(({ from, data }, index): ConsentAct[] => {
      const act = data === undefined ? null : actFrom(event, data);
      if (act === null) return [];
      return [{ ...act, ...(index === 0 ? {} : { knownFrom: from }), ...(index + 1 < versions.length ? { knownUntil: versions[index + 1]!.from as Position } : {}) }];
    });
  });
}

function actFrom(event: LedgerEvent, data: unknown): ConsentAct | null {
  if (event.type === 'sharing-decided') return notAsked({ id: event.id, position: event.position, data: data as DecidedData });
  if (!/^consent-|^plan-ended$/.test(event.type)) return null;
  return consentAct({ ...event, data } as ConsentActEvent);
}
