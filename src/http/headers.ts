import type { FastifyInstance, FastifyReply } from 'fastify';

export const API_VERSION = '1.0.0';

/** On every answer, errors included. HSTS is the business of the proxy that ends TLS. */
const HEADERS: Readonly<Record<string, string>> = {
  'api-version': API_VERSION,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
};

/** For a page with its style inside and nothing else. */
export const HTML_CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function registerHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    setHeaders(reply, request.id);
    done();
  });
}

export function setHeaders(reply: FastifyReply, requestId: string): void {
  reply.headers(HEADERS);
  reply.header('request-id', requestId);
}

/** The same, for answers written before there is a request (a broken HTTP message). */
export function rawHeaderLines(): string {
  return Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}\r\n`).join('');
}
