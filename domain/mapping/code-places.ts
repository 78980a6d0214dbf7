import type { CodeList } from '#domain/reference/codes';

/** Where codes stand in the data of an event type; made from the classes that check those data. */
export type CodePlaces = ReadonlyMap<string, CodePlace>;

export type CodePlace =
  /** One code or a list of codes. One that steers is never replaced: when unknown, the event is refused. */
  | { readonly kind: 'code'; readonly lists: readonly CodeList[]; readonly steers: boolean }
  /** One object or a list of objects. */
  | { readonly kind: 'group'; readonly places: CodePlaces };
