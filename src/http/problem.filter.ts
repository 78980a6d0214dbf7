import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusal, type Refusal, type RefusalCode } from '#domain/ledger/refusals';
import { reportFault } from '#src/http/fault-log';
import { PROBLEM_MEDIA_TYPE, problemOf, retryAfter } from '#src/http/problem';
import { RefusalError } from '#src/http/refusal.error';
import { allowedMethods } from '#src/http/routes';

/** The one place where anything that went wrong becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    sendProblem(http.getResponse<FastifyReply>(), request, error);
  }
}

export function sendProblem(reply: FastifyReply, request: FastifyRequest, error: unknown): void {
  if (reply.sent) return;
  const refused = refusalOf(error, request, reply);
  const wait = retryAfter(refused);
  if (wait !== null) reply.header('retry-after', String(wait));
  if (refused.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="rekenschap"');
  const problem = problemOf(refused);
  reply.status(problem.status).header('content-type', PROBLEM_MEDIA_TYPE)
    // Bytes: to a string Fastify adds a charset that JSON does not have.
    .send(Buffer.from(JSON.stringify(problem)));
}

function refusalOf(error: unknown, request: FastifyRequest, reply: FastifyReply): Refusal {
  if (error instanceof RefusalError) return error.refusal;
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status === 404) return unknownPath(request, reply);
  if (status !== null && status >= 400 && status < 500) return refusal(codeOf(status), detailOf(status));
  reportFault(error, request.id);
  return refusal('internal-error', 'Het verzoek is niet verwerkt. Meld het request-id bij beheer.');
}

/** Errors of Fastify itself carry a status; nothing of their message goes out. */
function statusOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}

function unknownPath(request: FastifyRequest, reply: FastifyReply): Refusal {
  const allowed = allowedMethods(request.url);
  if (allowed.length === 0) return refusal('not-found', 'Op dit adres is niets.');
  reply.header('allow', allowed.join(', '));
  return refusal('method-not-allowed', `Op dit adres kan alleen: ${allowed.join(', ')}.`);
}

function codeOf(status: number): RefusalCode {
  switch (status) {
    case 401: return 'unauthenticated';
    case 403: return 'forbidden';
    case 405: return 'method-not-allowed';
    case 406: return 'not-acceptable';
    case 413: return 'too-large';
    case 415: return 'unsupported-media-type';
    default: return 'malformed';
  }
}

function detailOf(status: number): string {
  switch (status) {
    case 413: return 'Het bericht is groter dan hier mag.';
    case 415: return 'Stuur JSON of een CloudEvent in JSON en zeg dat in de kopregel content-type.';
    default: return 'Het verzoek klopt niet en is niet verwerkt.';
  }
}
