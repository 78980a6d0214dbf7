/** JSON Schema as OpenAPI 3.0 has it, or a reference to one. */
export type Schema = Readonly<Record<string, unknown>>;

/** One response or request body by media type. */
export type Content = Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

export function list(items: Schema, description?: string): Schema {
  return { type: 'array', items, ...(description === undefined ? {} : { description }) };
}

/** An object of which every member is there, save those named in `optional`. */
export function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = [], description?: string): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return {
    type: 'object', ...(description === undefined ? {} : { description }),
    ...(required.length === 0 ? {} : { required }), properties,
  };
}

export function nullable(schema: Schema): Schema {
  // In OpenAPI 3.0 nullable counts only beside a type, and nothing counts beside a $ref.
  return '$ref' in schema ? { oneOf: [schema, { type: 'object', nullable: true, enum: [null] }] } : { ...schema, nullable: true };
}

export const TEXT: Schema = { type: 'string' };
export const BINARY: Schema = { type: 'string', format: 'binary' };
export const DAY: Schema = { type: 'string', format: 'date' };
export const MOMENT: Schema = { type: 'string', format: 'date-time' };
export const NUMBER: Schema = { type: 'integer', minimum: 0 };
export const FLAG: Schema = { type: 'boolean' };
export const UUID: Schema = { type: 'string', format: 'uuid' };
export const SHA256: Schema = { type: 'string', pattern: '^[0-9a-f]{64}$' };

export function described(schema: Schema, description: string): Schema {
  return '$ref' in schema ? { allOf: [schema], description } : { ...schema, description };
}
