import { isOwnStreamEvent, isOwnTermKind } from '#domain/destruction/own-stream';
import { isCorrection } from '#domain/ledger/corrections';
import type { LedgerEvent } from '#domain/ledger/event';
import { parseStreamName, streamKind } from '#domain/ledger/ids';
import type { Projection, Row, Rows } from '#projections/projection';

/**
 * Streams with a term of their own, each by the first day from which its term can run: where a nightly run has to
 * look. The stream itself says what the term is.
 */
export const ownTermsProjection: Projection = {
  name: 'own-terms',
  version: 1,
  tables: [{
    name: 'stream',
    /** `from_day`: calendar date; empty while no term runs. `list_id`: only of a list's items. */
    columns: { stream: 'text', kind: 'text', from_day: 'text', list_id: 'text' },
    key: ['stream'], indexes: [['kind', 'from_day'], ['list_id']],
  }],
  apply(event, rows) {
    const kind = streamKind(event.stream);
    if (kind === 'destruction-list') listEnded(event, rows);
    else if (isOwnTermKind(kind) && !isOwnStreamEvent(event)) seen(event, kind, rows);
  },
  forget(stream, rows) {
    rows.remove('stream', [stream]);
  },
};

const ENDED: ReadonlySet<string> = new Set(['destruction-list-executed', 'destruction-list-cancelled']);

function listEnded(event: LedgerEvent, rows: Rows): void {
  if (!ENDED.has(event.type)) return;
  const { on } = event.data as { readonly on: string };
  for (const row of rows.select('stream', { list_id: parseStreamName(event.stream).uuid })) rows.put('stream', { ...row, from_day: on });
}

function seen(event: LedgerEvent, kind: string, rows: Rows): void {
  const known = rows.get('stream', [event.stream]);
  const row: Row = known ?? { stream: event.stream, kind, from_day: '', list_id: null };
  const day = dayIn(isCorrection(event) ? replacementOf(event.data) : event);
  const before = row['from_day'] as string;
  // The earliest that was ever said: looked at too early it stays, looked at too late it would outlive its term.
  const from = day === null || (before !== '' && before <= day) ? before : day;
  const listId = (event.data as { readonly listId?: string }).listId ?? null;
  rows.put('stream', { ...row, from_day: from, list_id: kind === 'destruction-list-items' ? row['list_id'] ?? listId : null });
}

function replacementOf(data: unknown): { readonly type: string; readonly data: unknown } {
  const { ofType, replacement } = data as { readonly ofType: string; readonly replacement?: unknown };
  return { type: ofType, data: replacement ?? {} };
}

function dayIn({ type, data }: { readonly type: string; readonly data: unknown }): string | null {
  const { on, decidedOn } = data as { readonly on?: string; readonly decidedOn?: string };
  switch (type) {
    case 'casusoverleg-held':
    case 'casusoverleg-outcome-shared':
    case 'personal-data-searched': return on ?? null;
    case 'rights-request-decided': return decidedOn ?? null;
    default: return null;
  }
}
