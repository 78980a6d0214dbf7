import type { Procedure } from '#domain/destruction/events';
import type { ListKind } from '#domain/destruction/list-kind';
import type { ListPhase } from '#domain/destruction/list-state';
import { parseStreamName, type StreamName } from '#domain/ledger/ids';
import type { Row, RowReader } from '#projections/projection';

export interface RegisteredList {
  readonly listId: string;
  readonly phase: ListPhase;
  readonly procedure: Procedure;
  readonly kind: ListKind;
  /** Of an erasure list: last calendar day on which it is erased in time. */
  readonly deadline: string | null;
  /** Calendar dates. */
  readonly drawnOn: string;
  readonly actedOn: string;
  readonly executableFrom: string | null;
  /** Drawn up by the nightly run, and nobody has taken it up. */
  readonly proposal: boolean;
}

const AT_ONCE = 200;
const OPEN: readonly ListPhase[] = ['draft', 'submitted', 'reviewed', 'changes-requested', 'approved'];

/** Lists that wait for somebody, by phase, the longest waiting first. */
export function* openLists(reader: RowReader): Generator<RegisteredList> {
  for (const phase of OPEN) {
    for (let after: readonly string[] = []; ;) {
      const page: readonly Row[] = reader.page('list', { where: { phase }, order: ['acted_on'], after, limit: AT_ONCE });
      yield* page.map(registered);
      if (page.length < AT_ONCE) break;
      after = [text(page.at(-1)!, 'acted_on'), text(page.at(-1)!, 'stream')];
    }
  }
}

/** Ids of lists of which all was gone on that calendar date or later, the latest first. */
export function* purgedLists(reader: RowReader, since: string): Generator<string> {
  for (let after: readonly string[] = []; ;) {
    const page = reader.page('list', { where: { phase: 'purged' }, order: ['acted_on'], descending: true, after, limit: AT_ONCE });
    for (const row of page) {
      if (text(row, 'acted_on') < since) return;
      yield registered(row).listId;
    }
    if (page.length < AT_ONCE) return;
    after = [text(page.at(-1)!, 'acted_on'), text(page.at(-1)!, 'stream')];
  }
}

/** Erasure lists that were executed, while somebody who got data of their dossiers was not told so; the longest waiting first. */
export function* untoldLists(reader: RowReader): Generator<RegisteredList & { readonly toTell: number }> {
  for (let after: readonly string[] = []; ;) {
    const page: readonly Row[] = reader.page('list', { where: { untold: 1 }, order: ['acted_on'], after, limit: AT_ONCE });
    for (const row of page) yield { ...registered(row), toTell: row['to_tell'] as number };
    if (page.length < AT_ONCE) return;
    after = [text(page.at(-1)!, 'acted_on'), text(page.at(-1)!, 'stream')];
  }
}

export interface RegisterPlace {
  readonly drawnOn: string;
  readonly listId: string;
}

/** Newest first. */
export function registerPage(reader: RowReader, after: RegisterPlace | null, limit: number): readonly RegisteredList[] {
  return reader.page('list', {
    order: ['drawn_on'], descending: true, limit, ...(after === null ? {} : { after: [after.drawnOn, `destruction-list-${after.listId}`] }),
  }).map(registered);
}

function registered(row: Row): RegisteredList {
  return {
    listId: parseStreamName(text(row, 'stream') as StreamName).uuid, phase: text(row, 'phase') as ListPhase, procedure: text(row, 'procedure') as Procedure,
    kind: text(row, 'kind') as ListKind, deadline: row['deadline'] as string | null,
    drawnOn: text(row, 'drawn_on'), actedOn: text(row, 'acted_on'), executableFrom: row['executable_from'] as string | null, proposal: row['proposal'] === 1,
  };
}

function text(row: Row, column: string): string {
  return row[column] as string;
}
