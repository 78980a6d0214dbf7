import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BULK_PATH } from '#src/http/body-parsers';

/**
 * Cuts the connection of whoever takes longer than `limit` milliseconds to send a body. The bulk endpoint watches its
 * own: there only silence counts.
 */
export function registerBodyTimeout(fastify: FastifyInstance, limit: number): void {
  // In order of arrival, so of their end. One look now and then costs less than a timer for every request.
  const arriving = new Map<FastifyRequest, number>();
  const look = setInterval(() => {
    const now = performance.now();
    for (const [request, since] of arriving) {
      if (now - since < limit) break;
      arriving.delete(request);
      request.raw.destroy();
    }
  }, limit / 10).unref();
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (hasBody(request) && request.routeOptions.url !== BULK_PATH) arriving.set(request, performance.now());
    done();
  });
  for (const arrived of ['preValidation', 'onResponse'] as const) {
    fastify.addHook(arrived, (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
      arriving.delete(request);
      done();
    });
  }
  fastify.addHook('onClose', (_instance, done) => {
    clearInterval(look);
    done();
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
