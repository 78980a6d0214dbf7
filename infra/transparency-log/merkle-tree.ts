import { hash } from 'node:crypto';

/** SHA-256 of nothing: the root of a tree without leaves (RFC 9162, 2.1.1). */
export const EMPTY_ROOT: Uint8Array = hash('sha256', Buffer.alloc(0), 'buffer');

const node = Buffer.alloc(65);
node[0] = 1;

/** SHA-256(0x01 || left || right), RFC 9162, 2.1.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 33);
  return hash('sha256', node, 'buffer');
}

/** SHA-256(0x00 || entry), RFC 9162, 2.1.1. */
export function leafHashOf(entry: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([Buffer.of(0), entry]), 'buffer');
}

/** The same on hashes as latin1 text: a Buffer for each costs three times as much as the hashing. */
function nodeText(left: string, right: string): string {
  node.write(left, 1, 'latin1');
  node.write(right, 33, 'latin1');
  return hash('sha256', node, 'latin1');
}

/**
 * RFC 9162 Merkle tree that only grows. It keeps the roots of the perfect subtrees from left to right (one per
 * 1-bit of the size), so a leaf costs about one hash and memory is logarithmic.
 */
export class MerkleTree {
  #size = 0;
  /** 32 bytes each, as latin1 text. */
  #perfect: string[] = [];

  get size(): number {
    return this.#size;
  }

  /** `leafHash`: 32 bytes, already hashed with the 0x00 prefix. */
  append(leafHash: Uint8Array): void {
    let root = Buffer.from(leafHash.buffer, leafHash.byteOffset, leafHash.byteLength).toString('latin1');
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) root = nodeText(this.#perfect.pop()!, root);
    this.#perfect.push(root);
    this.#size += 1;
  }

  root(): Uint8Array {
    let root = this.#perfect.at(-1);
    if (root === undefined) return EMPTY_ROOT;
    for (let i = this.#perfect.length - 2; i >= 0; i -= 1) root = nodeText(this.#perfect[i]!, root);
    return Buffer.from(root, 'latin1');
  }

  /** The roots of the perfect subtrees, from left to right: with the size all that is needed to grow on. */
  frontier(): Buffer {
    return Buffer.from(this.#perfect.join(''), 'latin1');
  }

  /** A tree of that size with these subtrees, right or wrong: only a comparison of roots tells. Null: cannot be. */
  static fromFrontier(size: number, frontier: Uint8Array): MerkleTree | null {
    let subtrees = 0;
    for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) subtrees += rest % 2;
    if (frontier.length !== subtrees * 32) return null;
    const text = Buffer.from(frontier).toString('latin1');
    const tree = new MerkleTree();
    tree.#size = size;
    tree.#perfect = Array.from({ length: subtrees }, (_, i) => text.slice(i * 32, (i + 1) * 32));
    return tree;
  }

  /** Independent of this one: a group that is rolled back must leave no leaf behind. */
  copy(): MerkleTree {
    const copy = new MerkleTree();
    copy.#size = this.#size;
    copy.#perfect = [...this.#perfect];
    return copy;
  }
}
