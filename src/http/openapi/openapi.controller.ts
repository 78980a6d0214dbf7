import { Controller, Get, Header } from '@nestjs/common';
import { openApiDocument } from '#src/http/openapi/document';

/** The description of the API, for everyone and for web pages of others too (Dutch API Design Rules). */
@Controller('v1')
export class OpenApiController {
  // Nothing of it depends on the ledger; made at start-up, so that a missing description is found there.
  readonly #document = Buffer.from(JSON.stringify(openApiDocument()));

  @Get('openapi.json')
  @Header('content-type', 'application/json')
  @Header('access-control-allow-origin', '*')
  @Header('cross-origin-resource-policy', 'cross-origin')
  document(): Buffer {
    return this.#document;
  }
}
