import type { ConsentAct } from '#domain/consent/acts';
import type { CountedDecision, CountedSharing } from '#domain/account/sharing-account';
import type { Share } from '#projections/yearly-figures/cells';
import { jsonIn } from '#projections/json-column';
import { StoredJson, type Row, type RowReader, type Rows, type TableDefinition } from '#projections/projection';

/**
 * What the figures remember of each dossier, all in one table ordered by stream: what belongs together lies on the
 * same page, so an event moves one or two pages and no index.
 *
 *     kind       id            sub          value                      mark
 *     sharing    decision id   event id     the sharing                -             '' when it cites none
 *     decision   decision id   ''           the decision, or null      1: cited      null: cited, and not come yet
 *     relies     consent id    decision id  -                          -             which decisions cite a consent
 *     consent    consent id    ''           its acts                   1: cited
 */
export const ITEM_TABLE: TableDefinition = {
  name: 'item',
  columns: { stream: 'text', kind: 'text', id: 'text', sub: 'text', value: 'text', shares: 'text', mark: 'integer' },
  key: ['stream', 'kind', 'id', 'sub'],
};

type Kind = 'sharing' | 'decision' | 'relies' | 'consent';

export interface KeptSharing {
  readonly eventId: string;
  readonly sharing: CountedSharing;
  readonly shares: readonly Share[];
}

export interface KeptDecision {
  /** Null while a sharing cites it and it has not come. */
  readonly decision: CountedDecision | null;
  readonly cited: boolean;
}

export interface KeptConsent {
  readonly acts: readonly ConsentAct[];
  readonly cited: boolean;
}

export function keepSharing(stream: string, { eventId, sharing, shares }: KeptSharing, rows: Rows): void {
  rows.put('item', { ...item(stream, 'sharing', sharing.decisionId ?? '', eventId), value: new StoredJson(sharing), shares: new StoredJson(shares) });
}

/** The sharings that cite the decision, as they came. */
export function sharingsUnder(stream: string, decisionId: string, rows: RowReader): readonly KeptSharing[] {
  return rows.select('item', { stream, kind: 'sharing', id: decisionId }).map((row) => ({
    eventId: row['sub'] as string, sharing: jsonIn<CountedSharing>(row, 'value'), shares: jsonIn<readonly Share[]>(row, 'shares'),
  }));
}

export function decisionOf(stream: string, decisionId: string, rows: RowReader): KeptDecision | null {
  const row = rows.get('item', [stream, 'decision', decisionId, '']);
  if (row === undefined) return null;
  return { decision: row['value'] === null ? null : jsonIn<CountedDecision>(row, 'value'), cited: row['mark'] === 1 };
}

export function keepDecision(stream: string, decisionId: string, { decision, cited }: KeptDecision, rows: Rows): void {
  rows.put('item', { ...item(stream, 'decision', decisionId, '', cited), value: decision === null ? null : new StoredJson(decision) });
}

export function keepReliance(stream: string, consentId: string, decisionId: string, rows: Rows): void {
  rows.put('item', item(stream, 'relies', consentId, decisionId));
}

export function dropReliance(stream: string, consentId: string, decisionId: string, rows: Rows): void {
  rows.remove('item', [stream, 'relies', consentId, decisionId]);
}

/** Ids of the decisions that cite the consent. */
export function reliancesOf(stream: string, consentId: string, rows: RowReader): readonly string[] {
  return rows.select('item', { stream, kind: 'relies', id: consentId }).map((row) => row['sub'] as string);
}

export function consentOf(stream: string, consentId: string, rows: RowReader): KeptConsent {
  const row = rows.get('item', [stream, 'consent', consentId, '']);
  return row === undefined
    ? { acts: [], cited: false } : { acts: jsonIn<readonly ConsentAct[]>(row, 'value'), cited: row['mark'] === 1 };
}

export function keepConsent(stream: string, consentId: string, { acts, cited }: KeptConsent, rows: Rows): void {
  rows.put('item', { ...item(stream, 'consent', consentId, '', cited), value: new StoredJson(acts) });
}

export function forgetItems(stream: string, rows: Rows): void {
  for (const row of rows.select('item', { stream })) rows.remove('item', ITEM_TABLE.key.map((column) => row[column]!));
}

function item(stream: string, kind: Kind, id: string, sub: string, marked?: boolean): Row {
  return { stream, kind, id, sub, value: null, shares: null, mark: marked === undefined ? null : marked ? 1 : 0 };
}
