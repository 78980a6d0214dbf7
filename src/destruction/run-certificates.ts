import type { Certificate, IssuedCertificate, Signed } from '#domain/destruction/certificate';
import { streamName, type Position } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import type { EventStore } from '#infra/event-store/port';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome } from '#src/recording/outcome';

/** One certificate among those of all runs; `basis` says why it went: its own term, or as the certificate has it. */
export interface CertificateEntry {
  readonly runId: string;
  /** Null: no list decided it, as after a restore. */
  readonly listId: string | null;
  readonly basis: 'term' | NonNullable<Certificate['basis']>['kind'];
  readonly dossiers: number;
  /** Calendar date. */
  readonly eventsDestroyedOn: string;
  readonly position: Position;
}

export interface CertificateIndex {
  readonly certificates: readonly CertificateEntry[];
  /** `after` of the next page; null on the last. */
  readonly next: Position | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const READ_AT_ONCE = 100;
const ON_A_PAGE = 50;

/** Certificates by the run that they are of: every one there is, those of a restore too, which no list leads to. */
export class RunCertificates {
  constructor(private readonly writer: Pick<LedgerWriter, 'read' | 'open'>, private readonly store: Pick<EventStore, 'readAnnouncements'>) {}

  async of(runId: string): Promise<Outcome<IssuedCertificate>> {
    const none = refused(refusal('not-found', 'Van deze uitvoering is er geen verklaring van vernietiging.'));
    if (!UUID.test(runId)) return none;
    const found = await this.find(runId);
    return found === null ? none : done(found);
  }

  /** Null: there is none (yet). */
  async find(runId: string): Promise<IssuedCertificate | null> {
    const read = await this.writer.read(streamName('log', runId));
    if (read === 'none' || read === 'destroyed') return null;
    const documentsOf = (type: string): readonly unknown[] => read.events.filter((event) => event.type === type).map(({ data }) => (data as { readonly certificate: unknown }).certificate);
    const [issued] = documentsOf('certificate-issued') as readonly IssuedCertificate['issued'][];
    if (issued === undefined) return null;
    const [completed = null, ...supplements] = documentsOf('certificate-completed') as readonly NonNullable<IssuedCertificate['completed']>[];
    return { issued, completed, ...(supplements.length === 0 ? {} : { supplements }) };
  }

  /** The oldest first, from beyond the position `after`; -1: from the start. */
  async page(after: Position): Promise<CertificateIndex> {
    const certificates: CertificateEntry[] = [];
    for (let from = after + 1; ;) {
      const events = await this.store.readAnnouncements(from, READ_AT_ONCE);
      for (const event of events) {
        if (event.type !== 'certificate-issued') continue;
        if (certificates.length === ON_A_PAGE) return { certificates, next: certificates.at(-1)!.position };
        const { data, position } = await this.writer.open(event);
        const { certificate } = (data as { readonly certificate: Signed<Certificate> }).certificate;
        const { runId, listId, basis, destroyed: { dossiers }, eventsDestroyedOn } = certificate;
        certificates.push({ runId, listId, basis: basis?.kind ?? 'term', dossiers, eventsDestroyedOn, position });
      }
      if (events.length < READ_AT_ONCE) return { certificates, next: null };
      from = events.at(-1)!.position + 1;
    }
  }
}
