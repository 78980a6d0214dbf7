import fc from 'fast-check';
import type { StreamKind, StreamName } from '#domain/ledger/ids';
import { dossierStream, type Recorded } from './fold-harness.js';
import { DOSSIERS } from './generated-ledger.js';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const named = (kind: StreamKind, n: number): StreamName => `${kind}-${uuid(n)}` as StreamName;
const LISTS = 2;
const days = fc.constantFrom('2019-12-31', '2020-02-29', '2024-06-15', '2026-01-01');

/** Streams with a term of their own, two of each kind; a list's items with the list that they are of. */
export const OWN_STREAMS: readonly StreamName[] = (['meeting', 'rights-request', 'searches', 'destruction-list-items'] as const).flatMap((kind) => [named(kind, 0), named(kind, 1)]);

const recorded = (stream: StreamName, type: string, data: Record<string, unknown>): Recorded => ({ stream, event: { type, schema: 1, data: { occurredOn: '2024-03-01', ...data } } });
const which = fc.integer({ min: 0, max: 1 });

/** Facts in every kind of stream but a dossier's own. */
export const otherStreamFact: fc.Arbitrary<Recorded> = fc.oneof(
  fc.tuple(which, days).map(([n, on]) => recorded(named('meeting', n), 'casusoverleg-held', { meetingId: `overleg-${n}`, on, participants: [], items: [{ anonymous: true }] })),
  fc.tuple(which, days).map(([n, on]) => recorded(named('meeting', n), 'casusoverleg-outcome-shared', { meetingId: `overleg-${n}`, on })),
  fc.tuple(which, days).map(([n, receivedOn]) => recorded(named('rights-request', n), 'rights-request-received', { requestId: `R-${n}`, right: 'inzage', receivedOn, subject: { subjectId: uuid(90 + n) } })),
  fc.tuple(which, days, fc.constantFrom('toegewezen', 'afgewezen')).map(([n, decidedOn, outcome]) => recorded(named('rights-request', n), 'rights-request-decided', { requestId: `R-${n}`, outcome, decidedOn })),
  fc.tuple(which, days).map(([n, on]) => recorded(named('searches', n), 'personal-data-searched', { on, what: 'data-subject', reason: 'verzoek' })),
  fc.tuple(fc.integer({ min: 0, max: DOSSIERS - 1 }), fc.constantFrom('personal-data-viewed', 'dossier-accessed', 'access-reviewed'), days)
    .map(([n, type, on]) => recorded(named('access', n), type, { on, dossier: { system: 's', reference: `r${n}` }, outcome: 'justified' })),
  which.map((n) => recorded(named('destruction-list-items', n), 'destruction-list-items-recorded', { listId: uuid(n), items: [] })),
  fc.tuple(which, fc.constantFrom('destruction-list-submitted', 'destruction-list-executed', 'destruction-list-cancelled', 'destruction-list-purged'), days)
    .map(([n, type, on]): Recorded => recorded(named('destruction-list', n), type, { on, runId: 'run', destroyed: 1, skipped: {} })),
);

/** Lists are there before anything is said of them, and are never destroyed. */
export const LISTS_DRAWN_UP: readonly Recorded[] = Array.from({ length: LISTS }, (_, n) => recorded(named('destruction-list', n), 'destruction-list-drawn-up', {
  name: 'Lijst', items: 1, itemsStream: named('destruction-list-items', n), scheduleVersion: 'v', on: '2024-01-01',
}));

/** What goes with a dossier: the stream of who looked at it. */
export function unitOf(stream: StreamName): readonly StreamName[] {
  const n = Array.from({ length: DOSSIERS }, (_, one) => one).find((one) => dossierStream(one) === stream);
  return n === undefined ? [stream] : [stream, named('access', n)];
}

export function streamDestructionBegun(stream: StreamName, on: string): Recorded {
  return recorded(stream, 'stream-destruction-begun', { runId: 'run', kind: stream.replace(/-[0-9a-f]{8}-.*$/, ''), rule: 'eigen', firstDestructionDay: on, on });
}
