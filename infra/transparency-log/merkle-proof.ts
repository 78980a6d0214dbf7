import { EMPTY_ROOT, MerkleTree, nodeHash } from '#infra/transparency-log/merkle-tree';

/** Leaf hashes from `from` (inclusive) to `until` (exclusive), in order. */
export type LeafReader = (from: number, until: number) => Iterable<Uint8Array>;

/** Root of the tree over the leaves [from, until): RFC 9162, 2.1.1 MTH. */
export function subtreeRoot(from: number, until: number, leaves: LeafReader): Uint8Array {
  const tree = new MerkleTree();
  for (const leaf of leaves(from, until)) tree.append(leaf);
  if (tree.size !== until - from) throw new Error('leaf missing');
  return tree.root();
}

/** Audit path of leaf `index` in the tree of `size` leaves, leaf to root (RFC 9162, 2.1.3.1). */
export function inclusionProof(index: number, size: number, leaves: LeafReader): readonly Uint8Array[] {
  if (!(index >= 0 && index < size)) throw new RangeError('leaf index outside the tree');
  const path: Uint8Array[] = [];
  let from = 0;
  let until = size;
  while (until - from > 1) {
    const middle = from + splitAt(until - from);
    if (index < middle) {
      path.push(subtreeRoot(middle, until, leaves));
      until = middle;
    } else {
      path.push(subtreeRoot(from, middle, leaves));
      from = middle;
    }
  }
  return path.reverse();
}

/** Proof that the tree of `first` leaves is a prefix of the one of `second` leaves (RFC 9162, 2.1.4.1). */
export function consistencyProof(first: number, second: number, leaves: LeafReader): readonly Uint8Array[] {
  if (!(first >= 0 && first <= second)) throw new RangeError('sizes of the trees are the wrong way round');
  if (first === 0 || first === second) return [];
  const proof: Uint8Array[] = [];
  let from = 0;
  let until = second;
  let known = true;
  while (first !== until) {
    const middle = from + splitAt(until - from);
    if (first <= middle) {
      proof.push(subtreeRoot(middle, until, leaves));
      until = middle;
    } else {
      proof.push(subtreeRoot(from, middle, leaves));
      from = middle;
      known = false;
    }
  }
  if (!known) proof.push(subtreeRoot(from, until, leaves));
  return proof.reverse();
}

/** RFC 9162, 2.1.3.2. */
export function verifyInclusion(index: number, size: number, leafHash: Uint8Array, proof: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!(index >= 0 && index < size)) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && same(hash, root);
}

/** RFC 9162, 2.1.4.2. */
export function verifyConsistency(first: number, second: number, firstRoot: Uint8Array, secondRoot: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (!(first >= 0 && first <= second)) return false;
  if (first === second) return proof.length === 0 && same(firstRoot, secondRoot);
  if (first === 0) return proof.length === 0 && same(firstRoot, EMPTY_ROOT);
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof];
  let fn = first - 1;
  let sn = second - 1;
  while (fn % 2 === 1) {
    fn = half(fn);
    sn = half(sn);
  }
  let firstHash = path[0];
  if (firstHash === undefined) return false;
  let secondHash = firstHash;
  for (const sibling of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      firstHash = nodeHash(sibling, firstHash);
      secondHash = nodeHash(sibling, secondHash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      secondHash = nodeHash(secondHash, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && same(firstHash, firstRoot) && same(secondHash, secondRoot);
}

/** Largest power of two smaller than `count` (count > 1). */
function splitAt(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
