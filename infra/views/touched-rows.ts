import type { Row, Value } from '#projections/projection';

/** A row of the transaction under way, as it was read or as it is to be written. */
export interface Touched {
  readonly key: readonly Value[];
  /** The key as text: columns are typed, so that a number and its text never meet under one. */
  readonly text: string;
  /** Undefined: there is none. */
  row: Row | undefined;
  changed: boolean;
}

/** Rows of a table that one transaction keeps in memory beyond those that are still to be written. */
const KEPT_AT_MOST = 20_000;

/** Rows of one table that were read or changed by key; those to be written also by the first column of their key. */
export class TouchedRows {
  readonly #all = new Map<string, Touched>();
  readonly #changed = new Map<Value, Touched[]>();

  get(key: readonly Value[]): Touched | undefined {
    return this.#all.get(keyText(key));
  }

  read(key: readonly Value[], row: Row | undefined): void {
    const text = keyText(key);
    this.#all.set(text, { key, text, row, changed: false });
  }

  change(key: readonly Value[], row: Row | undefined): void {
    const text = keyText(key);
    let touched = this.#all.get(text);
    if (touched === undefined) this.#all.set(text, touched = { key, text, row, changed: false });
    else touched.row = row;
    if (touched.changed) return;
    touched.changed = true;
    const under = this.#changed.get(key[0]!);
    if (under === undefined) this.#changed.set(key[0]!, [touched]);
    else under.push(touched);
  }

  /** After everything that changed was written: an event that moves every dossier must not keep them all. */
  forgetWritten(): void {
    if (this.#changed.size === 0 && this.#all.size > KEPT_AT_MOST) this.#all.clear();
  }

  /** What changed since it was last asked, in the order of the key; `first`: only under that value. */
  takeChanged(first: Value | undefined): readonly Touched[] {
    const taken = first === undefined ? [...this.#changed.values()].flat() : this.#changed.get(first) ?? NONE;
    if (taken.length === 0) return taken;
    if (first === undefined) this.#changed.clear();
    else this.#changed.delete(first);
    for (const touched of taken) touched.changed = false;
    return taken.length === 1 ? taken : taken.toSorted((a, b) => (a.text < b.text ? -1 : 1));
  }
}

const NONE: readonly Touched[] = [];

function keyText(key: readonly Value[]): string {
  switch (key.length) {
    case 1: return String(key[0]);
    case 2: return `${String(key[0])}\u0000${String(key[1])}`;
    case 3: return `${String(key[0])}\u0000${String(key[1])}\u0000${String(key[2])}`;
    default: return key.join('\u0000');
  }
}
