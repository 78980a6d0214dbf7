import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EVENT_TYPE_PREFIX, isSentEventType } from '#domain/catalogue';
import type { Json } from '#domain/ledger/event';
import type { FieldError } from '#domain/ledger/refusals';
import { applyMapping } from '#domain/mapping/apply-mapping';
import type { MappingTable } from '#domain/mapping/mapping-table';
import type { Originals } from '#domain/mapping/originals';
import { ConfigurationError } from '#src/composition/config';
import { validateEventData, type WireData } from '#src/events/validation';
import { codePlacesOf } from '#src/mapping/code-places';
import { readTable } from '#src/mapping/read-table';

/** Data of one event in the ledger's own codes, checked against the class of its type. */
export type InOwnCodes =
  | { readonly ok: true; readonly value: WireData; readonly originals: Originals }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * The mapping tables of this ledger, one per source. A source without one writes the ledger's own codes: what is none of
 * them is kept as `onbekend` with its original, as for any other source.
 */
export class SourceTables {
  readonly #tables: ReadonlyMap<string, MappingTable>;

  constructor(tables: readonly MappingTable[]) {
    this.#tables = new Map(tables.map((table) => [table.source, table]));
  }

  get size(): number {
    return this.#tables.size;
  }

  /** A CloudEvent in JSON form with the type of the catalogue in place of the source's own; anything else as it came. */
  withOwnType(sent: Json | undefined): Json | undefined {
    if (this.#tables.size === 0 || sent === null || typeof sent !== 'object' || Array.isArray(sent)) return sent;
    const { source, type } = sent as { readonly source?: Json; readonly type?: Json };
    if (typeof source !== 'string' || typeof type !== 'string') return sent;
    const own = this.#tables.get(source)?.eventTypes.get(type);
    return own === undefined ? sent : { ...(sent as { readonly [name: string]: Json }), type: `${EVENT_TYPE_PREFIX}${own}` };
  }

  /** Maps and checks. Paths of errors and originals are JSON Pointers into the data. */
  check(source: string, type: string, data: unknown): InOwnCodes {
    const table = this.#tables.get(source) ?? NOTHING_RENAMED;
    if (!isSentEventType(type) || typeof data !== 'object' || data === null || Array.isArray(data)) return plain(type, data);
    const mapped = applyMapping(table, type, codePlacesOf(type), data as WireData);
    if (mapped.kind === 'refused') return { ok: false, errors: mapped.errors };
    const checked = validateEventData(type, mapped.data, { referencesAreNoBsns: table.referencesAreNoBsns });
    if (!checked.ok) return checked;
    const { leadingSource } = mapped;
    // Of a dossier that another leads this source has no destruction to follow.
    const leads = table.leading === 'source' && type === 'dossier-opened' && (leadingSource === undefined || leadingSource === source);
    return {
      ok: true, originals: mapped.originals,
      value: leadingSource === undefined && !leads ? checked.value
        : { ...checked.value, ...(leadingSource === undefined ? {} : { leadingSource }), ...(leads ? { leading: 'source' } : {}) },
    };
  }
}

const NOTHING_RENAMED: MappingTable = {
  source: '', referencesAreNoBsns: false, eventTypes: new Map(), codes: new Map(), dossierTypes: new Map(), retentionRules: new Map(), locations: new Map(),
};

function plain(type: string, data: unknown): InOwnCodes {
  const checked = validateEventData(type, data);
  return checked.ok ? { ...checked, originals: {} } : checked;
}

export const NO_TABLES = new SourceTables([]);

/**
 * Reads the tables of REKENSCHAP_SOURCES: a folder with a JSON file per source, or one such file.
 * Throws ConfigurationError: a service with half a table would refuse or misread what it is sent.
 */
export function loadSourceTables(path: string | undefined, oin: string): SourceTables {
  if (path === undefined) return NO_TABLES;
  const tables = new Map<string, MappingTable>();
  for (const file of filesAt(path)) {
    const table = readTable(jsonOf(file), oin, basename(file));
    if (tables.has(table.source)) throw new ConfigurationError(`De vertaaltabel ${basename(file)} gaat over een bron die al een andere tabel heeft.`);
    tables.set(table.source, table);
  }
  return new SourceTables([...tables.values()]);
}

function filesAt(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path).filter((name) => name.endsWith('.json')).sort().map((name) => join(path, name));
    if (files.length > 0) return files;
  } catch {
    throw new ConfigurationError('REKENSCHAP_SOURCES wijst naar een map of bestand dat er niet is, of dat niet te lezen is.');
  }
  throw new ConfigurationError('De map van REKENSCHAP_SOURCES bevat geen enkel .json-bestand.');
}

function jsonOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigurationError(`De vertaaltabel ${basename(file)} is niet te lezen.`);
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new ConfigurationError(`De vertaaltabel ${basename(file)} is geen geldige JSON.`);
  }
}
