import { hash } from 'node:crypto';

/**
 * RFC 9162 tree over leaves given one after another, kept as the list of perfect subtrees it falls apart into
 * (a binary number). Written apart from the log's own tree on purpose.
 */
export class CompactRange {
  readonly #sizes: number[] = [];
  readonly #hashes: Buffer[] = [];
  readonly #pair = Buffer.alloc(65, 1);
  size = 0;

  add(leafHash: Buffer): void {
    let size = 1;
    let merged = leafHash;
    while (this.#sizes.at(-1) === size) {
      this.#sizes.pop();
      merged = this.#join(this.#hashes.pop()!, merged);
      size *= 2;
    }
    this.#sizes.push(size);
    this.#hashes.push(merged);
    this.size += 1;
  }

  root(): Buffer {
    if (this.size === 0) return hash('sha256', Buffer.alloc(0), 'buffer');
    return this.#hashes.reduceRight((right, left) => this.#join(left, right));
  }

  #join(left: Buffer, right: Buffer): Buffer {
    this.#pair.set(left, 1);
    this.#pair.set(right, 33);
    return hash('sha256', this.#pair, 'buffer');
  }
}
