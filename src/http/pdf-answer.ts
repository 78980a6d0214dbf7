import type { FastifyReply } from 'fastify';
import { refusal } from '#domain/ledger/refusals';
import { RenderingError, type PdfRenderer } from '#infra/rendering/pdf-renderer';
import type { PrintedDocument } from '#infra/rendering/printed-document';
import { RefusalError } from '#src/http/refusal.error';

export const PDF_TYPE = 'application/pdf';

/** In the root module: one renderer for the whole service, so that only one document is made at a time. */
export const PDF_RENDERER = Symbol('PdfRenderer');

/** `fileName`: what a browser proposes; never from what was sent. A document that the compiler refuses is our fault, and throws. */
export async function pdfAnswer(renderer: PdfRenderer, document: PrintedDocument, fileName: string, reply: FastifyReply): Promise<Buffer> {
  try {
    const pdf = await renderer.render(document);
    reply.header('content-type', PDF_TYPE).header('content-disposition', `inline; filename="${fileName}"`);
    return Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  } catch (error) {
    if (!(error instanceof RenderingError) || error.code === 'refused') throw error;
    throw new RefusalError(error.code === 'not-available'
      ? refusal('not-acceptable', 'Deze machine kan geen PDF maken. Vraag een andere vorm.')
      : refusal('rendering-unavailable', 'De PDF is nu niet gemaakt. Probeer het straks opnieuw, of vraag een andere vorm.'));
  }
}
