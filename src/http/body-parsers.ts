import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { refusal } from '#domain/ledger/refusals';
import { BATCH_BODY_MAX, BATCH_EVENTS_MAX, BODY_MAX, EVENT_BODY_MAX } from '#src/http/limits';
import { RefusalError } from '#src/http/refusal.error';
import { parseStrictBatch, parseStrictJson, tooLarge, type BatchElement } from '#src/http/strict-json';

export const STRUCTURED = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';
export const JSON_TYPE = 'application/json';
export const NDJSON = 'application/x-ndjson';
const EVENTS_PATH = '/v1/events';
export const BULK_PATH = '/v1/events/_bulk';

/** A CloudEvents batch as read: a class of its own, so that a plain JSON array is never taken for one. */
export class BatchBody {
  constructor(readonly elements: readonly BatchElement[]) {}
}

/** A body of any length that is read while it comes in. */
export class NdjsonBody {
  constructor(readonly stream: IncomingMessage) {}
}

/** Replaces Fastify's own parsers: only JSON in UTF-8, strictly read; CloudEvents only where events come in. */
export function registerBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  register(fastify, JSON_TYPE, BODY_MAX, (request, bytes) => {
    if (request.routeOptions.url === EVENTS_PATH && bytes.length > EVENT_BODY_MAX) throw new RefusalError(tooLarge(EVENT_BODY_MAX));
    return bytes.length === 0 ? undefined : parseStrictJson(bytes);
  });
  register(fastify, STRUCTURED, EVENT_BODY_MAX, (request, bytes) => {
    onlyForEvents(request);
    return parseStrictJson(bytes);
  });
  register(fastify, BATCH, BATCH_BODY_MAX, (request, bytes) => {
    onlyForEvents(request);
    return new BatchBody(parseStrictBatch(bytes, BATCH_EVENTS_MAX, EVENT_BODY_MAX));
  });
  fastify.addContentTypeParser(NDJSON, (request, stream, done) => {
    try {
      refuseOtherEncodings(request);
      if (request.routeOptions.url !== BULK_PATH) throw unsupported('NDJSON hoort bij POST /v1/events/_bulk.');
      done(null, new NdjsonBody(stream as IncomingMessage));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Media type of a content-type header, lower case, without parameters. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

function register(
  fastify: FastifyInstance, contentType: string, bodyLimit: number, read: (request: FastifyRequest, bytes: Buffer) => unknown,
): void {
  fastify.addContentTypeParser(contentType, { parseAs: 'buffer', bodyLimit }, (request, bytes, done) => {
    try {
      refuseOtherEncodings(request);
      done(null, read(request, bytes as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function refuseOtherEncodings(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw unsupported('Stuur het bericht zonder compressie (content-encoding).');
  }
  const contentType = request.headers['content-type'] ?? '';
  const charset = /;\s*charset\s*=\s*("?)([^";\s]*)\1/i.exec(contentType);
  if (charset !== null && charset[2]!.toLowerCase() !== 'utf-8') throw unsupported('De tekens moeten in UTF-8 staan (charset).');
}

function onlyForEvents(request: FastifyRequest): void {
  if (request.routeOptions.url !== EVENTS_PATH) throw unsupported('CloudEvents horen bij POST /v1/events.');
}

function unsupported(detail: string): RefusalError {
  return new RefusalError(refusal('unsupported-media-type', detail));
}
