import { holdsBsn, isBsn } from '#domain/dossier/bsn';
import type { FieldError } from '#domain/ledger/refusals';
import type { CodePlace, CodePlaces } from '#domain/mapping/code-places';
import { UNKNOWN_CODE, type MappingTable } from '#domain/mapping/mapping-table';
import type { Originals } from '#domain/mapping/originals';
import { isCode } from '#domain/reference/codes';

type Data = Readonly<Record<string, unknown>>;

export type Mapped =
  | {
    readonly kind: 'mapped';
    readonly data: Data;
    /** What stood where `onbekend` stands now; sealed beside the event, each one a signal. */
    readonly originals: Originals;
    /** Paths of `originals`, sorted. */
    readonly unmapped: readonly string[];
    /** Of an opening: whose word counts for the dossier, when the table says so. */
    readonly leadingSource?: string;
  }
  /** Paths are JSON Pointers into the data; nothing of what was sent is repeated. */
  | { readonly kind: 'refused'; readonly errors: readonly FieldError[] };

const ORIGINAL_MAX = 200;

/**
 * The data of one event in the ledger's own codes. `type`: catalogue name; `data`: as received, not yet checked.
 * What is neither mapped nor known becomes `onbekend`; a code that steers is left as it is, for the check to refuse.
 */
export function applyMapping(table: MappingTable, type: string, places: CodePlaces, data: Data): Mapped {
  const errors: FieldError[] = [];
  const named = type === 'dossier-opened' ? withDossierType(table, data, errors) : { data };
  const ruled = withRetentionRules(table, named.data, errors);
  const located = type === 'dossier-located' ? withLocation(table, ruled) : ruled;
  const originals: Record<string, string> = {};
  const mapped = group(table, places, located, '', originals);
  for (const path of Object.keys(originals)) {
    const wrong = originalError(originals[path]!, path);
    if (wrong !== null) errors.push(wrong);
  }
  if (errors.length > 0) return { kind: 'refused', errors };
  return {
    kind: 'mapped', data: mapped, originals, unmapped: Object.keys(originals).sort(),
    ...(named.leadingSource === undefined ? {} : { leadingSource: named.leadingSource }),
  };
}

/** A zaaktype says the law and the rules where the sender does not. */
function withDossierType(table: MappingTable, data: Data, errors: FieldError[]): { readonly data: Data; readonly leadingSource?: string } {
  const { zaaktype } = data;
  if (typeof zaaktype !== 'string') return { data };
  const known = table.dossierTypes.get(zaaktype);
  if (known === undefined) {
    // Where a table names none, it is the law that is missing.
    if (data['law'] === undefined && table.dossierTypes.size > 0) {
      errors.push(fault('unknown-code', '/zaaktype', 'Dit zaaktype staat niet in de vertaaltabel van uw systeem. Zet het erin, of stuur de wet mee.'));
    }
    return { data };
  }
  return {
    data: {
      ...data,
      law: data['law'] ?? known.law,
      zaaktype: known.zaaktype ?? zaaktype,
      ...(data['retentionRules'] === undefined && known.retentionRules !== undefined ? { retentionRules: known.retentionRules } : {}),
    },
    ...(known.leadingSource === undefined ? {} : { leadingSource: known.leadingSource }),
  };
}

/** Rules steer: where a table names rules, one that it does not know leaves a dossier without a date. */
function withRetentionRules(table: MappingTable, data: Data, errors: FieldError[]): Data {
  const { retentionRules } = data;
  if (!Array.isArray(retentionRules) || table.retentionRules.size === 0) return data;
  const ours = new Set([...table.retentionRules.values(), ...[...table.dossierTypes.values()].flatMap((one) => one.retentionRules ?? [])]);
  return {
    ...data,
    retentionRules: retentionRules.map((rule: unknown, index) => {
      if (typeof rule !== 'string' || ours.has(rule)) return rule;
      const own = table.retentionRules.get(rule);
      if (own === undefined) errors.push(fault('unknown-code', `/retentionRules/${index}`, 'Deze bewaarregel staat niet in de vertaaltabel van uw systeem.'));
      return own ?? rule;
    }),
  };
}

/** What the sender says of the place itself goes before what the table says. */
function withLocation(table: MappingTable, data: Data): Data {
  const { location } = data;
  if (!isObject(location) || typeof location['system'] !== 'string') return data;
  const known = table.locations.get(location['system']);
  return known === undefined ? data : { ...data, location: { ...known, ...location, system: known.system } };
}

function group(table: MappingTable, places: CodePlaces, data: Data, path: string, originals: Record<string, string>): Data {
  let mapped: Record<string, unknown> | null = null;
  for (const [name, place] of places) {
    if (!Object.hasOwn(data, name)) continue;
    const own = inPlace(table, place, data[name], `${path}/${name}`, originals);
    if (own === data[name]) continue;
    mapped ??= { ...data };
    mapped[name] = own;
  }
  return mapped ?? data;
}

function inPlace(table: MappingTable, place: CodePlace, value: unknown, path: string, originals: Record<string, string>): unknown {
  if (Array.isArray(value)) {
    let mapped: unknown[] | null = null;
    for (let index = 0; index < value.length; index += 1) {
      const one: unknown = value[index];
      const own = Array.isArray(one) ? one : inPlace(table, place, one, `${path}/${index}`, originals);
      if (own === one) continue;
      mapped ??= value.slice();
      mapped[index] = own;
    }
    return mapped ?? value;
  }
  if (place.kind === 'group') return isObject(value) ? group(table, place.places, value, path, originals) : value;
  if (typeof value !== 'string' || value === UNKNOWN_CODE) return value;
  for (const list of place.lists) {
    const own = table.codes.get(list)?.get(value);
    if (own !== undefined) return own;
  }
  if (place.steers || place.lists.some((list) => isCode(list, value))) return value;
  originals[path] = value;
  return UNKNOWN_CODE;
}

/** An original is kept as it came: long enough to be prose, or a person's number, it is no code of anybody. */
function originalError(original: string, path: string): FieldError | null {
  if (original.trim() === '' || [...original].length > ORIGINAL_MAX || !original.isWellFormed()) {
    return fault('field-invalid', path, `Geef hier één code, van 1 tot ${ORIGINAL_MAX} tekens.`);
  }
  return holdsBsn(original) || isBsn(original.replace(/[\s.-]/g, ''))
    ? fault('bsn-not-allowed', path, 'Hier staat een BSN (•••••••••) in plaats van een code. Haal het weg en stuur het bericht opnieuw.') : null;
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(code: FieldError['code'], path: string, detail: string): FieldError {
  return { code, path, detail };
}
