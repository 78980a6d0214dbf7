import { Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { IssuedCertificate } from '#domain/destruction/certificate';
import { refusal } from '#domain/ledger/refusals';
import { certificateDocument } from '#infra/rendering/certificate-document';
import type { PdfRenderer } from '#infra/rendering/pdf-renderer';
import { certificateHash } from '#src/destruction/certificate-signature';
import { CertificateOfRun, CertificatesThereAre } from '#src/destruction/http/messages';
import type { CertificateIndex } from '#src/destruction/run-certificates';
import { chosenMediaType } from '#src/http/accept';
import { JSON_TYPE } from '#src/http/body-parsers';
import { PDF_RENDERER, PDF_TYPE, pdfAnswer } from '#src/http/pdf-answer';
import { RefusalError, valueOf } from '#src/http/refusal.error';

/** Certificates by run: also those that no list leads to, such as of what a restore destroyed again. */
@Controller('v1/destruction-runs')
export class DestructionRunsController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus, @Inject(PDF_RENDERER) private readonly pdf: PdfRenderer) {}

  /** Oldest first; `after`: `next` of the page before. */
  @Get()
  async all(@Query('after') after: string | undefined): Promise<CertificateIndex> {
    if (after !== undefined && !/^[0-9]{1,15}$/.test(after)) throw new RefusalError(refusal('field-invalid', 'Geef de plaats uit "next" van de vorige pagina.', '/after'));
    return valueOf(await this.queries.execute(new CertificatesThereAre(Number(after ?? '-1'))));
  }

  /** By Accept, as of a list. */
  @Get(':id/certificate')
  async certificate(@Param('id') id: string, @Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): Promise<IssuedCertificate | Buffer> {
    const type = chosenMediaType(accept, [JSON_TYPE, PDF_TYPE]);
    reply.header('vary', 'accept');
    const view = valueOf(await this.queries.execute(new CertificateOfRun(id)));
    if (type === JSON_TYPE) return view;
    return pdfAnswer(this.pdf, certificateDocument(view, { issued: certificateHash(view.issued) }), 'verklaring-van-vernietiging.pdf', reply);
  }
}
