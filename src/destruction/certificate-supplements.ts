import { openAnswers, completionOf } from '#domain/destruction/certificate-content';
import type { CertificateCompletion, LocationAnswer, Signed } from '#domain/destruction/certificate';
import { canonicalJson } from '#domain/ledger/canonical-json';
import { streamName } from '#domain/ledger/ids';
import { destructionRegisterProjection } from '#projections/destruction-register/projection';
import { purgedLists } from '#projections/destruction-register/queries';
import type { Ledger } from '#src/composition/ledger';
import { certificateHash, signCertificate, type SignedCertificate } from '#src/destruction/certificate-signature';
import type { ListBook } from '#src/destruction/lists/list-book';
import type { LocationRequests } from '#src/destruction/requests/location-requests';

/** Who has not answered for so long will not: later answers stay on the list itself. */
const LOOK_BACK_DAYS = 400;

/**
 * What other places answered after the certificate was completed goes into a completion of its own (retention-and-
 * destruction.md, "Verklaring van vernietiging"): signed, naming the first by its hash. Looked at by night, so that the
 * answers of a day come in one.
 */
export class CertificateSupplements {
  constructor(
    private readonly ledger: Pick<Ledger, 'config' | 'keys' | 'store' | 'views' | 'writer'>,
    private readonly book: ListBook, private readonly requests: Pick<LocationRequests, 'answers'>,
  ) {}

  /** How many certificates were completed further. */
  async run(today: Temporal.PlainDate): Promise<number> {
    const since = today.subtract({ days: LOOK_BACK_DAYS }).toString();
    let made = 0;
    for (const listId of purgedLists(this.ledger.views.reader(destructionRegisterProjection), since)) {
      if (await this.#supplement(listId)) made += 1;
    }
    return made;
  }

  async #supplement(listId: string): Promise<boolean> {
    const { writer, config, keys, store } = this.ledger;
    const list = await this.book.load(listId);
    if (list === null || list.state.runId === null || list.state.requests.length === 0) return false;
    const stream = streamName('log', list.state.runId);
    const read = await writer.read(stream);
    if (read === 'none' || read === 'destroyed') return false;
    const of = (type: string): readonly unknown[] => read.events.filter((event) => event.type === type).map(({ data }) => (data as { readonly certificate: unknown }).certificate);
    const [issued] = of('certificate-issued') as readonly SignedCertificate[];
    const last = (of('certificate-completed') as readonly Signed<CertificateCompletion>[]).at(-1)?.certificate;
    const known = last?.confirmations ?? [];
    if (issued === undefined || last?.issuedAt === undefined || !known.some((answer) => openAnswers(answer) > 0)) return false;
    const { runId, pagesRewrittenOn, issuedAt } = last;
    const completion = completionOf({
      oin: config.oin, runId, completes: certificateHash(issued), issuedAt, pagesRewrittenOn,
      checkpoint: store.head().checkpoint, confirmations: await this.requests.answers(listId, undeliveredIn(known)),
    });
    if (canonicalJson(completion.confirmations) === canonicalJson(known)) return false;
    const appended = await writer.append({
      stream, expectedRevision: read.revision,
      events: [{ type: 'certificate-completed', schema: 1, data: { runId, certificate: signCertificate(completion, keys.log) } }],
    });
    // Anything else: the next night looks again.
    return appended.kind === 'appended';
  }
}

/** What had not reached a place that is only told; the outbox that knew it went with the run. */
function undeliveredIn(known: readonly LocationAnswer[]): Readonly<Record<string, number>> {
  return Object.fromEntries(known.map(({ location, asked, notified }) => [location, asked - notified]));
}
