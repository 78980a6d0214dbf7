/** What is to come, earliest first; equal moments in the order in which they were put in. Memory: only what is open. */
export class TimeHeap<Item> {
  readonly #nodes: { readonly at: number; readonly order: number; readonly item: Item }[] = [];
  #order = 0;

  get size(): number {
    return this.#nodes.length;
  }

  /** Milliseconds since 1970 of the earliest item; Infinity when nothing is left. */
  get earliest(): number {
    return this.#nodes[0]?.at ?? Infinity;
  }

  put(at: number, item: Item): void {
    const nodes = this.#nodes;
    nodes.push({ at, order: this.#order, item });
    this.#order += 1;
    for (let child = nodes.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  take(): Item {
    const nodes = this.#nodes;
    const first = nodes[0];
    const last = nodes.pop();
    if (first === undefined || last === undefined) throw new RangeError('nothing is left');
    if (nodes.length > 0) {
      nodes[0] = last;
      for (let parent = 0; ;) {
        const left = 2 * parent + 1;
        let earliest = parent;
        for (const child of [left, left + 1]) {
          if (child < nodes.length && this.#before(child, earliest)) earliest = child;
        }
        if (earliest === parent) break;
        this.#swap(earliest, parent);
        parent = earliest;
      }
    }
    return first.item;
  }

  #before(a: number, b: number): boolean {
    const one = this.#nodes[a]!;
    const other = this.#nodes[b]!;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  #swap(a: number, b: number): void {
    const kept = this.#nodes[a]!;
    this.#nodes[a] = this.#nodes[b]!;
    this.#nodes[b] = kept;
  }
}
