import type { LeafRange } from '#domain/destruction/events';

const FIRST_BYTES = 4_096;

/** A set of whole numbers from 0, a bit each: a million leaves in 125 kB, whatever was destroyed of them. */
export class Bits {
  #bytes = new Uint8Array(FIRST_BYTES);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(number: number): void {
    const at = number >>> 3;
    if (at >= this.#bytes.length) this.#grow(at);
    const bit = 1 << (number & 7);
    if ((this.#bytes[at]! & bit) === 0) this.#count += 1;
    this.#bytes[at]! |= bit;
  }

  delete(number: number): void {
    if (!this.has(number)) return;
    this.#bytes[number >>> 3]! &= ~(1 << (number & 7));
    this.#count -= 1;
  }

  has(number: number): boolean {
    const byte = this.#bytes[number >>> 3];
    return byte !== undefined && (byte & (1 << (number & 7))) !== 0;
  }

  /** Sorted, inclusive, neighbours merged. */
  *ranges(): Generator<LeafRange> {
    let from: number | null = null;
    for (const [at, byte] of this.#bytes.entries()) {
      if (byte === (from === null ? 0 : 255)) continue;
      for (let bit = 0; bit < 8; bit += 1) {
        const isIn = (byte & (1 << bit)) !== 0;
        const number = at * 8 + bit;
        if (isIn && from === null) from = number;
        if (!isIn && from !== null) {
          yield [from, number - 1];
          from = null;
        }
      }
    }
    if (from !== null) yield [from, this.#bytes.length * 8 - 1];
  }

  #grow(at: number): void {
    const grown = new Uint8Array(Math.max(at + 1, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
