import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Refusal } from '#domain/ledger/refusals';
import type { BulkCounts, LineResult } from '#src/events/bulk/bulk-intake';
import { refusal } from '#domain/ledger/refusals';
import { NDJSON } from '#src/http/body-parsers';
import { reportFault } from '#src/http/fault-log';
import { BULK_IDLE } from '#src/http/limits';
import { PROBLEM_MEDIA_TYPE, problemOf, retryAfter } from '#src/http/problem';

/** How long a sender that was stopped half-way may go on writing before the connection is cut, in milliseconds. */
const DRAIN = 5_000;

/** What goes back for a bulk message: counts at the end, or a line per line while it comes in. */
export class BulkAnswer {
  /** Null when only counts are asked for. */
  readonly perLine: ((result: LineResult) => void) | null;
  readonly #raw: ServerResponse;
  readonly #request: FastifyRequest;

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.#request = request;
    this.#raw = reply.raw;
    // Nest has put its own 201 on it. The reply is written past Fastify: what its hooks have put on it goes along.
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) this.#raw.setHeader(name, value);
    if (!wantsRepresentation(request.headers['prefer'])) {
      this.perLine = null;
      return;
    }
    this.#raw.statusCode = 200;
    this.#raw.setHeader('content-type', NDJSON);
    this.#raw.setHeader('preference-applied', 'return=representation');
    this.perLine = (result) => void this.#raw.write(`${JSON.stringify(result)}\n`);
  }

  /** Waits while the caller does not read its answers; false when it does not for too long. */
  async mayGoOn(): Promise<boolean> {
    if (!this.#raw.writableNeedDrain) return true;
    return new Promise((resolve) => {
      const settle = (drained: boolean) => () => {
        clearTimeout(timer);
        this.#raw.off('drain', onDrain).off('close', onClose);
        resolve(drained);
      };
      const onDrain = settle(true);
      const onClose = settle(false);
      const timer = setTimeout(onClose, BULK_IDLE);
      this.#raw.on('drain', onDrain).on('close', onClose);
    });
  }

  /** The end: what became of it all, and what stopped it before the last line if something did. */
  async finish(counts: BulkCounts, stopped: Refusal | null): Promise<void> {
    const wait = stopped === null ? null : retryAfter(stopped);
    if (wait !== null && !this.#raw.headersSent) this.#raw.setHeader('retry-after', String(wait));
    const problem = stopped === null ? null : problemOf(stopped);
    if (this.perLine !== null) {
      const { failures: _listed, failuresLeftOut: _left, ...totals } = counts;
      await this.#end(`${JSON.stringify({ totals, ...(problem === null ? {} : { problem }) })}\n`);
    } else if (problem === null) {
      this.#write(200, 'application/json');
      await this.#end(JSON.stringify(counts));
    } else {
      this.#write(problem.status, PROBLEM_MEDIA_TYPE);
      await this.#end(JSON.stringify({ ...problem, ...counts }));
    }
    if (stopped !== null) this.#drain();
  }

  fail(error: unknown): void {
    reportFault(error, this.#request.id);
    if (this.#raw.headersSent) {
      this.#raw.destroy();
      return;
    }
    const problem = problemOf(refusal('internal-error', 'Het verzoek is niet verwerkt. Meld het request-id bij beheer.'));
    this.#write(problem.status, PROBLEM_MEDIA_TYPE);
    void this.#end(JSON.stringify(problem)).then(() => this.#drain());
  }

  #write(status: number, contentType: string): void {
    this.#raw.statusCode = status;
    this.#raw.setHeader('content-type', contentType);
  }

  #end(text: string): Promise<void> {
    if (this.#raw.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#raw.once('close', resolve);
      this.#raw.end(text, resolve);
    });
  }

  /**
   * A sender that still writes must get the chance to see the answer; what it writes is thrown away. Not with
   * `connection: close`: Node would then hang up at once, and bytes on the way would take the answer with them.
   */
  #drain(): void {
    const { raw } = this.#request;
    if (raw.complete || raw.destroyed) return;
    raw.resume();
    setTimeout(() => { raw.destroy(); }, DRAIN).unref();
  }
}

/** RFC 7240. */
function wantsRepresentation(prefer: string | string[] | undefined): boolean {
  return [prefer ?? ''].flat().some((value) => value.split(',').some((one) => /^\s*return\s*=\s*"?representation"?\s*(;|$)/i.test(one)));
}
