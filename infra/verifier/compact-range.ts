import { hash } from 'node:crypto';

/**
 * RFC 9162 tree over leaves given one after another, kept as the list of perfect subtrees it falls apart into
 * (a binary number). Written apart from the log's own tree on purpose. Hashes are strings of 32 latin1 characters:
 * for many small hashes that takes half the time of buffers.
 */
export class CompactRange {
  readonly #sizes: number[] = [];
  readonly #hashes: string[] = [];
  readonly #pair = Buffer.alloc(65, 1);
  size = 0;

  add(leafHash: string): void {
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

  /** The subtrees' hashes from left to right. */
  subtrees(): Buffer {
    return Buffer.from(this.#hashes.join(''), 'latin1');
  }

  /** base64. */
  root(): string {
    if (this.size === 0) return hash('sha256', Buffer.alloc(0), 'base64');
    return Buffer.from(this.#hashes.reduceRight((right, left) => this.#join(left, right)), 'latin1').toString('base64');
  }

  #join(left: string, right: string): string {
    this.#pair.write(left, 1, 'latin1');
    this.#pair.write(right, 33, 'latin1');
    return hash('sha256', this.#pair, 'latin1');
  }
}
