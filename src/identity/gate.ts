import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refusal } from '#domain/ledger/refusals';
import { RefusalError } from '#src/http/refusal.error';
import { ROLE_TABLE, tableGaps, type EndpointRow } from '#src/identity/role-table';
import type { Tokens } from '#src/identity/tokens';
import type { Principal } from '#src/recording/principal';

/**
 * Stands before every route, before a body is read: who calls, of which organisation, and does the role table let them.
 * Returns a function to be called when all routes are registered; it throws when table and routes differ.
 */
export function installGate(fastify: FastifyInstance, tokens: () => Tokens, table: readonly EndpointRow[] = ROLE_TABLE): () => void {
  const rows = new Map(table.map((row) => [`${row.method} ${row.path}`, row]));
  const routes: { method: string; path: string }[] = [];

  fastify.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      // Fastify answers HEAD with the GET route itself.
      if (method !== 'HEAD') routes.push({ method, path: route.url });
    }
  });
  fastify.decorateRequest('principal', null);
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) return done();
    const row = rowOf(request, rows);
    // Start-up has compared routes and rows; a route without one is never open.
    if (row === undefined) return done(new RefusalError(refusal('forbidden', 'Dit mag niemand.')));
    if (row.roles === 'public') return done();
    const { authorization } = request.headers;
    const known = tokens().known(authorization);
    if (known !== undefined) return done(admit(request, known, row));
    tokens().verify(authorization).then(
      (outcome) => done(outcome.kind === 'done' ? admit(request, outcome.value, row) : new RefusalError(outcome.refusal)),
      (error: unknown) => done(error as Error),
    );
  });
  return () => {
    const gaps = tableGaps(routes, table);
    if (gaps.length > 0) throw new Error(gaps.join('; '));
  };
}

function rowOf(request: FastifyRequest, rows: ReadonlyMap<string, EndpointRow>): EndpointRow | undefined {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  return rows.get(`${method} ${request.routeOptions.url ?? ''}`);
}

function admit(request: FastifyRequest, principal: Principal, row: EndpointRow): RefusalError | undefined {
  if (!principal.roles.some((role) => row.roles.includes(role))) {
    return new RefusalError(refusal('forbidden', 'Met uw rol mag u dit niet.'));
  }
  request.principal = principal;
  return undefined;
}
