import { Controller, Get, Header, Inject } from '@nestjs/common';
import type { Ledger } from '#src/composition/ledger';
import { LEDGER } from '#src/composition/ledger.token';
import { openApiDocument } from '#src/http/openapi/document';
import { ROLE_TABLE } from '#src/identity/role-table';

/** The description of the API, for everyone and for web pages of others too (Dutch API Design Rules). */
@Controller('v1')
export class OpenApiController {
  // Made at start-up, so that a missing description is found there.
  readonly #document: Buffer;

  constructor(@Inject(LEDGER) { config }: Ledger) {
    this.#document = Buffer.from(JSON.stringify(openApiDocument(ROLE_TABLE, config.apiContact)));
  }

  @Get('openapi.json')
  @Header('content-type', 'application/json')
  @Header('access-control-allow-origin', '*')
  @Header('cross-origin-resource-policy', 'cross-origin')
  document(): Buffer {
    return this.#document;
  }
}
