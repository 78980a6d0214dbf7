import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '#src/recording/principal';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the gate for every route that is not public. */
    principal: Principal | null;
  }
}

/** `@Caller() caller: Principal` of a controller's method: who the checked token says is calling. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (principal === null) throw new Error('a public endpoint asked who is calling');
  return principal;
});
