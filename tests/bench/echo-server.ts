import { fastify } from 'fastify';
import { compiledFieldErrors } from '#src/events/compiled-fields';
import { classValidatorErrors } from '#src/events/field-errors';
import { validateEventData } from '#src/events/validation';

// node echo-server.ts class-validator|compiled: what one process can answer with the same body, checked against the
// same DTO, and nothing kept. By class-validator out of its decorators, or by what the service generates out of them.
const fieldErrors = process.argv[2] === 'compiled' ? compiledFieldErrors : classValidatorErrors;
const server = fastify({ logger: false });
server.addContentTypeParser('application/cloudevents+json', { parseAs: 'string' }, (_request, body, done) => {
  done(null, JSON.parse(body as string));
});
server.post('/v1/events', (request, reply) => {
  const event = request.body as { readonly type: string; readonly data: unknown };
  const validated = validateEventData(event.type.slice('nl.overheid.sociaaldomein.'.length), event.data, {}, fieldErrors);
  return reply.code(validated.ok ? 201 : 400).send(validated.ok ? event : validated.errors);
});
const url = await server.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ url })}\n`);
process.once('SIGTERM', () => void server.close());
