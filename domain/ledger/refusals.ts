/**
 * Every refusal a caller can meet, in one table: code and docs read it, nothing repeats it.
 * `status` is the HTTP status at the edge (RFC 9110); `title` is what a person reads (Dutch, B1).
 */
export const REFUSALS = {
  'malformed': { status: 400, title: 'Het bericht is niet te lezen' },
  'field-invalid': { status: 400, title: 'Een veld klopt niet' },
  'unknown-field': { status: 400, title: 'Een veld is onbekend' },
  'unknown-code': { status: 400, title: 'Een code is onbekend' },
  'unknown-event-type': { status: 400, title: 'Dit soort gebeurtenis is onbekend' },
  'occurred-in-future': { status: 400, title: 'De gebeurtenis ligt in de toekomst' },
  'bsn-not-allowed': { status: 400, title: 'Een BSN hoort hier niet' },
  'unauthenticated': { status: 401, title: 'Aanmelden is nodig' },
  'forbidden': { status: 403, title: 'Dit mag u niet' },
  'conflict-of-roles': { status: 403, title: 'U heeft al een andere rol in deze lijst' },
  'not-found': { status: 404, title: 'Niet gevonden' },
  'method-not-allowed': { status: 405, title: 'Deze bewerking bestaat hier niet' },
  'not-acceptable': { status: 406, title: 'Deze vorm kunnen wij niet leveren' },
  'id-reused': { status: 409, title: 'Dit id is al gebruikt voor iets anders' },
  'destruction-begun': { status: 409, title: 'De vernietiging is begonnen' },
  'wrong-state': { status: 409, title: 'Dit kan niet in deze stand' },
  'dossier-destroyed': { status: 410, title: 'Dit dossier is vernietigd' },
  'stale-version': { status: 412, title: 'Iemand anders was u voor' },
  'clock-suspect': { status: 409, title: 'De klok wordt niet vertrouwd' },
  'too-large': { status: 413, title: 'Het bericht is te groot' },
  'unsupported-media-type': { status: 415, title: 'Deze vorm kunnen wij niet lezen' },
  'precondition-required': { status: 428, title: 'Zeg op welke versie u werkt' },
  'internal-error': { status: 500, title: 'Er ging iets mis in het grootboek' },
  'not-built-yet': { status: 501, title: 'Dit is nog niet gebouwd' },
  'store-unavailable': { status: 503, title: 'Het grootboek kan nu niet schrijven' },
  'ledger-locked': { status: 503, title: 'Een ander proces schrijft in dit grootboek' },
  'ledger-behind-head': { status: 503, title: 'Het grootboek mist gebeurtenissen' },
  'vault-behind-head': { status: 503, title: 'De kluis is ouder dan het grootboek' },
  'issuer-unavailable': { status: 503, title: 'Aanmelden kan nu niet' },
  'rendering-unavailable': { status: 503, title: 'De PDF kan nu niet worden gemaakt' },
  'position-not-reached': { status: 503, title: 'Dit overzicht is nog niet bijgewerkt' },
} as const satisfies Record<string, { status: number; title: string }>;

export type RefusalCode = keyof typeof REFUSALS;

/**
 * An expected refusal: a value, not an exception. `detail` is a Dutch sentence and never holds what the sender
 * wrote (it may be personal); `path` is a JSON Pointer (RFC 6901) into what was sent.
 */
export interface Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly path?: string;
  /** All errors at once when there are several (Dutch API Design Rules: 400 with every error). */
  readonly errors?: readonly FieldError[];
}

export interface FieldError {
  readonly code: RefusalCode;
  readonly path: string;
  readonly detail: string;
}

export function refusal(code: RefusalCode, detail: string, path?: string): Refusal {
  return path === undefined ? { code, detail } : { code, detail, path };
}
