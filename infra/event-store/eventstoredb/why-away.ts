import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { StoreRefusalCode } from '#infra/event-store/eventstoredb/refused';
import type { ServerSettings } from '#infra/event-store/eventstoredb/server-settings';

export type WhyAway = Extract<StoreRefusalCode, 'store-unreachable' | 'store-speaks-tls' | 'store-speaks-no-tls' | 'store-not-trusted'>;

type Host = ServerSettings['hosts'][number];

const PROBE_MS = 3_000;

/**
 * Why the server is away, as far as its door tells: the client calls nobody there, the other kind of connection and an
 * unknown certificate all by one name. Sends nothing but the beginning of a connection, no credentials.
 */
export async function whyAway({ hosts, tls, rootCertificate }: ServerSettings): Promise<WhyAway> {
  for (const host of hosts) {
    if (!await answers(host)) continue;
    if (!tls) return await handshake(host, null, false) === 'done' ? 'store-speaks-tls' : 'store-unreachable';
    const checked = await handshake(host, rootCertificate, true);
    if (checked === 'no-tls') return 'store-speaks-no-tls';
    return checked === 'failed' && await handshake(host, rootCertificate, false) === 'done' ? 'store-not-trusted' : 'store-unreachable';
  }
  return 'store-unreachable';
}

function answers({ address, port }: Host): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: bare(address), port, timeout: PROBE_MS });
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false));
  });
}

/** `failed` is also a server that hangs, or ends in this moment; `no-tls` has answered something else. */
function handshake({ address, port }: Host, ca: Buffer | null, rejectUnauthorized: boolean): Promise<'done' | 'no-tls' | 'failed'> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host: bare(address), port, rejectUnauthorized, ALPNProtocols: ['h2'], timeout: PROBE_MS,
      ...(isIP(bare(address)) === 0 ? { servername: address } : {}), ...(ca === null ? {} : { ca }),
    });
    const end = (outcome: 'done' | 'no-tls' | 'failed'): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('secureConnect', () => end('done')).once('timeout', () => end('failed')).once('close', () => end('failed'));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ERR_SSL_WRONG_VERSION_NUMBER' ? 'no-tls' : 'failed'));
  });
}

function bare(address: string): string {
  return address.replace(/^\[|\]$/g, '');
}
