import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { refusal } from '#domain/ledger/refusals';
import { certificateDocument } from '#infra/rendering/certificate-document';
import type { PdfRenderer } from '#infra/rendering/pdf-renderer';
import { certificateHash } from '#src/destruction/certificate-signature';
import { etagOf, requiredVersion } from '#src/destruction/http/if-match';
import {
  ActOnDestructionList, CertificateOfDestructionList, DestructionListsThereAre, DrawUpDestructionList, DrawUpErasureList, ExecuteDestructionList, PageOfDestructionList,
} from '#src/destruction/http/messages';
import { erasureIn } from '#src/destruction/http/draw-up';
import type { ListWish } from '#src/destruction/lists/destruction-lists';
import { AdviceDto, ApproveListDto, DrawUpListDto, ExceptItemDto, HearingDto, ReasonDto, ReplacePersonDto, SubmitListDto, TellingDto } from '#src/destruction/lists/list.dto';
import type { CertificateView, ListIndex, ListPage, ListView } from '#src/destruction/lists/list-view';
import { chosenMediaType } from '#src/http/accept';
import { JSON_TYPE } from '#src/http/body-parsers';
import { PDF_RENDERER, PDF_TYPE, pdfAnswer } from '#src/http/pdf-answer';
import { RefusalError, valueOf } from '#src/http/refusal.error';
import { validBody } from '#src/http/valid-body';
import { actingPerson } from '#src/identity/acting-person';
import { Caller } from '#src/identity/caller.decorator';
import type { Principal, Role } from '#src/recording/principal';

const KEEPERS: readonly Role[] = ['record-manager', 'applicatiebeheer'];

/** Destruction lists (retention-and-destruction.md): every write but the first names the version it was decided on. */
@Controller('v1/destruction-lists')
export class DestructionListsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(PDF_RENDERER) private readonly pdf: PdfRenderer,
  ) {}

  /** 201: a draft of what the agenda says may go today, by the procedure asked for; or of what a granted request lets go. */
  @Post()
  async drawUp(@Body() body: unknown, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const wish = validBody(DrawUpListDto, body);
    const by = actingPerson(caller, KEEPERS);
    const erasure = erasureIn(wish);
    const list = valueOf(await this.commands.execute(erasure === null
      ? new DrawUpDestructionList(wish.name, wish.procedure ?? 'full', by) : new DrawUpErasureList(wish.name, erasure, by)));
    reply.header('location', `/v1/destruction-lists/${list.id}`);
    return answer(list, reply);
  }

  /** Newest first; `after`: `next` of the page before. */
  @Get()
  async all(@Query('after') after: string | undefined): Promise<ListIndex> {
    const place = after === undefined ? null : /^([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9a-f-]{36})$/.exec(after);
    if (after !== undefined && place === null) throw new RefusalError(refusal('field-invalid', 'Geef de plaats uit "next" van de vorige pagina.', '/after'));
    return valueOf(await this.queries.execute(new DestructionListsThereAre(place === null ? null : { drawnOn: place[1]!, listId: place[2]! })));
  }

  /** `after`: number of the last item of the page before. */
  @Get(':id')
  async view(@Param('id') id: string, @Query('after') after: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListPage> {
    if (after !== undefined && !/^[0-9]{1,9}$/.test(after)) throw new RefusalError(refusal('field-invalid', 'after is het nummer van een regel.'));
    return answer(valueOf(await this.queries.execute(new PageOfDestructionList(id, Number(after ?? '0')))), reply);
  }

  /** One item off the list, or back on it: by its reviewer, or by who drew it up before it is submitted. */
  @Put(':id/items/:n')
  except(@Param('id') id: string, @Param('n') n: string, @Headers('if-match') ifMatch: string | undefined, @Body() body: unknown, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const version = requiredVersion(ifMatch);
    const { exception, reason, until, rule } = validBody(ExceptItemDto, body);
    // A number that is none is no item.
    const number = /^[0-9]{1,9}$/.test(n) ? Number(n) : 0;
    const wish = { kind: 'except', n: number, exception, reason, ...(until === undefined ? {} : { until }), ...(rule === undefined ? {} : { rule }) } as const;
    return this.#act(id, etagOf(version), wish, caller, ['process-owner', ...KEEPERS], reply);
  }

  @Post(':id/submissions')
  @HttpCode(200)
  submit(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @Body() body: unknown, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const version = requiredVersion(ifMatch);
    const { answer: given } = validBody(SubmitListDto, body ?? {});
    return this.#act(id, etagOf(version), { kind: 'submit', ...(given === undefined ? {} : { answer: given }) }, caller, KEEPERS, reply);
  }

  @Post(':id/advices')
  @HttpCode(200)
  advise(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @Body() body: unknown, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const version = requiredVersion(ifMatch);
    const { advice, reason } = validBody(AdviceDto, body);
    return this.#act(id, etagOf(version), { kind: 'advise', advice, reason }, caller, ['archivist', 'process-owner'], reply);
  }

  /** The caller takes an open step over from whoever has it. */
  @Post(':id/replacements')
  @HttpCode(200)
  replace(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @Body() body: unknown, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const version = requiredVersion(ifMatch);
    const { part, reason } = validBody(ReplacePersonDto, body);
    const roles: readonly Role[] = part === 'review' ? ['process-owner'] : KEEPERS;
    if (!roles.some((role) => caller.roles.includes(role))) throw new RefusalError(refusal('forbidden', 'Met uw rol kunt u deze stap niet overnemen.'));
    return this.#act(id, etagOf(version), { kind: 'replace', part, reason }, caller, roles, reply);
  }

  @Post(':id/reviews')
  @HttpCode(200)
  review(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    return this.#act(id, ifMatch, { kind: 'review' }, caller, ['process-owner'], reply);
  }

  @Post(':id/change-requests')
  @HttpCode(200)
  requestChanges(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @Body() body: unknown, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const version = requiredVersion(ifMatch);
    const { reason } = validBody(ReasonDto, body);
    return this.#act(id, etagOf(version), { kind: 'request-changes', reason }, caller, ['process-owner', 'archivist'], reply);
  }

  @Post(':id/approvals')
  @HttpCode(200)
  approve(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @Body() body: unknown, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const version = requiredVersion(ifMatch);
    const { name } = validBody(ApproveListDto, body);
    const wish = { kind: 'approve', typedName: name, localToken: caller.local } as const;
    return this.#act(id, etagOf(version), wish, caller, ['archivist', 'process-owner'], reply);
  }

  @Post(':id/cancellations')
  @HttpCode(200)
  cancel(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @Body() body: unknown, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const version = requiredVersion(ifMatch);
    const { reason } = validBody(ReasonDto, body);
    return this.#act(id, etagOf(version), { kind: 'cancel', reason }, caller, KEEPERS, reply);
  }

  /** Of an erasure list: who was heard before it is decided. */
  @Post(':id/hearings')
  @HttpCode(200)
  hear(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @Body() body: unknown, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const version = requiredVersion(ifMatch);
    const { whom, on, reason } = validBody(HearingDto, body);
    return this.#act(id, etagOf(version), { kind: 'hear', whom, on, reason }, caller, ['process-owner', ...KEEPERS], reply);
  }

  /** Of an erasure list that was executed: who got its data was told (AVG 19). */
  @Post(':id/tellings')
  @HttpCode(200)
  tell(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @Body() body: unknown, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const version = requiredVersion(ifMatch);
    const { recipient, on, means } = validBody(TellingDto, body);
    return this.#act(id, etagOf(version), { kind: 'tell', n: recipient ?? null, on, means }, caller, KEEPERS, reply);
  }

  /** 202: the run has begun and goes on behind the answer; the list says when it is done. */
  @Post(':id/executions')
  @HttpCode(202)
  async execute(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @Caller() caller: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<ListView> {
    const by = actingPerson(caller, ['applicatiebeheer']);
    return answer(valueOf(await this.commands.execute(new ExecuteDestructionList(id, requiredVersion(ifMatch), by))), reply);
  }

  /** By Accept: JSON with its signatures, or a PDF to read and keep; both show the certificate and what completed it. */
  @Get(':id/certificate')
  async certificate(@Param('id') id: string, @Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): Promise<CertificateView | Buffer> {
    const type = chosenMediaType(accept, [JSON_TYPE, PDF_TYPE]);
    reply.header('vary', 'accept');
    const view = valueOf(await this.queries.execute(new CertificateOfDestructionList(id)));
    if (type === JSON_TYPE) return view;
    return pdfAnswer(this.pdf, certificateDocument(view, { issued: certificateHash(view.issued) }), 'verklaring-van-vernietiging.pdf', reply);
  }

  async #act(id: string, ifMatch: string | undefined, wish: ListWish, caller: Principal, asked: readonly Role[], reply: FastifyReply): Promise<ListView> {
    const by = actingPerson(caller, asked);
    return answer(valueOf(await this.commands.execute(new ActOnDestructionList(id, requiredVersion(ifMatch), wish, by))), reply);
  }
}

function answer<View extends ListView>(list: View, reply: FastifyReply): View {
  reply.header('etag', etagOf(list.version));
  return list;
}
