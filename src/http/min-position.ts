import type { Position } from '#domain/ledger/ids';
import { malformed } from '#src/http/strict-json';

/** How long a question waits for its view, in milliseconds. */
export const MIN_POSITION_WAIT = 2_000;

/** The header Rekenschap-Min-Position: a question that must know of a certain event. Throws `malformed`. */
export function minPosition(header: string | undefined): Position | null {
  if (header === undefined) return null;
  if (!/^[0-9]{1,15}$/.test(header)) throw malformed('Rekenschap-Min-Position is een positie: een geheel getal vanaf 0.');
  return Number(header);
}
