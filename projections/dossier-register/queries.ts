import type { StreamName } from '#domain/ledger/ids';
import type { DossierStatus } from '#projections/dossier-register/projection';
import type { Row, RowReader } from '#projections/projection';

export interface RegisteredDossier {
  readonly stream: StreamName;
  /** codes: laws; null until opened. */
  readonly law: string | null;
  readonly status: DossierStatus;
  /** Calendar dates; null while unknown or still open. */
  readonly openedOn: string | null;
  readonly closedOn: string | null;
}

export interface RegisterFilter {
  readonly law?: string;
  readonly status?: DossierStatus;
  /** Calendar year of opening. */
  readonly openedYear?: number;
}

/** Latest opening first; `after`: the last dossier of the page before. Costs the same however many there are. */
export function dossiersBy(reader: RowReader, filter: RegisterFilter, limit: number, after?: Pick<RegisteredDossier, 'openedOn' | 'stream'>): readonly RegisteredDossier[] {
  const { law, status, openedYear } = filter;
  const where = { ...(law === undefined ? {} : { law }), ...(status === undefined ? {} : { status }) };
  const next = openedYear === undefined ? null : String(openedYear + 1).padStart(4, '0');
  const before = openedYear === undefined ? null : String(openedYear).padStart(4, '0');
  return reader.page('dossier', {
    where, order: ['opened_on'], descending: true, limit,
    ...(after !== undefined ? { after: [after.openedOn ?? '', after.stream] } : next === null ? {} : { after: [next] }),
    ...(before === null ? {} : { until: [before] }),
  }).map(registered);
}

export function registeredDossier(reader: RowReader, stream: StreamName): RegisteredDossier | null {
  const row = reader.get('dossier', [stream]);
  return row === undefined ? null : registered(row);
}

function registered(row: Row): RegisteredDossier {
  const filled = (column: string): string | null => (row[column] === '' ? null : row[column] as string | null);
  return {
    stream: row['stream'] as StreamName, law: filled('law'), status: row['status'] as DossierStatus,
    openedOn: filled('opened_on'), closedOn: filled('closed_on'),
  };
}
