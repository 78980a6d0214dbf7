import { createHmac } from 'node:crypto';
import { lookup as resolveName } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Delivery, DeliveryFailure, WebhookMessage, WebhookReceiver } from '#infra/webhook/port';

export interface WebhookLimits {
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
  /** Only where a test or a demonstration has its receivers on this machine. */
  readonly loopback: boolean;
}

export const WEBHOOK_LIMITS: WebhookLimits = { timeoutMs: 15_000, answerBytesMax: 64 * 1024, loopback: false };

/** Never a receiver: this network's own services and whatever is no single machine. */
const FORBIDDEN = new BlockList();
for (const [net, bits, family] of [
  ['0.0.0.0', 8, 'ipv4'], ['169.254.0.0', 16, 'ipv4'], ['224.0.0.0', 4, 'ipv4'], ['240.0.0.0', 4, 'ipv4'],
  ['::', 128, 'ipv6'], ['fe80::', 10, 'ipv6'], ['ff00::', 8, 'ipv6'], ['fd00:ec2::', 32, 'ipv6'],
] as const) FORBIDDEN.addSubnet(net, bits, family);

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addSubnet('::1', 128, 'ipv6');

/**
 * Posts one signed message (standardwebhooks.com, v1: HMAC-SHA-256 over id, timestamp and body). The name is resolved
 * once and the connection goes to that very address; redirects are not followed; the answer's status counts and
 * nothing in it is read. Never rejects.
 */
export async function postWebhook({ url, secret }: WebhookReceiver, message: WebhookMessage, now: Date, limits: WebhookLimits = WEBHOOK_LIMITS): Promise<Delivery> {
  const address = await addressOf(url, limits);
  if (typeof address === 'string') return { kind: 'failed', why: address };
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const signature = createHmac('sha256', secret).update(`${message.id}.${timestamp}.${message.body}`, 'utf8').digest('base64');
  const body = Buffer.from(message.body, 'utf8');
  const pinned: LookupFunction = (_name, options, callback) => {
    if (options.all === true) callback(null, [address]);
    else callback(null, address.address, address.family);
  };
  const signal = AbortSignal.timeout(limits.timeoutMs);
  return new Promise((resolve) => {
    const failed = (why: DeliveryFailure): void => { resolve({ kind: 'failed', why }); };
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'POST', lookup: pinned, agent: false, signal, maxHeaderSize: 16 * 1024,
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8', 'content-length': body.length,
        'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}`,
      },
    });
    request.on('error', (error) => { failed(failureOf(error, signal)); });
    request.on('response', (response) => { drain(response, limits.answerBytesMax, signal, resolve, () => { request.destroy(); }); });
    request.end(body);
  });
}

/** Read to its end, or to its limit: a receiver that never stops gets no success. */
function drain(response: IncomingMessage, bytesMax: number, signal: AbortSignal, resolve: (delivery: Delivery) => void, stop: () => void): void {
  let bytes = 0;
  response.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes <= bytesMax) return;
    resolve({ kind: 'failed', why: 'answer-too-large' });
    stop();
  });
  response.on('error', (error) => { resolve({ kind: 'failed', why: failureOf(error, signal) }); });
  response.on('close', () => { if (!response.complete) resolve({ kind: 'failed', why: signal.aborted ? 'timed-out' : 'unreachable' }); });
  response.on('end', () => { resolve(deliveryOf(response.statusCode ?? 0)); });
}

function deliveryOf(status: number): Delivery {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  return { kind: 'failed', why: status >= 300 && status < 400 ? 'redirected' : status >= 400 && status < 500 ? 'refused' : 'failed-there' };
}

async function addressOf(url: URL, { loopback }: WebhookLimits): Promise<{ readonly address: string; readonly family: 4 | 6 } | DeliveryFailure> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  let found: { readonly address: string; readonly family: number };
  try {
    found = isIP(host) === 0 ? await resolveName(host) : { address: host, family: isIP(host) };
  } catch {
    return 'name-not-found';
  }
  const family = found.family === 6 ? 6 : 4;
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  const own = LOOPBACK.check(found.address, kind);
  if (FORBIDDEN.check(found.address, kind) || (own && !loopback) || (url.protocol !== 'https:' && !(own && loopback))) return 'address-not-allowed';
  return { address: found.address, family };
}

function failureOf(error: unknown, signal: AbortSignal): DeliveryFailure {
  if (signal.aborted) return 'timed-out';
  const { code = '' } = error as { readonly code?: string };
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code) ? 'not-trusted' : 'unreachable';
}
