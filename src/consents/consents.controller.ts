import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ConsentStatusDto } from '#src/consents/consent-status.dto';
import { ConsentStatusAt, type ConsentStatusAnswer } from '#src/consents/consent-status.query';
import { minPosition } from '#src/http/min-position';
import { valueOf } from '#src/http/refusal.error';
import { invalid, validBody } from '#src/http/valid-body';
import { Caller } from '#src/identity/caller.decorator';
import type { Principal } from '#src/recording/principal';

/** Questions about consent; a POST, since nothing personal belongs in a URL. */
@Controller('v1/consents')
export class ConsentsController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Post('_status')
  @HttpCode(200)
  async status(
    @Body() body: unknown, @Caller() caller: Principal, @Headers('rekenschap-min-position') position: string | undefined,
  ): Promise<ConsentStatusAnswer> {
    const question = validBody(ConsentStatusDto, body);
    if (question.recipient.organisation === undefined && question.recipient.kind === undefined) {
      throw invalid([{ code: 'field-invalid', path: '/recipient', detail: 'Noem de organisatie of het soort ontvanger.' }]);
    }
    if (question.subject !== undefined && !namesOnePerson(question.subject)) {
      throw invalid([{ code: 'field-invalid', path: '/subject', detail: 'Geef een BSN, of een systeem met een verwijzing.' }]);
    }
    return valueOf(await this.queries.execute(new ConsentStatusAt(question, caller, minPosition(position))));
  }
}

function namesOnePerson({ bsn, system, reference }: NonNullable<ConsentStatusDto['subject']>): boolean {
  return bsn !== undefined ? system === undefined && reference === undefined : system !== undefined && reference !== undefined;
}
