import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import { BulkAnswer } from '#src/events/bulk/bulk-answer';
import { BulkIntake } from '#src/events/bulk/bulk-intake';
import { NdjsonLines } from '#src/events/bulk/ndjson-lines';
import { chunksOf, type Chunk } from '#src/events/bulk/chunks';
import { NdjsonBody } from '#src/http/body-parsers';
import { EVENT_BODY_MAX } from '#src/http/limits';
import { RefusalError } from '#src/http/refusal.error';
import { Caller } from '#src/identity/caller.decorator';
import { tokenEnd } from '#src/identity/token-end';
import type { Principal } from '#src/recording/principal';

/** Events in any number: NDJSON of structured CloudEvents, read as fast as the ledger records and no faster. */
@Controller('v1/events/_bulk')
export class BulkController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  /** 200 with counts and the lines that failed; with `Prefer: return=representation` a line of NDJSON per line sent. */
  @Post()
  async record(@Caller() sender: Principal, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { body } = request;
    if (!(body instanceof NdjsonBody)) {
      throw new RefusalError(refusal('unsupported-media-type', 'Stuur hier NDJSON: een CloudEvent per regel, als application/x-ndjson.'));
    }
    reply.hijack();
    const answer = new BulkAnswer(request, reply);
    const intake = new BulkIntake(this.commands, sender, answer.perLine, this.ledger.sources);
    const until = tokenEnd(request.headers.authorization);
    try {
      const stopped = await this.#read(body, intake, answer, until);
      await intake.finished();
      await answer.finish(intake.counts(), stopped ?? intake.stopped);
    } catch (error) {
      // Whoever takes in the lines has told everything that can be told; what came whole is recorded.
      await intake.finished().catch(() => undefined);
      answer.fail(error);
    }
  }

  /** Reads to the end, or until something stops it; answers what did. */
  async #read(body: NdjsonBody, intake: BulkIntake, answer: BulkAnswer, until: number): Promise<Refusal | null> {
    const lines = new NdjsonLines(EVENT_BODY_MAX);
    for await (const chunk of chunksOf(body.stream)) {
      if (typeof chunk === 'string') return CHUNK_REFUSALS[chunk];
      for (const line of lines.take(chunk)) {
        intake.take(line);
        if (intake.isFull) await intake.room();
      }
      if (intake.stopped !== null) return intake.stopped;
      if (Math.floor(this.ledger.clock.now().epochMilliseconds / 1_000) >= until) return EXPIRED;
      if (!await answer.mayGoOn()) return CHUNK_REFUSALS.idle;
    }
    const rest = lines.rest();
    if (rest !== null) intake.take(rest);
    return null;
  }
}

const EXPIRED = refusal('unauthenticated', 'Het token is onderweg verlopen. Wat al binnen was, is vastgelegd. Stuur alles opnieuw met een nieuw token; dubbel sturen kan geen kwaad.');
const CHUNK_REFUSALS: Readonly<Record<Extract<Chunk, string>, Refusal>> = {
  idle: refusal('malformed', 'Er kwam te lang niets. Wat al binnen was, is vastgelegd. Stuur alles opnieuw; dubbel sturen kan geen kwaad.'),
  aborted: refusal('malformed', 'De verbinding is verbroken.'),
};
