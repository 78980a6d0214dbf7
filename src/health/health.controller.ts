import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { metricsText } from '#src/health/metrics';
import { readinessOf, type Readiness } from '#src/health/readiness';

@Controller()
export class HealthController {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  /** The process answers; it says nothing about the ledger. */
  @Get('health/live')
  live(): { readonly status: 'live' } {
    return { status: 'live' };
  }

  /** 503 with the reasons while something must not be relied on. */
  @Get('health/ready')
  ready(@Res({ passthrough: true }) reply: FastifyReply): Readiness {
    const readiness = readinessOf(this.ledger);
    if (readiness.status !== 'ready') reply.status(503).header('retry-after', '5');
    return readiness;
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): string {
    return metricsText(this.ledger);
  }
}
