import { Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { refusal } from '#domain/ledger/refusals';
import { annualReportDocument } from '#infra/rendering/annual-report-document';
import { renderAnnualReportHtml } from '#infra/rendering/annual-report-html';
import type { PdfRenderer } from '#infra/rendering/pdf-renderer';
import { AnnualReportOfYear } from '#src/annual-reports/annual-report-of-year.query';
import { chosenMediaType } from '#src/http/accept';
import { HTML_CONTENT_SECURITY_POLICY } from '#src/http/headers';
import { minPosition } from '#src/http/min-position';
import { PDF_RENDERER, PDF_TYPE, pdfAnswer } from '#src/http/pdf-answer';
import { RefusalError, valueOf } from '#src/http/refusal.error';

const JSON_TYPE = 'application/json';
const HTML_TYPE = 'text/html';

/** The account of a calendar year, by Accept (api.md); CSV and ODT are not built yet and answer 406. */
@Controller('v1/annual-reports')
export class AnnualReportsController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus, @Inject(PDF_RENDERER) private readonly pdf: PdfRenderer) {}

  @Get(':year')
  async report(
    @Param('year') year: string, @Query() query: Readonly<Record<string, unknown>>, @Headers('accept') accept: string | undefined,
    @Headers('rekenschap-min-position') position: string | undefined, @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    if (!/^(?:19|20|21)[0-9]{2}$/.test(year)) throw new RefusalError(refusal('not-found', 'Een verslag gaat over een jaar, zoals 2025.'));
    const unknown = Object.keys(query);
    if (unknown.length > 0) throw new RefusalError(refusal('unknown-field', 'Deze vraag kennen wij niet.', `/${unknown[0]!}`));
    const type = chosenMediaType(accept, [JSON_TYPE, HTML_TYPE, PDF_TYPE]);
    reply.header('vary', 'accept');
    const report = valueOf(await this.queries.execute(new AnnualReportOfYear(Number(year), minPosition(position))));
    if (type === JSON_TYPE) return report;
    if (type === PDF_TYPE) return pdfAnswer(this.pdf, annualReportDocument(report), `verantwoording-${report.year}.pdf`, reply);
    reply.header('content-security-policy', HTML_CONTENT_SECURITY_POLICY).header('content-type', 'text/html; charset=utf-8');
    return renderAnnualReportHtml(report);
  }
}
