import type { DossierClosed, DossierOpened, DossierReopened } from '#domain/dossier/events';
import { isCorrection, revised, type Correction } from '#domain/ledger/corrections';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind } from '#domain/ledger/ids';
import { dayTextOf } from '#domain/ledger/moments';
import type { Projection, Row, Rows } from '#projections/projection';

/** Where a dossier stands. `provisional`: facts came, never an opening; `destroying`: its destruction has begun. */
export const DOSSIER_STATUSES = ['provisional', 'open', 'closed', 'destroying'] as const;
export type DossierStatus = (typeof DOSSIER_STATUSES)[number];

type RegisterFact = { readonly id: string } & (
  | { readonly type: 'dossier-opened'; readonly law: string; readonly on: string }
  | { readonly type: 'dossier-closed'; readonly on: string }
  | { readonly type: 'dossier-reopened' }
);
type RegisterEvent = DossierOpened | DossierClosed | DossierReopened;

const FACTS: ReadonlySet<string> = new Set<RegisterEvent['type']>(['dossier-opened', 'dossier-closed', 'dossier-reopened']);

/**
 * Which dossiers are there, under which law, since when, open or closed? No reference and no person: those are in the
 * vault and in the events. `opened_on` '' and `law` '': not known yet.
 */
export const dossierRegisterProjection: Projection = {
  name: 'dossier-register',
  version: 1,
  tables: [{
    name: 'dossier',
    columns: { stream: 'text', law: 'text', status: 'text', opened_on: 'text', closed_on: 'text', begun: 'integer', facts: 'text' },
    key: ['stream'],
    indexes: [['opened_on'], ['law', 'opened_on'], ['status', 'opened_on'], ['law', 'status', 'opened_on']],
  }],
  apply(event, rows) {
    if (streamKind(event.stream) !== 'dossier') return;
    const row = rows.get('dossier', [event.stream]);
    if (event.type === 'destruction-begun' || event.type === 'destruction-called-off') {
      write(event.stream, factsOf(row), event.type === 'destruction-begun' ? 1 : 0, rows);
      return;
    }
    const facts = factsAfter(factsOf(row), event);
    if (row === undefined || facts !== null) write(event.stream, facts ?? [], row?.['begun'] as number | undefined ?? 0, rows);
  },
  forget(stream, rows) {
    rows.remove('dossier', [stream]);
  },
};

/** Null: the event says nothing that the register keeps. */
function factsAfter(facts: readonly RegisterFact[], event: LedgerEvent): readonly RegisterFact[] | null {
  const named = event as LedgerEvent & (RegisterEvent | Correction);
  if (isCorrection(named)) {
    return FACTS.has(named.data.ofType) ? revised(facts, named, (replacement) => factOf(replacement.id, replacement as RegisterEvent)) : null;
  }
  return FACTS.has(event.type) ? [...facts, factOf(event.id, named)] : null;
}

function factOf(id: string, event: RegisterEvent): RegisterFact {
  switch (event.type) {
    case 'dossier-opened': return { id, type: event.type, law: event.data.law, on: dayTextOf(event.data) };
    case 'dossier-closed': return { id, type: event.type, on: event.data.on };
    case 'dossier-reopened': return { id, type: event.type };
  }
}

function write(stream: string, facts: readonly RegisterFact[], begun: number, rows: Rows): void {
  const openings = facts.filter((fact) => fact.type === 'dossier-opened');
  const last = facts.findLast((fact) => fact.type !== 'dossier-opened');
  const closedOn = last?.type === 'dossier-closed' ? last.on : null;
  const status: DossierStatus = begun === 1 ? 'destroying' : openings.length === 0 ? 'provisional' : closedOn === null ? 'open' : 'closed';
  rows.put('dossier', {
    stream, status, begun, closed_on: closedOn, facts: JSON.stringify(facts),
    // Persons are identified under the first opening's law; a second opening changes neither.
    law: openings[0]?.law ?? '', opened_on: openings.map(({ on }) => on).sort()[0] ?? '',
  });
}

function factsOf(row: Row | undefined): readonly RegisterFact[] {
  return row === undefined ? [] : JSON.parse(row['facts'] as string) as RegisterFact[];
}
