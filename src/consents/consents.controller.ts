import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ConsentStatusDto, type AskedSubjectDto } from '#src/consents/consent-status.dto';
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
    if ((question.dossier === undefined) === (question.dataSubject === undefined)) {
      throw invalid([{ code: 'field-invalid', path: '/dossier', detail: 'Noem het dossier of de persoon (dataSubject): een van de twee.' }]);
    }
    if (question.dataSubject !== undefined && question.subject !== undefined) {
      throw invalid([{ code: 'field-invalid', path: '/subject', detail: 'Dit veld hoort bij een dossier. De persoon staat al in dataSubject.' }]);
    }
    for (const [path, person] of [['/subject', question.subject], ['/dataSubject', question.dataSubject]] as const) {
      if (person !== undefined && !namesOnePerson(person)) {
        throw invalid([{ code: 'field-invalid', path, detail: 'Geef een BSN, of een systeem met een verwijzing.' }]);
      }
    }
    return valueOf(await this.queries.execute(new ConsentStatusAt(question, caller, minPosition(position))));
  }
}

function namesOnePerson({ bsn, system, reference }: AskedSubjectDto): boolean {
  return bsn !== undefined ? system === undefined && reference === undefined : system !== undefined && reference !== undefined;
}
