/** Ledger positions per segment; a key belongs to the segment of its event's position. */
export const SEGMENT_POSITIONS = 49_152;
/** A filter sees only this much of a key; keys are HMACs, so these are as random as the whole. */
export const PREFIX_BYTES = 8;

const COLUMNS = 32;
const ROWS = 1 << 20;
const HASHES = 14;

/**
 * Which segments may hold a key: a Bloom filter per segment (21 bits a key, one wrong "perhaps" in 25,000), 32 of
 * them beside each other in one block of 4 MiB, so that one word answers for 32 segments and a fresh key costs a
 * few reads of memory per 1,572,864 events. Blocks are shared memory: the writer's thread adds, the other asks.
 * Never a false "no" for a key whose `add` came before; a bit is never taken back, so what was destroyed or rolled
 * back costs a look at the rows, which decide.
 */
export class KeyFilter {
  readonly #blocks: Int32Array[];
  #fresh: SharedArrayBuffer[] = [];

  constructor(blocks: readonly SharedArrayBuffer[] = []) {
    this.#blocks = blocks.map((block) => new Int32Array(block));
  }

  /** What the other thread must `take` before it can rely on this filter. */
  takeFresh(): readonly SharedArrayBuffer[] {
    const fresh = this.#fresh;
    if (fresh.length > 0) this.#fresh = [];
    return fresh;
  }

  take(blocks: readonly SharedArrayBuffer[]): void {
    for (const block of blocks) this.#blocks.push(new Int32Array(block));
  }

  add(segment: number, key: Uint8Array, from = 0): void {
    const block = this.#blockOf(segment);
    const bit = 1 << (segment % COLUMNS);
    const step = word(key, from + 4) | 1;
    let row = word(key, from);
    for (let i = 0; i < HASHES; i += 1) {
      block[row & (ROWS - 1)]! |= bit;
      row = (row + step) | 0;
    }
  }

  /** Until `markLoaded`, the segment may hold any key. */
  markUnloaded(segment: number): void {
    this.#blockOf(segment)[ROWS]! |= 1 << (segment % COLUMNS);
  }

  markLoaded(segment: number): void {
    this.#blockOf(segment)[ROWS]! &= ~(1 << (segment % COLUMNS));
  }

  /** Segments in which the key may be, newest first; empty: the key is in none. */
  candidates(key: Uint8Array): readonly number[] {
    const found: number[] = [];
    const step = word(key, 4) | 1;
    for (let b = this.#blocks.length - 1; b >= 0; b -= 1) {
      const block = this.#blocks[b]!;
      let bits = -1;
      let row = word(key, 0);
      for (let i = 0; i < HASHES && bits !== 0; i += 1) {
        bits &= block[row & (ROWS - 1)]!;
        row = (row + step) | 0;
      }
      bits |= block[ROWS]!;
      for (let column = COLUMNS - 1; bits !== 0; column -= 1) {
        if ((bits & (1 << column)) !== 0) found.push(b * COLUMNS + column);
        bits &= ~(1 << column);
      }
    }
    return found;
  }

  #blockOf(segment: number): Int32Array {
    const index = Math.floor(segment / COLUMNS);
    while (this.#blocks.length <= index) {
      // One word more than rows: the segments that are not loaded yet.
      const memory = new SharedArrayBuffer((ROWS + 1) * 4);
      this.#fresh.push(memory);
      this.#blocks.push(new Int32Array(memory));
    }
    return this.#blocks[index]!;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
