import fc from 'fast-check';
import { exampleSchedule, proposedSchedule } from '#domain/retention/proposed-schedule';
import { fact, GOVERNANCE, type Recorded } from './fold-harness.js';

export const DOSSIERS = 4;
const days = fc.constantFrom('2004-02-29', '2018-12-31', '2019-01-01', '2020-02-29', '2023-07-01', '2024-06-15', '2025-12-31', '2026-01-01');
const occurred = fc.oneof(
  days.map((occurredOn) => ({ occurredOn })),
  fc.record({ day: days, hour: fc.constantFrom('00:30', '10:00', '23:30') }).map(({ day, hour }) => ({ occurredAt: `${day}T${hour}:00+01:00` })),
);
const dossier = fc.integer({ min: 0, max: DOSSIERS - 1 });
const code = (...codes: string[]): fc.Arbitrary<string> => fc.constantFrom(...codes);
const consentId = code('T1', 'T2');
const decisionId = code('D1', 'D2', 'D3');
const recipient = fc.constantFrom({ organisation: 'Wijkteam Noord', kind: 'wijkteam' }, { organisation: 'GGD' });
const purposes = fc.constantFrom(['hulp'], ['hulp', 'toezicht']);
const categories = fc.constantFrom(['gezondheid'], ['gezondheid', 'schulden'], ['schulden']);
const articles = fc.constantFrom<unknown>(
  'none', 'onbekend', { article: 'wmo2015-5.1.1-4-hergebruik-client' }, { article: 'bestaat-niet' }, { gdpr: '6-1-e' },
);

const scope = fc.record({ purposes, recipients: recipient.map((one) => [one]), categories });

export const sharingFact: fc.Arbitrary<Recorded> = fc.oneof(
  fc.tuple(dossier, occurred, consentId).map(([n, at, id]) => fact(n, 'consent-requested', { ...at, consentId: id })),
  fc.tuple(dossier, occurred, consentId, scope, fc.constantFrom({}, { validUntil: '2024-12-31' }, { generic: true }))
    .map(([n, at, id, about, more]) => fact(n, 'consent-given', { ...at, consentId: id, ...about, ...more, givenBy: [{ relation: 'zelf' }], form: 'mondeling' })),
  fc.tuple(dossier, occurred, consentId, fc.constantFrom('consent-refused', 'consent-withdrawn'), fc.constantFrom({}, { purposes: ['toezicht'] }))
    .map(([n, at, id, type, part]) => fact(n, type, { ...at, consentId: id, ...part })),
  fc.tuple(dossier, occurred, fc.option(decisionId, { nil: undefined }), recipient, categories)
    .map(([n, at, id, to, about]) => fact(n, 'data-shared', { ...at, recipient: to, categories: about, ...(id === undefined ? { routeId: 'R1' } : { decisionId: id }) })),
  fc.tuple(dossier, code('avg-21', 'klacht-ap', 'Jan Jansen'), days).map(([n, kind, receivedOn]) => fact(n, 'objection-received', { kind, receivedOn })),
);

export const decision: fc.Arbitrary<Recorded> = fc.tuple(dossier, occurred, decisionId, fc.option(consentId, { nil: undefined }), articles, fc.boolean())
  .map(([n, at, id, consent, legalBasis, without]) => fact(n, 'sharing-decided', {
    ...at, decisionId: id, outcome: 'delen', purpose: 'hulp', legalBasis, ...(consent === undefined ? {} : { consentId: consent }),
    ...(without ? { withoutConsent: { why: 'serious-danger', risk: 'huiselijk-geweld' } } : {}),
  }));

const retentionFact: fc.Arbitrary<Recorded> = fc.oneof(
  fc.tuple(dossier, occurred, code('wmo2015', 'jeugdwet', 'participatiewet')).map(([n, at, law]) => fact(n, 'dossier-opened', {
    ...at, law, subjects: [{ subjectId: `00000000-0000-4000-8000-00000000000${n}`, role: 'client' }],
  })),
  fc.tuple(dossier, days, code('verleend', 'geweigerd', 'afgebroken')).map(([n, on, result]) => fact(n, 'dossier-closed', { on, result })),
  fc.tuple(dossier, days, code('end-of-provision', 'last-change', 'end-of-benefit')).map(([n, on, trigger]) => fact(n, 'retention-trigger', { trigger, on })),
  fc.tuple(dossier, days, code('klacht', 'bezwaar'), fc.option(code('h1', 'h2'), { nil: undefined }), fc.constantFrom('hold-placed', 'hold-lifted'))
    .map(([n, on, kind, holdId, type]) => fact(n, type, { kind, on, ...(holdId === undefined ? {} : { holdId }) })),
  fc.tuple(dossier, days).map(([n, on]) => fact(n, 'dossier-reopened', { on, reason: 'r' })),
  fc.tuple(dossier, days).map(([n, until]) => fact(n, 'retention-extended', { until })),
  fc.tuple(dossier, code('vernietigen', 'blijvend_bewaren')).map(([n, designation]) => fact(n, 'designation-changed', { designation })),
  fc.tuple(dossier, days, days).map(([n, dateOfBirth, on]) => fact(n, 'subject-joined', { subject: { subjectId: `s${n}`, role: 'youth', dateOfBirth }, on })),
  fc.tuple(dossier, days).map(([n, on]) => fact(n, 'subject-status', { subject: { subjectId: `s${n}` }, status: 'deceased', on })),
  fc.tuple(dossier, consentId, code('2024-12-31', '2023-06-30')).map(([n, id, validUntil]) => fact(n, 'consent-expired', { consentId: id, validUntil })),
  fc.tuple(days, code('hold-placed', 'hold-lifted'), fc.option(code('wmo2015', 'jeugdwet'), { nil: undefined })).map(([on, type, law]): Recorded => ({
    stream: GOVERNANCE, event: { type, schema: 1, data: { occurredOn: on, kind: 'vernietigingsstop', on, holdId: 'stop', scope: law === undefined ? { period: { from: '2020-01-01' } } : { laws: [law] } } },
  })),
);

const adoption: fc.Arbitrary<Recorded> = fc.tuple(fc.boolean(), days).map(([old, on]) => ({
  stream: GOVERNANCE,
  event: { type: 'schedule-adopted', schema: 1, data: { ...(old ? exampleSchedule() : proposedSchedule()), adoptedBy: 'college', mandate: 'm', archivistAdvice: 'a', on } },
}));

export const anyFact: fc.Arbitrary<Recorded> = fc.oneof(
  { arbitrary: sharingFact, weight: 5 }, { arbitrary: decision, weight: 3 }, { arbitrary: retentionFact, weight: 5 }, { arbitrary: adoption, weight: 1 },
);

export function destructionBegun(n: number, on: string): Recorded {
  return fact(n, 'destruction-begun', { runId: 'run', listId: 'list', rule: { id: 'wmo', version: 'v' }, firstDestructionDay: on, on });
}

export function calledOff(n: number): Recorded {
  return fact(n, 'destruction-called-off', { runId: 'run', reason: 'held' });
}
