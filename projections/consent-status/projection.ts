import { consentAct } from '#domain/consent/acts';
import type { ConsentEvent } from '#domain/consent/events';
import type { DossierOpened, DossierSubject } from '#domain/dossier/events';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Projection, Rows } from '#projections/projection';

const CONSENT_EVENTS: ReadonlySet<string> = new Set<ConsentEvent['type']>(
  ['consent-requested', 'consent-given', 'consent-refused', 'consent-withdrawn'],
);
/** Whom an act without subjects is about (event-catalogue.md, "Common to all data"). */
const CONCERNED: ReadonlySet<string> = new Set(['client', 'youth']);

/** Which consent acts does a dossier have? Acts are kept whole; what they mean at a moment is asked of the domain. */
export const consentStatusProjection: Projection = {
  name: 'consent-status',
  version: 1,
  tables: [
    { name: 'act', columns: { stream: 'text', position: 'integer', consent_id: 'text', act: 'text' }, key: ['stream', 'position'] },
    { name: 'subject', columns: { stream: 'text', subject_id: 'text' }, key: ['stream', 'subject_id'] },
  ],
  apply(event, rows) {
    if (CONSENT_EVENTS.has(event.type)) keepAct(event as LedgerEvent & ConsentEvent, rows);
    else if (event.type === 'dossier-opened') keepSubjects(event as LedgerEvent & DossierOpened, rows);
  },
  forget(stream, rows) {
    for (const row of rows.select('act', { stream })) rows.remove('act', [stream, row['position']!]);
    for (const row of rows.select('subject', { stream })) rows.remove('subject', [stream, row['subject_id']!]);
  },
};

function keepAct(event: LedgerEvent & ConsentEvent, rows: Rows): void {
  const act = consentAct(event);
  rows.put('act', { stream: event.stream, position: event.position, consent_id: act.consentId, act: JSON.stringify(act) });
}

function keepSubjects(event: LedgerEvent & DossierOpened, rows: Rows): void {
  const subjects: readonly DossierSubject[] = event.data.subjects;
  for (const { subjectId, role } of subjects) {
    if (CONCERNED.has(role)) rows.put('subject', { stream: event.stream, subject_id: subjectId });
  }
}
