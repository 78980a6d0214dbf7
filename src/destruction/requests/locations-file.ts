import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { WebhookReceiver } from '#infra/webhook/port';
import { ConfigurationError } from '#src/composition/config';

/** One place outside the ledger that is asked to destroy its copy. */
export interface LocationSettings {
  /** The code by which `dossier-located` names it. */
  readonly system: string;
  /** As lists and certificates name it. */
  readonly name: string;
  readonly mode: 'notify' | 'confirm';
  /** CloudEvents source that confirms for it; null: a named person does. */
  readonly source: string | null;
  /** Null: paper, a share: a person is asked, no system. */
  readonly receiver: WebhookReceiver | null;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} .,()/-]{1,79}$/u;
const SECRET_BYTES_MIN = 24;
const FIELDS = new Set(['system', 'name', 'mode', 'source', 'url', 'secretFile']);

/**
 * Reads REKENSCHAP_LOCATIONS: `{allowedHosts: [], locations: [{system, name, mode, source?, url?, secretFile?}]}`. Only
 * https to an allowed host; `loopback`: http to this machine too. Throws ConfigurationError, a Dutch sentence.
 */
export function readLocations(file: string, options: { readonly loopback: boolean }): readonly LocationSettings[] {
  const found = jsonOf(file);
  if (!isObject(found) || !Array.isArray(found['locations']) || !isTexts(found['allowedHosts'] ?? [])) {
    throw new ConfigurationError('REKENSCHAP_LOCATIONS: het bestand moet "locations" bevatten, en "allowedHosts" als een lijst van namen.');
  }
  const hosts = new Set((found['allowedHosts'] as readonly string[] | undefined ?? []).map((host) => host.toLowerCase()));
  const locations = found['locations'].map((each: unknown, index) => locationOf(each, index + 1, hosts, dirname(file), options.loopback));
  for (const key of ['system', 'name'] as const) {
    if (new Set(locations.map((location) => location[key])).size < locations.length) throw new ConfigurationError(`REKENSCHAP_LOCATIONS: twee locaties hebben dezelfde "${key}".`);
  }
  return locations;
}

function locationOf(entry: unknown, n: number, hosts: ReadonlySet<string>, folder: string, loopback: boolean): LocationSettings {
  const wrong = (what: string): ConfigurationError => new ConfigurationError(`REKENSCHAP_LOCATIONS: locatie ${n}: ${what}`);
  if (!isObject(entry)) throw wrong('dit is geen object.');
  if (Object.keys(entry).some((field) => !FIELDS.has(field))) throw wrong(`alleen deze velden mogen: ${[...FIELDS].join(', ')}.`);
  const { system, name, mode, source, url, secretFile } = entry;
  if (typeof system !== 'string' || system === '') throw wrong('"system" ontbreekt.');
  if (typeof name !== 'string' || !NAME.test(name)) throw wrong('"name" is een naam van 2 tot 80 tekens.');
  if (mode !== 'notify' && mode !== 'confirm') throw wrong('"mode" is "notify" of "confirm".');
  if (source !== undefined && (typeof source !== 'string' || !source.startsWith('urn:nld:oin:'))) throw wrong('"source" is een bron zoals urn:nld:oin:…:systeem:….');
  if (url === undefined) {
    if (mode === 'notify') throw wrong('zonder "url" valt er niets te melden.');
    return { system, name, mode, source: source ?? null, receiver: null };
  }
  if (typeof url !== 'string' || typeof secretFile !== 'string') throw wrong('"url" en "secretFile" horen bij elkaar.');
  return { system, name, mode, source: source ?? null, receiver: { url: urlOf(url, hosts, loopback, wrong), secret: secretOf(resolve(folder, secretFile), wrong) } };
}

function urlOf(text: string, hosts: ReadonlySet<string>, loopback: boolean, wrong: (what: string) => Error): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') throw wrong('"url" is geen adres zonder aanmeldgegevens.');
  const here = loopback && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && here)) throw wrong('"url" moet met https beginnen.');
  if (!hosts.has(url.hostname.toLowerCase())) throw wrong('de naam in "url" staat niet bij "allowedHosts".');
  return url;
}

/** Plain bytes, or the text form of Standard Webhooks (`whsec_` and base64). */
function secretOf(file: string, wrong: (what: string) => Error): Uint8Array {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw wrong('"secretFile" is niet te lezen.');
  }
  const text = bytes.toString('latin1').trim();
  const secret = text.startsWith('whsec_') ? Buffer.from(text.slice(6), 'base64') : bytes;
  if (secret.length < SECRET_BYTES_MIN) throw wrong(`het geheim in "secretFile" is korter dan ${SECRET_BYTES_MIN} bytes.`);
  return secret;
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    throw new ConfigurationError('REKENSCHAP_LOCATIONS wijst naar een bestand dat er niet is, of dat geen geldige JSON bevat.');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
