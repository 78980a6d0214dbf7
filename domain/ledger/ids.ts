/** Branded identifiers: a string of one kind cannot be passed where another is meant. */
declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** `<kind>-<uuid>`; the uuid is random and says nothing about anyone. */
export type StreamName = Branded<string, 'StreamName'>;
/** UUIDv7 given by the ledger, lower case. */
export type EventId = Branded<string, 'EventId'>;
/** Random UUID; one per person *per law*, so that no case system can join a person across laws. */
export type SubjectId = Branded<string, 'SubjectId'>;

/** Index of the event's leaf in the ledger's tree, from 0: the one order there is. */
export type Position = number;
/** Place of an event in its stream, from 0. */
export type Revision = number;
/** The revision an append expects when the stream must not exist yet. */
export const NO_STREAM = -1;

export const STREAM_KINDS = [
  'dossier', 'access', 'governance', 'rights-request', 'meeting', 'searches', 'destruction-list', 'destruction-list-items', 'log',
] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

const STREAM_NAME = /^(dossier|access|governance|rights-request|meeting|searches|destruction-list-items|destruction-list|log)-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

export function streamName(kind: StreamKind, uuid: string): StreamName {
  const name = `${kind}-${uuid}`;
  if (!STREAM_NAME.test(name)) throw new Error(`not a stream name of kind ${kind}`);
  return name as StreamName;
}

/** Reads a stored name; throws when it is none, since a malformed name in the store is a broken invariant. */
export function parseStreamName(text: string): { name: StreamName; kind: StreamKind; uuid: string } {
  const match = STREAM_NAME.exec(text);
  if (match === null) throw new Error('malformed stream name');
  return { name: text as StreamName, kind: match[1] as StreamKind, uuid: match[2]! };
}

export function streamKind(name: StreamName): StreamKind {
  return parseStreamName(name).kind;
}
