import { CATALOGUE, type CatalogueEntry } from '#domain/catalogue';

/** Data of one schema version to data of the next. Pure; what it cannot know stays absent. */
export type UpcastStep = (data: never) => unknown;

/** Per event type the steps from version 1 on: step n leads from schema n+1 to n+2. Types without steps are absent. */
export type UpcastSteps = Readonly<Record<string, readonly UpcastStep[]>>;

export interface Versioned {
  readonly type: string;
  readonly schema: number;
  readonly data: unknown;
}

/** No event has a second version yet; the first one goes here, with a golden file of both. */
const STEPS: UpcastSteps = {};

/**
 * Makes the reader of stored events. Events are never rewritten, so each version ever written stays readable here.
 * Throws at once when table and steps disagree, and on reading a type or schema that is not known: an event that is
 * skipped or guessed would be a lost fact.
 */
export function createUpcaster(
  catalogue: Readonly<Record<string, Pick<CatalogueEntry, 'schema'>>>, steps: UpcastSteps,
): (event: Versioned) => Versioned {
  for (const [type, list] of Object.entries(steps)) {
    if (!Object.hasOwn(catalogue, type)) throw new Error(`upcast steps for a type that is not in the catalogue: ${type}`);
    if (catalogue[type]!.schema !== list.length + 1) throw new Error(`${type} has ${list.length} upcast steps for schema ${catalogue[type]!.schema}`);
  }
  for (const [type, entry] of Object.entries(catalogue)) {
    if (entry.schema !== 1 && !Object.hasOwn(steps, type)) throw new Error(`${type} has no upcast steps`);
  }
  return (event) => {
    const current = Object.hasOwn(catalogue, event.type) ? catalogue[event.type]!.schema : undefined;
    if (current === undefined) throw new Error('stored event of an unknown type: readers must be deployed first');
    if (!Number.isInteger(event.schema) || event.schema < 1 || event.schema > current) {
      throw new Error(`stored ${event.type} of an unknown schema: readers must be deployed first`);
    }
    if (event.schema === current) return event;
    let data = event.data;
    for (const step of steps[event.type]!.slice(event.schema - 1)) data = step(data as never);
    return { type: event.type, schema: current, data };
  };
}

const current = createUpcaster(CATALOGUE, STEPS);

/** Any stored event in its current shape, with the replacement that a correction carries. */
export function upcast(event: Versioned): Versioned {
  const read = current(event);
  if (read.type !== 'event-corrected') return read;
  const { ofType, ofSchema, replacement } = read.data as { readonly ofType: string; readonly ofSchema: number; readonly replacement: unknown };
  const inner = current({ type: ofType, schema: ofSchema, data: replacement });
  return inner.schema === ofSchema ? read : { ...read, data: { ...(read.data as object), ofSchema: inner.schema, replacement: inner.data } };
}
