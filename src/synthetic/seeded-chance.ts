/** Chance that repeats itself: the same seed plays the same municipality (mulberry32). */
export class SeededChance {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  /** A whole number from `from` up to and including `through`. */
  between(from: number, through: number): number {
    return from + Math.floor(this.#next() * (through - from + 1));
  }

  oneOf<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }

  /** True in so many of a thousand cases. */
  inThousand(perMille: number): boolean {
    return this.between(1, 1_000) <= perMille;
  }

  /** One of the choices, each as often as its share of all shares says. */
  byShare<Item>(choices: readonly (readonly [item: Item, share: number])[]): Item {
    let left = this.between(1, choices.reduce((sum, [, share]) => sum + share, 0));
    for (const [item, share] of choices) {
      left -= share;
      if (left <= 0) return item;
    }
    throw new RangeError('nothing to choose from');
  }

  /** Chance of its own for one part, so that parts do not move each other. */
  part(index: number): SeededChance {
    return new SeededChance(Math.imul(this.#seed ^ 0x9e3779b9, 2 * index + 1) ^ index);
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}
