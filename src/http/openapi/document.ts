import { codesOf, type CodeList } from '#domain/reference/codes';
import type { RefusalCode } from '#domain/ledger/refusals';
import type { ApiContact } from '#src/composition/config';
import { API_VERSION } from '#src/http/headers';
import { DtoSchemas } from '#src/http/openapi/dto-schemas';
import { TAGS, type DescribeGroup, type EndpointDescription, type Parameter } from '#src/http/openapi/endpoint';
import { dossiers } from '#src/http/openapi/endpoints/dossiers';
import { destruction } from '#src/http/openapi/endpoints/destruction';
import { events } from '#src/http/openapi/endpoints/events';
import { house } from '#src/http/openapi/endpoints/house';
import { questions } from '#src/http/openapi/endpoints/questions';
import { retention } from '#src/http/openapi/endpoints/retention';
import { eventSchemas } from '#src/http/openapi/event-schemas';
import { PROBLEM_SCHEMAS, problemResponses } from '#src/http/openapi/problem-schema';
import type { Schema } from '#src/http/openapi/schema';
import { ROLE_TABLE, type EndpointRow } from '#src/identity/role-table';

const GROUPS: readonly DescribeGroup[] = [events, questions, dossiers, retention, destruction, house];
const BASE = '/v1';
/** Stands in the document of the source tree; a ledger has its own (REKENSCHAP_CONTACT_NAME and on). */
const EXAMPLE_CONTACT: ApiContact = { name: 'Beheer van dit grootboek', email: 'grootboek@gemeente.example', url: 'https://gemeente.example/grootboek' };

/** On every answer; each is described once under components. */
const HEADERS: Readonly<Record<string, Schema>> = headerRefs('API-Version', 'Request-Id');

/** Whatever may go wrong on a call of this kind, whichever the endpoint is. */
const WITH_TOKEN: readonly RefusalCode[] = ['unauthenticated', 'forbidden', 'issuer-unavailable'];
const WITH_BODY: readonly RefusalCode[] = [
  'malformed', 'field-invalid', 'unknown-field', 'unknown-code', 'bsn-not-allowed', 'too-large', 'unsupported-media-type',
];

/**
 * The API as an OpenAPI 3.0 document: endpoints from the role table, bodies from the DTOs, event types from the
 * catalogue, refusals from their table. An endpoint that is described nowhere is left out: `undescribed` finds it.
 */
export function openApiDocument(table: readonly EndpointRow[] = ROLE_TABLE, contact = EXAMPLE_CONTACT): Schema {
  const dtos = new DtoSchemas();
  const groups = GROUPS.map((describe) => describe(dtos));
  const descriptions = new Map(groups.flatMap(({ endpoints }) => endpoints.map((one) => [one.endpoint as string, one])));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const row of table) {
    const description = descriptions.get(`${row.method} ${row.path}`);
    if (description === undefined) continue;
    const { path, servers } = placeOf(row.path);
    paths[path] = { ...servers, ...paths[path], [row.method.toLowerCase()]: operation(row, description) };
  }
  const events = eventSchemas(dtos);
  const schemas = { ...events, ...dtos.components, ...Object.assign({}, ...groups.map((group) => group.schemas)) as Record<string, Schema>, ...PROBLEM_SCHEMAS };
  return {
    openapi: '3.0.3',
    info: {
      title: 'Rekenschap', version: API_VERSION,
      description: 'Grootboek voor toestemming en verantwoording in het sociaal domein van Nederlandse gemeenten. Zo begint u: docs/leveranciers.md in de broncode.',
      contact: { name: contact.name, email: contact.email, url: contact.url },
      license: { name: 'EUPL-1.2', url: 'https://eupl.eu/1.2/nl/' },
    },
    servers: [{ url: BASE, description: 'Waar dit document vandaan komt.' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      headers: COMPONENT_HEADERS,
      securitySchemes: { token: {
        type: 'http', scheme: 'bearer', bearerFormat: 'JWT',
        description: 'Van de identiteitsvoorziening van de gemeente; voor een proef van `rekenschap token`.',
      } },
    },
    'x-codelijsten': codeLists(schemas),
  };
}

/** What a test keeps empty: endpoints of the table without a description, and descriptions without an endpoint. */
export function undescribed(table: readonly EndpointRow[] = ROLE_TABLE): readonly string[] {
  const rows = new Set(table.map(({ method, path }) => `${method} ${path}`));
  const described = new Set<string>(GROUPS.flatMap((describe) => describe(new DtoSchemas()).endpoints.map(({ endpoint }) => endpoint)));
  return [...rows].filter((row) => !described.has(row)).concat([...described].filter((row) => !rows.has(row)));
}

/** Paths are under the server /v1, save those of the house that no version belongs to or that are files. */
function placeOf(path: string): { readonly path: string; readonly servers: Schema } {
  const templated = path.replaceAll(/:([a-z]+)/gi, '{$1}');
  const versioned = templated.startsWith(`${BASE}/`) && (templated.endsWith('/openapi.json') || !templated.endsWith('.json'));
  return versioned ? { path: templated.slice(BASE.length), servers: {} } : { path: templated, servers: { servers: [{ url: '/' }] } };
}

function operation(row: EndpointRow, description: EndpointDescription): Schema {
  const { operationId, tag, summary, path = [], query = [], headers = [], body, answers, refusals = [] } = description;
  const open = row.roles === 'public';
  const parameters = [
    ...path.map((one) => parameter('path', { ...one, required: true })), ...query.map((one) => parameter('query', one)),
    ...headers.map((one) => parameter('header', one)),
  ];
  // A parameter that is no such thing at all is malformed, like a body.
  const asked = body !== undefined ? WITH_BODY : parameters.length > 0 ? ['malformed'] as const : [];
  const writes = row.method === 'GET' ? [] : ['store-unavailable'] as const;
  return {
    operationId, tags: [tag], summary,
    description: [description.description, open ? 'Voor iedereen.' : `Rollen: ${row.roles.join(', ')}.`].filter(Boolean).join('\n\n'),
    'x-rollen': open ? [] : row.roles,
    security: open ? [] : [{ token: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: body.required ?? true, content: body.content } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, {
        description: answer.description, headers: { ...HEADERS, ...headerRefs(...(answer.headers ?? [])) },
        ...(answer.content === undefined ? {} : { content: answer.content }),
      }])),
      ...problemResponses([...asked, ...(open ? [] : WITH_TOKEN), ...refusals, ...writes, 'internal-error'], HEADERS),
    },
  };
}

function parameter(place: 'path' | 'query' | 'header', { name, description, schema, required = false }: Parameter): Schema {
  return { name, in: place, required, description, schema };
}

function headerRefs(...names: readonly string[]): Readonly<Record<string, Schema>> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

const header = (description: string, schema: Schema = { type: 'string' }): Schema => ({ description, schema });

const COMPONENT_HEADERS: Readonly<Record<string, Schema>> = {
  'API-Version': header('Volledige versie van de API.', { type: 'string', example: API_VERSION }),
  'Request-Id': header('Noem dit bij een vraag aan beheer.', { type: 'string', format: 'uuid' }),
  'ETag': header('Versie van de lijst, voor If-Match.'),
  'Location': header('Adres van de nieuwe lijst.'),
  'Vary': header('De vorm hangt af van Accept.'),
  'Access-Control-Allow-Origin': header('Elke webpagina mag dit document lezen.', { type: 'string', enum: ['*'] }),
  'WWW-Authenticate': header('Bearer realm="rekenschap"'),
  'Retry-After': header('Seconden tot een nieuwe poging zin heeft.', { type: 'integer', minimum: 1 }),
};

/** The lists of codes that the schemas point at, with their Dutch labels. */
function codeLists(schemas: Schema): Readonly<Record<string, readonly Schema[]>> {
  const named = new Set<CodeList>();
  JSON.stringify(schemas, (key, value: unknown) => {
    if (key === 'x-codelijst') for (const name of value as readonly CodeList[]) named.add(name);
    return value;
  });
  return Object.fromEntries([...named].sort().map((name) => [name, codesOf(name).map(({ code, nl, en }) => ({ code, omschrijving: nl ?? en ?? code }))]));
}
