import type { Role } from '#src/recording/principal';

/**
 * Who may call what: the one table (api.md). The gate reads it before a body is read; start-up fails when a route is
 * missing from it or a row has no route; a test walks every row with every role and another organisation's token.
 */
export interface EndpointRow {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As Nest and Fastify write it: `/v1/events/:id/receipt`. */
  readonly path: string;
  readonly roles: readonly Role[] | 'public';
}

/** Who may send an event at all; which event by which role is in the catalogue (domain/catalogue). */
const SENDERS: readonly Role[] = [
  'case-system', 'professional', 'privacy-officer', 'fg', 'record-manager', 'archivist', 'controller',
];
const LIST_KEEPERS: readonly Role[] = ['record-manager', 'applicatiebeheer'];
const LIST_READERS: readonly Role[] = [...LIST_KEEPERS, 'process-owner', 'archivist', 'fg', 'auditor'];

const EVENTS: readonly EndpointRow[] = [
  { method: 'POST', path: '/v1/events', roles: SENDERS },
  { method: 'POST', path: '/v1/events/_bulk', roles: ['case-system'] },
  { method: 'GET', path: '/v1/events/:id/receipt', roles: [...SENDERS, 'auditor'] },
];

const OFFICERS: readonly Role[] = ['privacy-officer', 'fg'];

const ANSWERS: readonly EndpointRow[] = [
  { method: 'POST', path: '/v1/consents/_status', roles: ['case-system', 'privacy-officer', 'fg'] },
  { method: 'GET', path: '/v1/dossiers/:id/timeline', roles: OFFICERS },
  { method: 'POST', path: '/v1/dossiers/_search', roles: OFFICERS },
  { method: 'POST', path: '/v1/data-subjects/_search', roles: OFFICERS },
  { method: 'GET', path: '/v1/annual-reports/:year', roles: ['controller', 'fg'] },
];

const RETENTION: readonly EndpointRow[] = [
  { method: 'GET', path: '/v1/retention/agenda', roles: ['applicatiebeheer', 'record-manager'] },
  { method: 'POST', path: '/v1/retention/runs', roles: ['applicatiebeheer', 'record-manager'] },
  { method: 'POST', path: '/v1/retention-schedules', roles: ['controller'] },
  { method: 'POST', path: '/v1/retention-schedules/_preview', roles: ['controller', 'applicatiebeheer', 'record-manager'] },
];

/** retention-and-destruction.md, "May"; one person one role per list is the list's own decider. */
const DESTRUCTION: readonly EndpointRow[] = [
  { method: 'POST', path: '/v1/destruction-lists', roles: LIST_KEEPERS },
  { method: 'GET', path: '/v1/destruction-lists', roles: LIST_READERS },
  { method: 'GET', path: '/v1/destruction-lists/:id', roles: LIST_READERS },
  { method: 'PUT', path: '/v1/destruction-lists/:id/items/:n', roles: ['process-owner', ...LIST_KEEPERS] },
  { method: 'POST', path: '/v1/destruction-lists/:id/submissions', roles: LIST_KEEPERS },
  { method: 'POST', path: '/v1/destruction-lists/:id/advices', roles: ['archivist', 'process-owner'] },
  { method: 'POST', path: '/v1/destruction-lists/:id/replacements', roles: ['process-owner', ...LIST_KEEPERS] },
  { method: 'POST', path: '/v1/destruction-lists/:id/change-requests', roles: ['process-owner', 'archivist'] },
  { method: 'POST', path: '/v1/destruction-lists/:id/reviews', roles: ['process-owner'] },
  { method: 'POST', path: '/v1/destruction-lists/:id/approvals', roles: ['archivist', 'process-owner'] },
  { method: 'POST', path: '/v1/destruction-lists/:id/cancellations', roles: LIST_KEEPERS },
  { method: 'POST', path: '/v1/destruction-lists/:id/executions', roles: ['applicatiebeheer'] },
  { method: 'POST', path: '/v1/destruction-lists/:id/hearings', roles: ['process-owner', ...LIST_KEEPERS] },
  { method: 'POST', path: '/v1/destruction-lists/:id/tellings', roles: LIST_KEEPERS },
  { method: 'GET', path: '/v1/destruction-lists/:id/certificate', roles: LIST_READERS },
  { method: 'GET', path: '/v1/destruction-runs', roles: LIST_READERS },
  { method: 'GET', path: '/v1/destruction-runs/:id/certificate', roles: LIST_READERS },
  { method: 'POST', path: '/v1/destruction-policies', roles: ['controller'] },
  { method: 'GET', path: '/v1/standing-authorisations', roles: [...LIST_READERS, 'controller'] },
  { method: 'POST', path: '/v1/standing-authorisations', roles: ['archivist'] },
  { method: 'POST', path: '/v1/standing-authorisations/:id/endings', roles: ['archivist', 'controller'] },
];

/** Probes of a container platform carry no token and learn no more than up or not; figures are for operations. */
const HOUSE: readonly EndpointRow[] = [
  { method: 'GET', path: '/v1/log/checkpoint', roles: ['auditor'] },
  { method: 'GET', path: '/v1/jwks.json', roles: 'public' },
  { method: 'POST', path: '/v1/clock/confirmations', roles: ['operations'] },
  { method: 'GET', path: '/v1/openapi.json', roles: 'public' },
  { method: 'GET', path: '/health/live', roles: 'public' },
  { method: 'GET', path: '/health/ready', roles: 'public' },
  { method: 'GET', path: '/metrics', roles: ['operations'] },
];

export const ROLE_TABLE: readonly EndpointRow[] = [...EVENTS, ...ANSWERS, ...RETENTION, ...DESTRUCTION, ...HOUSE];

/** What is wrong between the table and the routes that were registered; empty when they are the same set. */
export function tableGaps(routes: readonly { readonly method: string; readonly path: string }[], table: readonly EndpointRow[]): readonly string[] {
  const rows = new Set(table.map((row) => `${row.method} ${row.path}`));
  const registered = new Set(routes.map((route) => `${route.method} ${route.path}`));
  return [
    ...[...registered].filter((route) => !rows.has(route)).map((route) => `route without a row in the role table: ${route}`),
    ...[...rows].filter((row) => !registered.has(row)).map((row) => `row in the role table without a route: ${row}`),
    ...(rows.size === table.length ? [] : ['the role table names an endpoint twice']),
  ];
}
