import { EVENT_TYPE_PREFIX, isSentEventType } from '#domain/catalogue';
import { holdsBsn } from '#domain/dossier/bsn';
import type { Json } from '#domain/ledger/event';
import type { FieldError, RefusalCode } from '#domain/ledger/refusals';
import { isMoment } from '#src/events/dto/fields';
import { isSource } from '#src/identity/tokens';

/** A CloudEvent's context and data (CloudEvents 1.0, NL GOV profile), transport mode gone. */
export interface Envelope {
  /** Without the reverse-DNS prefix. */
  readonly type: string;
  readonly source: string;
  readonly id: string;
  readonly time?: string;
  /** Extension `importbatch`: the first load that it says it belongs to. */
  readonly importBatch?: string;
  readonly data: { readonly [name: string]: Json };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const EXTENSION_NAME = /^[a-z0-9]{1,20}$/;
const TEXT_MAX = 256;
/** CloudEvents forbids control characters and what Unicode calls noncharacters in attribute values. */
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;
const KNOWN = new Set(['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'dataschema', 'subject', 'data', 'data_base64']);

export type EnvelopeResult =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Checks a CloudEvent in its JSON form; all errors at once, paths are JSON Pointers into it, nothing is echoed. */
export function readEnvelope(sent: Json | undefined): EnvelopeResult {
  if (sent === null || typeof sent !== 'object' || Array.isArray(sent)) {
    return { ok: false, errors: [fault('', 'Een gebeurtenis is een JSON-object.', 'malformed')] };
  }
  const event = sent as { readonly [name: string]: Json };
  const errors: FieldError[] = [];
  if (event['specversion'] !== '1.0') errors.push(fault('/specversion', 'Dit veld moet "1.0" zijn.'));
  errors.push(
    ...idErrors(event['id']), ...sourceErrors(event['source']), ...typeErrors(event['type']),
    ...timeErrors(event['time'] ?? undefined), ...contentTypeErrors(event['datacontenttype'] ?? undefined),
    ...optionalText(event['subject'] ?? undefined, '/subject'), ...optionalText(event['dataschema'] ?? undefined, '/dataschema'),
  );
  for (const name of Object.keys(event)) if (!KNOWN.has(name)) errors.push(...extensionErrors(name, event[name]!));
  errors.push(...dataErrors(event));
  if (errors.length > 0) return { ok: false, errors };
  const time = event['time'] as string | null | undefined;
  const importBatch = event['importbatch'];
  return {
    ok: true,
    envelope: {
      type: (event['type'] as string).slice(EVENT_TYPE_PREFIX.length),
      source: event['source'] as string,
      id: event['id'] as string,
      ...(time === undefined || time === null ? {} : { time }),
      ...(typeof importBatch === 'string' && importBatch !== '' ? { importBatch } : {}),
      data: event['data'] as Envelope['data'],
    },
  };
}

function idErrors(id: Json | undefined): FieldError[] {
  if (typeof id !== 'string' || id.length < 1 || id.length > TEXT_MAX || FORBIDDEN.test(id)) {
    return [fault('/id', `Geef elke gebeurtenis een eigen id van 1 tot ${TEXT_MAX} tekens.`)];
  }
  // No number of nine digits fits between the hyphens of a UUID.
  return UUID.test(id) ? [] : bsnErrors(id, '/id');
}

/** The few that all events come from: looking at one again would cost more than the rest of the envelope. */
const goodSources = new Set<string>();
const SOURCES_KEPT = 1_000;

function sourceErrors(source: Json | undefined): FieldError[] {
  if (typeof source === 'string' && goodSources.has(source)) return [];
  if (typeof source !== 'string' || !isSource(source)) {
    return [fault('/source', 'De bron heeft de vorm urn:nld:oin:<20 cijfers>:systeem:<naam>.')];
  }
  const errors = bsnErrors(source, '/source');
  if (errors.length === 0 && goodSources.size < SOURCES_KEPT) goodSources.add(source);
  return errors;
}

function typeErrors(type: Json | undefined): FieldError[] {
  if (typeof type !== 'string' || !type.startsWith(EVENT_TYPE_PREFIX) || !isSentEventType(type.slice(EVENT_TYPE_PREFIX.length))) {
    return [fault('/type', `Het soort gebeurtenis begint met ${EVENT_TYPE_PREFIX} en daarna de naam uit de catalogus.`, 'unknown-event-type')];
  }
  return [];
}

function timeErrors(time: Json | undefined): FieldError[] {
  if (time === undefined || (typeof time === 'string' && isMoment(time))) return [];
  return [fault('/time', 'Een tijdstip heeft de vorm 2026-01-31T09:30:00+01:00.')];
}

function contentTypeErrors(type: Json | undefined): FieldError[] {
  if (type === undefined || (typeof type === 'string' && /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i.test(type))) return [];
  return [fault('/datacontenttype', 'De gegevens van een gebeurtenis zijn application/json.')];
}

function extensionErrors(name: string, value: Json): FieldError[] {
  if (!EXTENSION_NAME.test(name)) return [fault(`/${name}`, 'Dit veld hoort niet in een CloudEvent.', 'unknown-field')];
  if (value === null || typeof value === 'boolean' || Number.isInteger(value)) return [];
  return optionalText(value, `/${name}`);
}

function optionalText(value: Json | undefined, path: string): FieldError[] {
  if (value === undefined) return [];
  if (typeof value !== 'string' || value.length > TEXT_MAX || FORBIDDEN.test(value)) {
    return [fault(path, `Dit veld is een tekst van ten hoogste ${TEXT_MAX} tekens.`)];
  }
  return bsnErrors(value, path);
}

function dataErrors(event: { readonly [name: string]: Json }): FieldError[] {
  if (event['data_base64'] !== undefined) return [fault('/data_base64', 'Stuur de gegevens als JSON in data.')];
  const data = event['data'];
  if (data === undefined || data === null || typeof data !== 'object' || Array.isArray(data)) {
    return [fault('/data', 'De gegevens zijn een JSON-object.')];
  }
  return [];
}

/** Context attributes travel through logs of others: no BSN in them (NL GOV profile). */
function bsnErrors(text: string, path: string): FieldError[] {
  return holdsBsn(text)
    ? [fault(path, 'Hier staat een burgerservicenummer. Gebruik een eigen kenmerk.', 'bsn-not-allowed')] : [];
}

function fault(path: string, detail: string, code: RefusalCode = 'field-invalid'): FieldError {
  return { code, path, detail };
}
