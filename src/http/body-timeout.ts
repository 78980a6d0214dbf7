import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BULK_PATH } from '#src/http/body-parsers';

/**
 * Cuts the connection of whoever takes longer than `limit` milliseconds to send a body. The bulk endpoint watches its
 * own: there only silence counts.
 */
export function registerBodyTimeout(fastify: FastifyInstance, limit: number): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (hasBody(request) && request.routeOptions.url !== BULK_PATH) {
      const timer = setTimeout(() => { request.raw.destroy(); }, limit);
      timers.set(request, timer);
      request.raw.once('close', () => { clearTimeout(timer); });
    }
    done();
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    clearTimeout(timers.get(request));
    done();
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
