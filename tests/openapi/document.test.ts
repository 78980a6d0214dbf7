import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_TYPE_PREFIX, SENT_EVENT_TYPES } from '#domain/catalogue';
import { configFromEnvironment, ConfigurationError } from '#src/composition/config';
import { openApiDocument, undescribed } from '#src/http/openapi/document';
import { ROLE_TABLE } from '#src/identity/role-table';
import { House, OIN } from '../http/harness.js';
import { generated, type Json } from './schemas.js';

const COMMITTED = join(import.meta.dirname, '..', '..', 'docs', 'openapi.json');

/** Every operation with its path. */
function operations(document: Json): readonly [string, Json][] {
  return Object.entries(document['paths'] as Json).flatMap(([path, item]) => Object.entries(item as Json)
    .filter(([method]) => method !== 'servers').map(([method, operation]): [string, Json] => [`${method.toUpperCase()} ${path}`, operation as Json]));
}

describe('docs/openapi.json', () => {
  it('is what the code says now', () => {
    const text = `${JSON.stringify(generated, null, 1)}\n`;
    if (process.env['REKENSCHAP_UPDATE_DOCS'] === '1') writeFileSync(COMMITTED, text);
    expect(readFileSync(COMMITTED, 'utf8') === text, 'docs/openapi.json is out of date: REKENSCHAP_UPDATE_DOCS=1 npm test -- tests/openapi/document.test.ts writes it').toBe(true);
  });
});

describe('the document', () => {
  it('describes every endpoint of the role table, and nothing else', () => {
    expect(undescribed()).toEqual([]);
    expect(operations(generated)).toHaveLength(ROLE_TABLE.length);
    expect(undescribed([...ROLE_TABLE, { method: 'GET', path: '/v1/secret', roles: [] }])).toEqual(['GET /v1/secret']);
    expect(undescribed(ROLE_TABLE.slice(1))).toEqual([expect.stringMatching(/^[A-Z]+ \/v1/)]);
  });

  it('says who may call what as the role table does', () => {
    const roles = operations(generated).map(([, { security, 'x-rollen': own }]) => (security.length === 0 ? 'public' : own));
    expect(roles).toEqual(ROLE_TABLE.map((row) => row.roles));
  });

  it('has a schema for every event type that may be sent', () => {
    const { schemas } = generated['components'];
    const types = (schemas.CloudEvent.oneOf as Json[]).map(({ $ref }) => schemas[$ref.split('/').at(-1)].properties.type.enum);
    expect(types).toEqual(SENT_EVENT_TYPES.map((type) => [EVENT_TYPE_PREFIX + type]));
  });

  it('says of every field what it is', () => {
    const silent = Object.entries(generated['components'].schemas as Json).flatMap(([name, schema]) =>
      Object.entries((schema.properties ?? {}) as Json).filter(([, field]) => !['type', '$ref', 'oneOf', 'allOf'].some((key) => key in field))
        .map(([field]) => `${name}.${field}`));
    expect(silent, 'give its constraint a shape in src/http/openapi/dto-schemas.ts').toEqual([]);
  });

  it('points at nothing that is not there', () => {
    const missing: string[] = [];
    JSON.stringify(generated, (key, value: unknown) => {
      if (key === '$ref' && (String(value).slice(2).split('/').reduce<Json | undefined>((at, name) => at?.[name], generated)) === undefined) missing.push(String(value));
      return value;
    });
    expect(missing).toEqual([]);
  });

  it('is made anew each time, the same', () => {
    expect(openApiDocument()).toEqual(generated);
  });
});

describe('GET /v1/openapi.json', () => {
  let house: House;
  beforeAll(async () => { house = await House.open(); });
  afterAll(async () => { await house.close(); });

  it('is there for everyone, web pages of others included', async () => {
    const answer = await house.ask({ path: '/v1/openapi.json', headers: { origin: 'https://elders.example' } });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin', 'content-type': 'application/json', 'api-version': '1.0.0' });
    expect(answer.body).toEqual(JSON.parse(JSON.stringify(generated)));
  });

  it('names whom this ledger says, or else an example', async () => {
    const given = { REKENSCHAP_OIN: OIN, REKENSCHAP_CONTACT_NAME: 'Team Gegevens', REKENSCHAP_CONTACT_EMAIL: 'api@gemeente.example', REKENSCHAP_CONTACT_URL: 'https://api.gemeente.example' };
    const { apiContact } = configFromEnvironment(given);
    const own = await House.open({ apiContact: apiContact! });
    try {
      const { info } = (await own.ask({ path: '/v1/openapi.json' })).body as { readonly info: Json };
      expect(info['contact']).toEqual({ name: 'Team Gegevens', email: 'api@gemeente.example', url: 'https://api.gemeente.example' });
    } finally {
      await own.close();
    }
    expect(configFromEnvironment({ REKENSCHAP_OIN: OIN })).not.toHaveProperty('apiContact');
    for (const wrong of [{ REKENSCHAP_CONTACT_URL: '' }, { REKENSCHAP_CONTACT_EMAIL: 'api' }, { REKENSCHAP_CONTACT_URL: 'http://api.gemeente.example' }]) {
      expect(() => configFromEnvironment({ ...given, ...wrong })).toThrow(ConfigurationError);
    }
  });

  it('is the only answer that other pages may read', async () => {
    for (const path of ['/health/live', '/v1/jwks.json', '/v1/log/checkpoint', '/nergens']) {
      const { headers } = await house.ask({ path, headers: { origin: 'https://elders.example' } });
      expect(headers['access-control-allow-origin'], path).toBeUndefined();
      expect(headers['cross-origin-resource-policy'], path).toBe('same-origin');
    }
  });
});
