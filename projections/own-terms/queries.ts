import { OWN_TERM_KINDS, type OwnTermKind } from '#domain/destruction/own-stream';
import { OWN_TERMS, RIGHTS_REQUEST_FROM } from '#domain/destruction/own-terms';
import type { StreamName } from '#domain/ledger/ids';
import type { RowReader } from '#projections/projection';

const PAGE = 1_000;

/** Streams whose own term may be over on that day: whether it is, the stream itself says. */
export function* ownTermsToLookAt(reader: RowReader, today: Temporal.PlainDate): Generator<StreamName> {
  for (const kind of OWN_TERM_KINDS) {
    const until = today.subtract(periodOf(kind)).add({ days: 1 }).toString();
    let after: readonly string[] = [''];
    for (;;) {
      const page = reader.page('stream', { where: { kind }, order: ['from_day'], after, until: [until], limit: PAGE });
      for (const row of page) yield row['stream'] as StreamName;
      if (page.length < PAGE) break;
      const last = page.at(-1)!;
      after = [last['from_day'] as string, last['stream'] as string];
    }
  }
}

/** Requests of persons, decided or not; `undecided`: only those of which no decision was ever recorded with its day. */
export function* rightsRequests(reader: RowReader, { undecided }: { readonly undecided: boolean }): Generator<StreamName> {
  for (let after: readonly string[] = []; ;) {
    const page = reader.page('stream', { where: { kind: 'rights-request' }, order: ['from_day'], after, limit: PAGE });
    for (const row of page) {
      if (undecided && row['from_day'] !== '') return;
      yield row['stream'] as StreamName;
    }
    if (page.length < PAGE) return;
    const last = page.at(-1)!;
    after = [last['from_day'] as string, last['stream'] as string];
  }
}

function periodOf(kind: OwnTermKind): Temporal.Duration {
  return Temporal.Duration.from(kind === 'rights-request' ? RIGHTS_REQUEST_FROM : OWN_TERMS[kind]);
}
