/** JSON Pointer into the recorded data -> the code as the source wrote it, where `onbekend` stands now. */
export type Originals = Readonly<Record<string, string>>;

const ITEM = /^\/items\/[0-9]+(?=\/)/;

/**
 * What belongs to one part of a message that is split (`items/3`, `dossiers/1`): an item's originals go with that item
 * alone, since another dossier's stream must not keep what it says. Undefined: nothing was unmapped there.
 */
export function originalsOfPart(originals: Originals | undefined, part: string): Originals | undefined {
  return some(Object.entries(originals ?? {}).flatMap(([path, original]): [string, string][] => {
    const item = ITEM.exec(path)?.[0];
    if (item === undefined) return [[path, original]];
    return item === `/${part}` ? [[path.slice(item.length), original]] : [];
  }));
}

/** What stays with the whole of a message that is split. */
export function originalsOfWhole(originals: Originals | undefined): Originals | undefined {
  return some(Object.entries(originals ?? {}).filter(([path]) => !ITEM.test(path)));
}

/** Of the replacement in a correction. */
export function originalsUnder(parent: string, originals: Originals): Originals | undefined {
  return some(Object.entries(originals).map(([path, original]) => [`${parent}${path}`, original]));
}

function some(entries: readonly (readonly [string, string])[]): Originals | undefined {
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
