import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Json } from '#domain/ledger/event';
import { refusal } from '#domain/ledger/refusals';
import { fromBinaryMode, isBinaryMode } from '#src/events/binary-mode';
import { readFact } from '#src/events/read-fact';
import { recordBatch, statusOf, type BatchResult } from '#src/events/record-batch';
import { ReceiptOfEvent } from '#src/events/receipt-of-event.query';
import { BatchBody, JSON_TYPE, mediaType } from '#src/http/body-parsers';
import { RefusalError, valueOf } from '#src/http/refusal.error';
import { malformed } from '#src/http/strict-json';
import { Caller } from '#src/identity/caller.decorator';
import type { SourceTables } from '#src/mapping/source-tables';
import { SOURCE_TABLES } from '#src/mapping/source-tables.token';
import type { Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import { RecordFact } from '#src/recording/record-fact.command';

/** Where events come in: one CloudEvent (structured or binary) or a batch (api.md). */
@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(SOURCE_TABLES) private readonly tables: SourceTables,
  ) {}

  /** 201 with a receipt, 200 with the first receipt when known before; a batch 200 with a result per event. */
  @Post()
  async record(
    @Body() body: unknown, @Caller() sender: Principal,
    @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Receipt | { readonly results: readonly BatchResult[] }> {
    if (body instanceof BatchBody) {
      reply.status(200);
      return { results: await recordBatch(body.elements, sender, this.commands, this.tables) };
    }
    const fact = valueOf(readFact(cloudEventOf(request, body), this.tables));
    const receipt = valueOf(await this.commands.execute(new RecordFact(fact, sender)));
    reply.status(statusOf(receipt));
    return receipt;
  }

  @Get(':id/receipt')
  async receipt(@Param('id') id: string, @Caller() caller: Principal): Promise<Receipt> {
    return valueOf(await this.queries.execute(new ReceiptOfEvent(id, caller)));
  }
}

function cloudEventOf(request: FastifyRequest, body: unknown): Json | undefined {
  const type = mediaType(request.headers['content-type']);
  if (type === '') throw new RefusalError(refusal('unsupported-media-type', 'Zeg in de kopregel content-type in welke vorm u stuurt.'));
  if (type !== JSON_TYPE) return body as Json;
  if (!isBinaryMode(request.headers)) {
    throw malformed('Stuur een CloudEvent: als application/cloudevents+json, of als application/json met de ce-kopregels.');
  }
  return fromBinaryMode(request.headers, body);
}
