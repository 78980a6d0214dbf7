/** System and reference under which the vault's index finds a stream. */
export interface IndexEntry {
  readonly system: string;
  readonly reference: string;
}

const OWN_SYSTEM = 'rekenschap';

/**
 * Where a stream's index entry can be read, by its kind. A stream commits to its entry in its first event; the entry
 * itself is an HMAC in the vault and can only be compared when its two parts are known.
 * - `dossier`: the `dossier` its first event is about, whatever that event is;
 * - `governance`: always the same, there is one per ledger;
 * - a meeting, a rights request: the ledger's own entry for the id that the sender gave it;
 * - the searches of a month: the ledger's own entry for that month;
 * - a destruction list, its items, and who looked at a dossier: found by their name, without an entry;
 * - any other kind: not known here; then some entry must lead to it.
 */
const BY_KIND: Readonly<Record<string, (data: unknown) => IndexEntry | 'nothing'>> = {
  dossier: (data) => entryOf((data as { readonly dossier?: unknown } | null | undefined)?.dossier),
  governance: () => ({ system: OWN_SYSTEM, reference: 'governance' }),
  meeting: (data) => ({ system: OWN_SYSTEM, reference: `meeting/${idIn(data, 'meetingId')}` }),
  'rights-request': (data) => ({ system: OWN_SYSTEM, reference: `rights-request/${idIn(data, 'requestId')}` }),
  searches: (data) => ({ system: OWN_SYSTEM, reference: `searches/${idIn(data, 'on').slice(0, 7)}` }),
  access: () => 'nothing',
  'destruction-list': () => 'nothing',
  'destruction-list-items': () => 'nothing',
};

export function indexedUnder(stream: string, data: unknown): IndexEntry | 'nothing' | 'unknown' {
  // `<kind>-<uuid>`
  const kind = stream.slice(0, -37);
  const rule = Object.hasOwn(BY_KIND, kind) ? BY_KIND[kind] : undefined;
  return rule === undefined ? 'unknown' : rule(data);
}

/** What is no pair can be nobody's entry: its commitment then never fits. */
function entryOf(value: unknown): IndexEntry {
  const { system, reference } = (value ?? {}) as { readonly system?: unknown; readonly reference?: unknown };
  return { system: String(system), reference: String(reference) };
}

function idIn(data: unknown, member: string): string {
  return String((data as Readonly<Record<string, unknown>> | null | undefined)?.[member]);
}
