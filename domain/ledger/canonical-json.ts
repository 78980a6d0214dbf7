/**
 * Canonical JSON (RFC 8785): members sorted by UTF-16 code units, numbers and strings as ECMAScript writes them.
 * Throws on what JSON cannot hold (undefined in an array, NaN, bigint, a lone surrogate): the bytes are hashed and
 * encrypted, so nothing may be changed in silence. Members that are undefined are left out.
 */
export function canonicalJson(value: unknown): string {
  const ordered = inOrder(value);
  return ordered === UNUSUAL ? written(value) : JSON.stringify(ordered);
}

/** What JSON.stringify would write otherwise, or not at all: it is written out member by member. */
const UNUSUAL = Symbol('unusual');

/**
 * The value with its members in order, so that the engine's own writer, several times as fast, writes the canonical
 * text: itself when they are, a copy when they are not.
 */
function inOrder(value: unknown): unknown {
  switch (typeof value) {
    case 'string': return value.isWellFormed() ? value : UNUSUAL;
    case 'number': return Number.isFinite(value) ? value : UNUSUAL;
    case 'boolean': return value;
    case 'object': return value === null ? null : Array.isArray(value) ? itemsInOrder(value) : membersInOrder(value as Record<string, unknown>);
    default: return UNUSUAL;
  }
}

function itemsInOrder(items: readonly unknown[]): unknown {
  let copy: unknown[] | null = null;
  for (let at = 0; at < items.length; at += 1) {
    const ordered = inOrder(items[at]);
    if (ordered === UNUSUAL) return UNUSUAL;
    if (ordered !== items[at]) copy ??= items.slice();
    if (copy !== null) copy[at] = ordered;
  }
  return copy ?? items;
}

function membersInOrder(record: Record<string, unknown>): unknown {
  // An instance may have a toJSON, which the engine would ask.
  if (Object.getPrototypeOf(record) !== Object.prototype) return UNUSUAL;
  const keys = Object.keys(record);
  let same = true;
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at]!;
    const first = key.charCodeAt(0);
    // Names of digits stand first in every object, whatever was written; __proto__ is no member of a copy.
    if ((first >= 0x30 && first <= 0x39) || key === '__proto__' || !key.isWellFormed()) return UNUSUAL;
    if (at > 0 && keys[at - 1]! > key) same = false;
  }
  if (!same) sortFew(keys);
  const values: unknown[] = [];
  for (const key of keys) {
    const member = record[key];
    const ordered = member === undefined ? undefined : inOrder(member);
    if (ordered === UNUSUAL) return UNUSUAL;
    if (ordered !== member) same = false;
    values.push(ordered);
  }
  if (same) return record;
  const copy: Record<string, unknown> = {};
  for (let at = 0; at < keys.length; at += 1) copy[keys[at]!] = values[at];
  return copy;
}

/** In place and by insertion: records have few members, mostly in groups that are in order. */
function sortFew(keys: string[]): void {
  if (keys.length > 32) {
    keys.sort();
    return;
  }
  for (let at = 1; at < keys.length; at += 1) {
    const key = keys[at]!;
    let to = at;
    for (; to > 0 && keys[to - 1]! > key; to -= 1) keys[to] = keys[to - 1]!;
    keys[to] = key;
  }
}

/** Member by member: for whatever there is, and what refuses what JSON cannot hold. */
function written(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('not a JSON number');
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${Array.from(value, written).join(',')}]`;
      const record = value as Record<string, unknown>;
      const members = Object.keys(record).sort().filter((key) => record[key] !== undefined);
      return `{${members.map((key) => `${quoted(key)}:${written(record[key])}`).join(',')}}`;
    }
    default:
      throw new TypeError(`${typeof value} has no canonical JSON`);
  }
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('lone surrogate in a name or string');
  return JSON.stringify(text);
}
