import { expiryToCome, TERM_ACT_TYPES, termActs, type TermAct } from '#domain/consent/expiry';
import { AUTHORITY_TYPES, authorityEndsToCome, authorityFacts, type AuthorityFact } from '#domain/dossier/authority-end';
import { isCorrection, replacementOf, type Correction } from '#domain/ledger/corrections';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind } from '#domain/ledger/ids';
import type { Projection, Row, Rows } from '#projections/projection';

/**
 * What still has to be recorded when its day comes: consents whose term runs out, authority that ends. Ids, codes and
 * dates; the events themselves are recorded by the nightly run, after it has asked the stream.
 */
export const expiryCalendarProjection: Projection = {
  name: 'expiry-calendar',
  version: 1,
  tables: [
    {
      // One row per act; `none` and `annulled` keep the place of an event that gives no act (any more).
      name: 'act',
      columns: { stream: 'text', event_id: 'text', consent_id: 'text', does: 'text', position: 'integer', day: 'text', valid_until: 'text' },
      key: ['stream', 'event_id', 'consent_id', 'does'],
      indexes: [['stream', 'consent_id']],
    },
    { name: 'dossier', columns: { stream: 'text', facts: 'text' }, key: ['stream'] },
    { name: 'expected', columns: { stream: 'text', kind: 'text', name: 'text', day: 'text' }, key: ['stream', 'kind', 'name'] },
    { name: 'moment', columns: { day: 'text', stream: 'text', kind: 'text', name: 'text' }, key: ['day', 'stream', 'kind', 'name'] },
  ],
  apply(event, rows) {
    if (streamKind(event.stream) !== 'dossier') return;
    if (isCorrection(event)) correct(event as LedgerEvent & Correction, rows);
    else {
      if (TERM_ACT_TYPES.has(event.type)) putActs(event.stream, event.id, event.position, termActs(event.type, event.data, event.position), rows);
      if (AUTHORITY_TYPES.has(event.type)) putFacts(event.stream, event.id, authorityFacts(event.type, event.data), rows);
    }
  },
  forget(stream, rows) {
    for (const row of rows.select('act', { stream })) rows.remove('act', [stream, row['event_id']!, row['consent_id']!, row['does']!]);
    for (const row of rows.select('expected', { stream })) expect(stream, row['kind'] as Kind, row['name'] as string, null, rows);
    rows.remove('dossier', [stream]);
  },
};

export type Kind = 'consent' | 'authority';

function correct(correction: LedgerEvent & Correction, rows: Rows): void {
  const { stream } = correction;
  const { eventId, ofType } = correction.data;
  const replacement = replacementOf(correction);
  if (TERM_ACT_TYPES.has(ofType)) {
    const before = rows.select('act', { stream, event_id: eventId });
    const position = before[0]?.['position'] as number | undefined;
    // What was annulled stays so.
    if (position === undefined || before[0]!['does'] === 'annulled') return;
    for (const row of before) rows.remove('act', [stream, eventId, row['consent_id']!, row['does']!]);
    if (replacement === null) putNone(stream, eventId, position, 'annulled', rows);
    else putActs(stream, eventId, position, termActs(ofType, replacement.data, position), rows);
    for (const row of before) refreshConsent(stream, row['consent_id'] as string, rows);
  }
  if (AUTHORITY_TYPES.has(ofType)) putFacts(stream, eventId, replacement === null ? null : authorityFacts(ofType, replacement.data), rows);
}

function putActs(stream: string, eventId: string, position: number, acts: readonly TermAct[], rows: Rows): void {
  if (acts.length === 0) putNone(stream, eventId, position, 'none', rows);
  for (const { consentId, does, day, validUntil } of acts) {
    rows.put('act', { stream, event_id: eventId, position, consent_id: consentId, does, day, valid_until: validUntil });
    refreshConsent(stream, consentId, rows);
  }
}

function putNone(stream: string, eventId: string, position: number, does: 'none' | 'annulled', rows: Rows): void {
  rows.put('act', { stream, event_id: eventId, position, consent_id: '', does, day: '', valid_until: null });
}

function refreshConsent(stream: string, consentId: string, rows: Rows): void {
  if (consentId === '') return;
  const expiry = expiryToCome(rows.select('act', { stream, consent_id: consentId }).map(actOf));
  expect(stream, 'consent', consentId, expiry?.on ?? null, rows);
}

function actOf(row: Row): TermAct {
  return {
    consentId: row['consent_id'] as string, does: row['does'] as TermAct['does'], day: row['day'] as string,
    position: row['position'] as number, validUntil: row['valid_until'] as string | null,
  };
}

/** Null: annulled, and it stays so. */
interface KeptFacts { readonly id: string; readonly facts: readonly AuthorityFact[] | null }

/** Facts of one event stay in its place, whatever replaces them. */
function putFacts(stream: string, id: string, facts: readonly AuthorityFact[] | null, rows: Rows): void {
  const kept = JSON.parse(rows.get('dossier', [stream])?.['facts'] as string | undefined ?? '[]') as readonly KeptFacts[];
  const after = kept.some((one) => one.id === id) ? kept.map((one) => (one.id === id && one.facts !== null ? { id, facts } : one)) : [...kept, { id, facts }];
  rows.put('dossier', { stream, facts: JSON.stringify(after) });
  const ends = new Map(authorityEndsToCome(after.flatMap((one) => one.facts ?? [])).map((end) => [`${end.subjectId} ${end.reason}`, end.on]));
  for (const row of rows.select('expected', { stream, kind: 'authority' })) {
    if (!ends.has(row['name'] as string)) expect(stream, 'authority', row['name'] as string, null, rows);
  }
  for (const [name, on] of ends) expect(stream, 'authority', name, on, rows);
}

function expect(stream: string, kind: Kind, name: string, day: string | null, rows: Rows): void {
  const before = rows.get('expected', [stream, kind, name])?.['day'] as string | undefined;
  if (before === (day ?? undefined)) return;
  if (before !== undefined) {
    rows.remove('moment', [before, stream, kind, name]);
    rows.remove('expected', [stream, kind, name]);
  }
  if (day === null) return;
  rows.put('moment', { day, stream, kind, name });
  rows.put('expected', { stream, kind, name, day });
}
