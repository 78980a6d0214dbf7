import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { refusal } from '#domain/ledger/refusals';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { registerBodyParsers } from '#src/http/body-parsers';
import { registerBodyTimeout } from '#src/http/body-timeout';
import { rawHeaderLines, registerHeaders, setHeaders } from '#src/http/headers';
import { BODY_MAX, CONNECTION_IDLE, KEEP_ALIVE, PARAMETER_LENGTH_MAX, REQUEST_TIMEOUT } from '#src/http/limits';
import { PROBLEM_MEDIA_TYPE, problemOf } from '#src/http/problem';
import { ProblemFilter, sendProblem } from '#src/http/problem.filter';
import { installGate } from '#src/identity/gate';
import { issuersOf } from '#src/identity/issuers';
import { Tokens } from '#src/identity/tokens';

/**
 * The HTTP application over a root module that provides LEDGER: initialised, not yet listening. Throws when the role
 * table and the routes differ, or when the root module cannot be built.
 */
export async function createApplication(rootModule: Type | Parameters<typeof NestFactory.create>[0]): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: BODY_MAX,
    // A bulk message may take hours; every other body is watched by registerBodyTimeout.
    requestTimeout: 0,
    connectionTimeout: CONNECTION_IDLE,
    keepAliveTimeout: KEEP_ALIVE,
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX, ignoreTrailingSlash: false, caseSensitive: true },
    skipMiddie: true,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      setHeaders(reply, request.id);
      sendProblem(reply, request, error);
    },
    clientErrorHandler: (_error: unknown, socket: Socket) => answerBrokenMessage(socket),
  });
  const fastify = adapter.getInstance();
  registerHeaders(fastify);
  let tokens: Tokens | null = null;
  const assertTableComplete = installGate(fastify, () => {
    if (tokens === null) throw new Error('a request came in before the application was ready');
    return tokens;
  });
  const application = await NestFactory.create<NestFastifyApplication>(rootModule, adapter, {
    bodyParser: false, logger: ['error', 'warn'], abortOnError: false,
  });
  registerBodyTimeout(fastify, REQUEST_TIMEOUT);
  registerBodyParsers(fastify);
  application.useGlobalFilters(new ProblemFilter());
  const ledger = application.get<Ledger>(LEDGER, { strict: false });
  tokens = new Tokens(ledger.config.oin, issuersOf(ledger.config, ledger.keys.token), ledger.clock);
  await application.init();
  assertTableComplete();
  await fastify.ready();
  return application;
}

/** Bytes that are no HTTP: there is no request to answer, only a socket. */
function answerBrokenMessage(socket: Socket): void {
  if (!socket.writable) return;
  const body = JSON.stringify(problemOf(refusal('malformed', 'Dit is geen geldig HTTP-bericht.')));
  socket.end(`HTTP/1.1 400 Bad Request\r\n${rawHeaderLines()}content-type: ${PROBLEM_MEDIA_TYPE}\r\n`
    + `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
