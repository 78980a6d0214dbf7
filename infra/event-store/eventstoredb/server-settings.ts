import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

export interface ServerSettings {
  readonly hosts: readonly { readonly address: string; readonly port: number }[];
  /** One DNS name that stands for all nodes. */
  readonly discover: boolean;
  readonly tls: boolean;
  readonly rootCertificate: Buffer | null;
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** Addresses of the administration interface of every node that holds a copy: each scavenges for itself. */
  readonly nodes: readonly string[];
}

/** The connection string says something that cannot be used; the message is a Dutch sentence without what was in it. */
export class ServerSettingsError extends Error {
  override readonly name = 'ServerSettingsError';
}

const KNOWN = new Set(['tls', 'tlsCAFile', 'nodes']);

/**
 * Reads `esdb://user:password@host:2113,host2:2113?tls=true&tlsCAFile=…&nodes=https://host:2113,…` (or `esdb+discover://`
 * with one name). `nodes` is ours; left out: the hosts. Throws ServerSettingsError.
 */
export function serverSettings(text: string): ServerSettings {
  const match = /^(esdb(?:\+discover)?):\/\/(?:([^:@/]+):([^@/]+)@)?([^@/?]+)\/?(?:\?(.*))?$/.exec(text.trim());
  if (match === null) throw new ServerSettingsError('REKENSCHAP_STORE is geen verbindingsregel zoals esdb://naam:wachtwoord@server:2113?tls=true.');
  const [, scheme, username, password, hostList = '', query = ''] = match;
  const hosts = hostList.split(',').map(host);
  const discover = scheme === 'esdb+discover';
  if (discover && hosts.length > 1) throw new ServerSettingsError('REKENSCHAP_STORE: met esdb+discover hoort één naam.');
  const options = new URLSearchParams(query);
  for (const name of options.keys()) {
    if (!KNOWN.has(name)) throw new ServerSettingsError('REKENSCHAP_STORE: alleen tls, tlsCAFile en nodes kunnen achter het vraagteken staan.');
  }
  const tls = options.get('tls') ?? 'true';
  if (tls !== 'true' && tls !== 'false') throw new ServerSettingsError('REKENSCHAP_STORE: tls is true of false.');
  // The client passes the address as a server name, which Node refuses for an IP address (measured).
  if (tls === 'true' && hosts.some(({ address }) => isIP(address.replace(/^\[|\]$/g, '')) !== 0)) {
    throw new ServerSettingsError('REKENSCHAP_STORE: met TLS hoort een naam, geen IP-adres. Een verbinding met TLS naar een IP-adres lukt niet.');
  }
  const nodes = options.get('nodes')?.split(',') ?? hosts.map(({ address, port }) => `${tls === 'true' ? 'https' : 'http'}://${address}:${port}`);
  const protocol = tls === 'true' ? 'https:' : 'http:';
  for (const node of nodes) {
    if (!URL.canParse(node) || new URL(node).protocol !== protocol) throw new ServerSettingsError(`REKENSCHAP_STORE: nodes zijn adressen zoals ${protocol}//server1:2113, met komma's ertussen.`);
  }
  return {
    hosts, discover, tls: tls === 'true', nodes,
    rootCertificate: rootCertificate(options.get('tlsCAFile')),
    credentials: username === undefined || password === undefined ? null : { username: decoded(username), password: decoded(password) },
  };
}

function host(text: string): { address: string; port: number } {
  const match = /^([A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\])(?::([0-9]{1,5}))?$/.exec(text.trim());
  const port = Number(match?.[2] ?? 2113);
  if (match === null || port < 1 || port > 65_535) throw new ServerSettingsError('REKENSCHAP_STORE: een adres is geen server:poort.');
  return { address: match[1]!, port };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServerSettingsError('REKENSCHAP_STORE: een % in naam of wachtwoord wordt als %25 geschreven.');
  }
}

function rootCertificate(file: string | null): Buffer | null {
  if (file === null) return null;
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new ServerSettingsError('REKENSCHAP_STORE: het bestand van tlsCAFile is niet te lezen.');
  }
  try {
    new X509Certificate(bytes);
    return bytes;
  } catch {
    throw new ServerSettingsError('REKENSCHAP_STORE: in het bestand van tlsCAFile staat niet de TLS-sleutel van een uitgever (PEM).');
  }
}
