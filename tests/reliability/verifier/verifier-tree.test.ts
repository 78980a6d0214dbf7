import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CompactRange } from '#infra/verifier/compact-range';

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leaf = (data: string): Buffer => sha256(Buffer.of(0), Buffer.from(data, 'hex'));

/** RFC 9162 section 2.1.1, word for word. */
function mth(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Buffer.of(1), mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

describe('the verifier\'s tree', () => {
  it('gives the roots of Certificate Transparency\'s reference implementation', () => {
    // Leaf data and roots as published with the reference implementation (merkletree/merkle_tree_test).
    const data = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const tree = new CompactRange();
    const roots = data.map((hex) => {
      tree.add(leaf(hex).toString('latin1'));
      return Buffer.from(tree.root(), 'base64').toString('hex');
    });
    expect(roots).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  });

  it('is the RFC\'s definition at every size up to 300', () => {
    const tree = new CompactRange();
    const leaves: Buffer[] = [];
    expect(tree.root()).toBe(mth(leaves).toString('base64'));
    for (let n = 0; n < 300; n += 1) {
      leaves.push(leaf(n.toString(16).padStart(4, '0')));
      tree.add(leaves[n]!.toString('latin1'));
      expect(tree.root()).toBe(mth(leaves).toString('base64'));
    }
  });
});
