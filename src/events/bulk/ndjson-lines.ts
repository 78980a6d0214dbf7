/** One line of an NDJSON body; `bytes` is null when it is longer than was allowed, and then it was not kept. */
export interface NdjsonLine {
  /** From 1, empty lines counted. */
  readonly number: number;
  readonly bytes: Buffer | null;
  /** False for what stood after the last line end. */
  readonly ended: boolean;
}

const LINE_END = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a body of any length into lines; holds at most one line and one chunk. Empty lines are passed over.
 * Synchronous per chunk: `take` hands over the whole lines a chunk completes, `rest` what was left at the end.
 */
export class NdjsonLines {
  readonly #lineMax: number;
  #parts: Buffer[] = [];
  #length = 0;
  #number = 0;

  constructor(lineBytesMax: number) {
    this.#lineMax = lineBytesMax;
  }

  *take(chunk: Buffer): Generator<NdjsonLine> {
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, from)) {
      this.#keep(chunk.subarray(from, end));
      from = end + 1;
      const line = this.#line(true);
      if (line !== null) yield line;
    }
    this.#keep(chunk.subarray(from));
  }

  rest(): NdjsonLine | null {
    return this.#length === 0 ? null : this.#line(false);
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#length <= this.#lineMax + 1) this.#parts.push(part);
    else this.#parts = [];
  }

  #line(ended: boolean): NdjsonLine | null {
    this.#number += 1;
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    const tooLong = this.#length > this.#lineMax + 1;
    this.#parts = [];
    this.#length = 0;
    if (tooLong) return { number: this.#number, bytes: null, ended };
    const text = bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes;
    if (text.length > this.#lineMax) return { number: this.#number, bytes: null, ended };
    return text.length === 0 ? null : { number: this.#number, bytes: text, ended };
  }
}
