/**
 * Canonical JSON (RFC 8785): members sorted by UTF-16 code units, numbers and strings as ECMAScript writes them.
 * Throws on what JSON cannot hold (undefined in an array, NaN, bigint, a lone surrogate): the bytes are hashed and
 * encrypted, so nothing may be changed in silence. Members that are undefined are left out.
 */
export function canonicalJson(value: unknown): string {
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
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
      const record = value as Record<string, unknown>;
      let members = '';
      for (const key of sortedKeys(record)) {
        const member = record[key];
        if (member === undefined) continue;
        members += `${members === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
      }
      return `{${members}}`;
    }
    default:
      throw new TypeError(`${typeof value} has no canonical JSON`);
  }
}

/** Holds nothing that is escaped; short, since JSON.stringify is faster on what is long. */
const PLAIN = /^[ !#-[\]-~]{0,64}$/;

function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError('lone surrogate in a name or string');
  return JSON.stringify(text);
}

/** Most records have their members in order already. */
function sortedKeys(record: Record<string, unknown>): readonly string[] {
  const keys = Object.keys(record);
  for (let i = 1; i < keys.length; i += 1) if (keys[i - 1]! > keys[i]!) return keys.sort();
  return keys;
}
