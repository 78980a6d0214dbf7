import type { DoneListEvent, ListPhase } from '#domain/destruction/list-state';
import { SCHEDULER } from '#domain/destruction/list-policy';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import type { Projection, Row } from '#projections/projection';

const PHASE_AFTER: Readonly<Partial<Record<DoneListEvent['type'], ListPhase>>> = {
  'destruction-list-drawn-up': 'draft', 'destruction-list-submitted': 'submitted', 'destruction-list-reviewed': 'reviewed',
  'destruction-list-changes-requested': 'changes-requested', 'destruction-list-approved': 'approved', 'destruction-list-cancelled': 'cancelled',
  'destruction-list-started': 'executing', 'destruction-list-executed': 'executed', 'destruction-list-purged': 'purged',
};

/** Which destruction lists are there, where is each, and since when? One row a list; its name and its people are in its events. */
export const destructionRegisterProjection: Projection = {
  name: 'destruction-register',
  version: 3,
  tables: [{
    name: 'list',
    columns: { stream: 'text', phase: 'text', procedure: 'text', drawn_on: 'text', acted_on: 'text', executable_from: 'text', proposal: 'integer', kind: 'text', deadline: 'text', to_tell: 'integer', untold: 'integer' },
    key: ['stream'],
    indexes: [['phase', 'acted_on'], ['drawn_on'], ['untold', 'acted_on']],
  }],
  apply(event, rows) {
    if (streamKind(event.stream) !== 'destruction-list') return;
    const known = rows.get('list', [event.stream]);
    const next = after(known, event);
    if (next !== null) rows.put('list', next);
  },
  // A list itself is never destroyed.
  forget() { /* nothing names a dossier here */ },
};

const ERASED: ReadonlySet<ListPhase> = new Set<ListPhase>(['executed', 'purged']);

/** Who got data of what was erased, and was not told yet. */
function toTellAfter(before: number, event: DoneListEvent): number {
  if (event.type === 'destruction-list-recipients-counted') return event.data.recipients;
  return event.type === 'destruction-list-recipients-told' ? Math.max(0, before - event.data.recipients) : before;
}

/** What people did on it; a location's confirmation is nobody's act. */
function after(known: Row | undefined, event: LedgerEvent): Row | null {
  const { type, data, person } = event as LedgerEvent & DoneListEvent;
  if (type === 'destruction-list-drawn-up') {
    return {
      stream: event.stream, phase: 'draft', procedure: data.procedure ?? 'full', drawn_on: data.on, acted_on: data.on,
      executable_from: data.executableFrom ?? null, proposal: person?.role === SCHEDULER && data.kind === undefined && data.procedure !== 'standing' ? 1 : 0,
      kind: data.kind ?? 'term', deadline: data.erasure?.deadline ?? null, to_tell: 0, untold: 0,
    };
  }
  if (known === undefined || !type.startsWith('destruction-list-')) return null;
  const on = (data as { readonly on?: string }).on ?? dayOfInstant(Temporal.Instant.from(event.recordedAt)).toString();
  const toTell = toTellAfter(known['to_tell'] as number, event as LedgerEvent & DoneListEvent);
  const phase = PHASE_AFTER[type] ?? known['phase']!;
  return {
    ...known, phase, acted_on: on, to_tell: toTell, untold: toTell > 0 && ERASED.has(phase as ListPhase) ? 1 : 0,
    executable_from: type === 'destruction-list-approved' ? data.executableFrom : known['executable_from']!,
    // Whoever took the drawing up over made it theirs.
    proposal: type === 'destruction-list-person-replaced' && data.part === 'drawing-up' ? 0 : known['proposal']!,
  };
}
