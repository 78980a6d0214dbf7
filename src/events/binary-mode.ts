import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from '#domain/ledger/event';
import { malformed } from '#src/http/strict-json';

const PREFIX = 'ce-';
const NOT_AS_HEADER = new Set(['data', 'data_base64', 'datacontenttype']);

/** Does the request say it carries a CloudEvent in binary mode? */
export function isBinaryMode(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => name.startsWith(PREFIX));
}

/**
 * The JSON form of a binary mode CloudEvent: attributes out of the `ce-` headers, the body as data
 * (CloudEvents HTTP binding 3.1). Throws `malformed` for a header that cannot be decoded.
 */
export function fromBinaryMode(headers: IncomingHttpHeaders, body: unknown): Json {
  const attributes: [string, Json][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(PREFIX) || value === undefined) continue;
    attributes.push([name.slice(PREFIX.length), decoded(Array.isArray(value) ? value.join(', ') : value)]);
  }
  // The body is the data and its content type that of the data: neither has a ce- header.
  if (attributes.some(([name]) => NOT_AS_HEADER.has(name))) throw malformed('De kopregels ce-data en ce-datacontenttype bestaan niet.');
  if (body !== undefined) attributes.push(['data', body as Json]);
  return Object.fromEntries(attributes);
}

/** HTTP binding 3.1.3.2: quotes off, then %XX as UTF-8. */
function decoded(value: string): string {
  if (!/^[\x20-\x7e]*$/.test(value)) throw malformed('Een ce-kopregel bevat tekens die gecodeerd moeten zijn (%XX).');
  const plain = /^".*"$/.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
  try {
    return decodeURIComponent(plain.replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25'));
  } catch {
    throw malformed('Een ce-kopregel is niet als UTF-8 te lezen.');
  }
}
