import { Ajv, type ValidateFunction } from 'ajv';
import formatsPlugin from 'ajv-formats';
import { openApiDocument } from '#src/http/openapi/document';

// Both packages are CommonJS: under NodeNext their function is a member.
const addFormats = formatsPlugin.default;

export type Json = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

export const generated = openApiDocument() as Json;

/** A validator of every schema of the document, as OpenAPI 3.0 means it. `closed`: members that are not described are errors. */
export function schemaValidators({ closed }: { readonly closed: boolean }): (schema: Json) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const document = closed ? closedSchemas(generated) as Json : generated;
  ajv.addSchema(document, 'openapi');
  return (schema) => ajv.compile(atDocument(closed ? closedSchemas(schema) : schema) as object);
}

function atDocument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(atDocument);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [
    name, name === '$ref' ? String(member).replace(/^#/, 'openapi#') : atDocument(member),
  ]));
}

function closedSchemas(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedSchemas);
  if (typeof value !== 'object' || value === null) return value;
  const copied = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closedSchemas(member)]));
  const described = copied['type'] === 'object' && copied['properties'] !== undefined && copied['additionalProperties'] === undefined;
  return described ? { ...copied, additionalProperties: false } : copied;
}
