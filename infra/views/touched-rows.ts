import type { Row, TableDefinition, Value } from '#projections/projection';

/** A row of the transaction under way, as it was read or as it is to be written. */
export interface Touched {
  readonly key: readonly Value[];
  /** What follows the first column in the key. Columns are typed, so that a number and its text never meet under one. */
  readonly rest: Value;
  /** Undefined: there is none. */
  row: Row | undefined;
  changed: boolean;
}

/** The touched rows under one value of the first column of the key; where that is the whole key, all of them. */
interface Group {
  readonly rows: Touched[];
  /** By `rest`, once there are more than a few. */
  byRest: Map<Value, Touched> | null;
  /** Nothing else is under that value: what is not here is not there. Null: nobody has looked. */
  whole: boolean | null;
  changed: Touched[];
}

/** Rows of a table that one transaction keeps in memory beyond those that are still to be written. */
const KEPT_AT_MOST = 20_000;
/** Above it the database looks faster than a walk through all of them. */
const WALKED_AT_MOST = 64;
/** Up to so many a walk finds one as fast as a map, which costs more to make. */
const FEW = 8;
const ABSENT: Touched = { key: [], rest: null, row: undefined, changed: false };

/**
 * Rows of one table that were read or changed by key. Under a new dossier there is nothing yet: once that was seen,
 * no question about it costs a look in the database, and its rows are written once, in the order of the key.
 */
export class TouchedRows {
  readonly #definition: TableDefinition;
  readonly #groups = new Map<Value, Group>();
  #changed: Group[] = [];
  #count = 0;

  constructor(definition: TableDefinition) {
    this.#definition = definition;
  }

  /** Undefined: nothing is known of it. */
  get(key: readonly Value[]): Touched | undefined {
    const group = this.#groups.get(firstOf(key));
    if (group === undefined) return undefined;
    return find(group, restOf(key)) ?? (group.whole === true ? ABSENT : undefined);
  }

  /** A row of which nothing was known. */
  read(key: readonly Value[], row: Row | undefined): void {
    this.#add(this.#groupOf(firstOf(key)), { key, rest: restOf(key), row, changed: false });
  }

  change(key: readonly Value[], row: Row | undefined): void {
    const group = this.#groupOf(firstOf(key));
    const rest = restOf(key);
    let touched = find(group, rest);
    if (touched === undefined) this.#add(group, touched = { key, rest, row, changed: false });
    else touched.row = row;
    if (touched.changed) return;
    touched.changed = true;
    if (group.changed.length === 0) this.#changed.push(group);
    group.changed.push(touched);
  }

  /** Is everything under that value of the first column here? `isEmpty` looks whether the database has nothing under it. */
  isWhole(first: Value, isEmpty: () => boolean): boolean {
    const group = this.#groupOf(first);
    return group.whole ??= isEmpty();
  }

  /** The rows that equal `where`, in the order of the key, out of a whole group; undefined when there are too many to walk through. */
  select(first: Value, where: Row): readonly Row[] | undefined {
    const group = this.#groups.get(first)!;
    if (group.rows.length > WALKED_AT_MOST) return undefined;
    const found: Row[] = [];
    for (const { row } of group.rows) if (row !== undefined && equals(row, where)) found.push(row);
    return found.length < 2 ? found : found.sort((a, b) => this.#compareRows(a, b));
  }

  /** After everything that changed was written: an event that moves every dossier must not keep them all. */
  forgetWritten(): void {
    if (this.#changed.length > 0 || this.#count <= KEPT_AT_MOST) return;
    this.#groups.clear();
    this.#count = 0;
  }

  /** What changed since it was last asked, next to its neighbours; `first`: no more is needed than what is under that value. */
  takeChanged(first: Value | undefined): readonly Touched[] {
    if (this.#changed.length === 0) return NONE;
    // Where the key is one column there is one group, and nobody asks for less than all of it.
    if (first !== undefined && this.#definition.key.length > 1) {
      const group = this.#groups.get(first);
      if (group === undefined || group.changed.length === 0) return NONE;
      this.#changed = this.#changed.filter((other) => other !== group);
      return taken(group);
    }
    const groups = this.#changed;
    this.#changed = [];
    groups.sort((a, b) => compareKeys(a.changed[0]!.key, b.changed[0]!.key));
    return groups.flatMap(taken);
  }

  #groupOf(first: Value): Group {
    let group = this.#groups.get(first);
    if (group === undefined) this.#groups.set(first, group = { rows: [], byRest: null, whole: null, changed: [] });
    return group;
  }

  #add(group: Group, touched: Touched): void {
    group.rows.push(touched);
    this.#count += 1;
    if (group.byRest !== null) group.byRest.set(touched.rest, touched);
    else if (group.rows.length > FEW) group.byRest = new Map(group.rows.map((one) => [one.rest, one]));
  }

  #compareRows(a: Row, b: Row): number {
    for (const column of this.#definition.key) {
      const order = compare(a[column]!, b[column]!);
      if (order !== 0) return order;
    }
    return 0;
  }
}

const NONE: readonly Touched[] = [];

function taken(group: Group): readonly Touched[] {
  const { changed } = group;
  group.changed = [];
  for (const touched of changed) touched.changed = false;
  return changed.length === 1 ? changed : changed.sort((a, b) => compareKeys(a.key, b.key));
}

function find({ rows, byRest }: Group, rest: Value): Touched | undefined {
  if (byRest !== null) return byRest.get(rest);
  for (const touched of rows) if (touched.rest === rest) return touched;
  return undefined;
}

function firstOf(key: readonly Value[]): Value {
  return key.length === 1 ? null : key[0]!;
}

function restOf(key: readonly Value[]): Value {
  switch (key.length) {
    case 1: return key[0]!;
    case 2: return key[1]!;
    case 3: return `${String(key[1])}\u0000${String(key[2])}`;
    default: return key.slice(1).join('\u0000');
  }
}

function equals(row: Row, where: Row): boolean {
  for (const column in where) if ((row[column] ?? null) !== (where[column] ?? null)) return false;
  return true;
}

/** Close to the database's order, so that neighbours are written together; not quite it. */
function compareKeys(a: readonly Value[], b: readonly Value[]): number {
  for (let n = 0; n < a.length; n += 1) {
    const [one, other] = [a[n]!, b[n]!];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

/** As the database orders: integers by value, text by its UTF-8 bytes. */
export function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareText(String(a), String(b));
}

function compareText(a: string, b: string): number {
  const shortest = Math.min(a.length, b.length);
  for (let n = 0; n < shortest; n += 1) {
    const difference = rank(a.charCodeAt(n)) - rank(b.charCodeAt(n));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** What lies beyond the first plane UTF-16 writes before U+E000, UTF-8 after it. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
