import type { ConsentAct } from '#domain/consent/acts';
import type { CountedDecision, CountedSharing } from '#domain/account/sharing-account';
import type { Share } from '#projections/yearly-figures/cells';
import type { Row, RowReader, Rows, TableDefinition } from '#projections/projection';

/**
 * What the figures remember of each dossier, all in one table ordered by stream: what belongs together lies on the
 * same page, so an event moves one or two pages and no index.
 *
 *     kind       id            sub          value                      mark
 *     sharing    event id      ''           the sharing                -
 *     cites      decision id   event id     -                          -            which sharings cite a decision
 *     decision   decision id   ''           the decision, or null      1: cited     null: cited, and not come yet
 *     relies     consent id    decision id  -                          -            which decisions cite a consent
 *     consent    consent id    ''           its acts                   1: cited
 */
export const ITEM_TABLE: TableDefinition = {
  name: 'item',
  columns: { stream: 'text', kind: 'text', id: 'text', sub: 'text', value: 'text', shares: 'text', mark: 'integer' },
  key: ['stream', 'kind', 'id', 'sub'],
};

type Kind = 'sharing' | 'cites' | 'decision' | 'relies' | 'consent';

export interface KeptSharing {
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

export function sharingOf(stream: string, eventId: string, rows: RowReader): KeptSharing | null {
  const row = rows.get('item', [stream, 'sharing', eventId, '']);
  return row === undefined ? null : { sharing: JSON.parse(row['value'] as string) as CountedSharing, shares: sharesOf(row) };
}

export function keepSharing(stream: string, eventId: string, { sharing, shares }: KeptSharing, rows: Rows): void {
  rows.put('item', item(stream, 'sharing', eventId, { value: JSON.stringify(sharing), shares: JSON.stringify(shares) }));
}

export function keepCitation(stream: string, decisionId: string, eventId: string, rows: Rows): void {
  rows.put('item', item(stream, 'cites', decisionId, { sub: eventId }));
}

/** Event ids of the sharings that cite the decision, as they came. */
export function citationsOf(stream: string, decisionId: string, rows: RowReader): readonly string[] {
  return rows.select('item', { stream, kind: 'cites', id: decisionId }).map((row) => row['sub'] as string);
}

export function decisionOf(stream: string, decisionId: string, rows: RowReader): KeptDecision | null {
  const row = rows.get('item', [stream, 'decision', decisionId, '']);
  if (row === undefined) return null;
  const text = row['value'] as string | null;
  return { decision: text === null ? null : JSON.parse(text) as CountedDecision, cited: row['mark'] === 1 };
}

export function keepDecision(stream: string, decisionId: string, { decision, cited }: KeptDecision, rows: Rows): void {
  rows.put('item', item(stream, 'decision', decisionId, { value: decision === null ? null : JSON.stringify(decision), mark: cited ? 1 : 0 }));
}

export function keepReliance(stream: string, consentId: string, decisionId: string, rows: Rows): void {
  rows.put('item', item(stream, 'relies', consentId, { sub: decisionId }));
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
    ? { acts: [], cited: false } : { acts: JSON.parse(row['value'] as string) as ConsentAct[], cited: row['mark'] === 1 };
}

export function keepConsent(stream: string, consentId: string, { acts, cited }: KeptConsent, rows: Rows): void {
  rows.put('item', item(stream, 'consent', consentId, { value: JSON.stringify(acts), mark: cited ? 1 : 0 }));
}

export function forgetItems(stream: string, rows: Rows): void {
  for (const row of rows.select('item', { stream })) rows.remove('item', ITEM_TABLE.key.map((column) => row[column]!));
}

function item(stream: string, kind: Kind, id: string, more: { sub?: string; value?: string | null; shares?: string; mark?: number }): Row {
  return { stream, kind, id, sub: more.sub ?? '', value: more.value ?? null, shares: more.shares ?? null, mark: more.mark ?? null };
}

function sharesOf(row: Row): readonly Share[] {
  return JSON.parse(row['shares'] as string) as Share[];
}
