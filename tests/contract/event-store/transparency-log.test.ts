import fc from 'fast-check';
import { createPublicKey, generateKeyPairSync, hash, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkpointSigner, logOrigin, openCheckpoint, rawPublicKey, vkeyText } from '#infra/transparency-log/checkpoint';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion, type LeafReader } from '#infra/transparency-log/merkle-proof';
import { EMPTY_ROOT, leafHashOf, MerkleTree } from '#infra/transparency-log/merkle-tree';

/** The vectors of the Certificate Transparency reference implementation (merkle tree tests), same hashing as RFC 9162. */
const ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const INCLUSION: readonly (readonly [index: number, size: number, path: readonly string[]])[] = [
  [0, 1, []],
  [5, 8, ['bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b', 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', ROOTS[4]!]],
  [2, 3, [ROOTS[2]!]],
  [1, 5, [ROOTS[1]!, '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']],
];
const CONSISTENCY: readonly (readonly [first: number, second: number, path: readonly string[]])[] = [
  [1, 1, []],
  [6, 8, ['0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', ROOTS[4]!]],
  [2, 5, ['5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']],
];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const leaves = ENTRIES.map((entry) => leafHashOf(Buffer.from(entry, 'hex')));
const readerOf = (all: readonly Uint8Array[]): LeafReader => (from, until) => all.slice(from, until);

/** The definition of RFC 9162, 2.1.1, word for word: what the incremental tree must equal. */
function definedRoot(all: readonly Uint8Array[]): Uint8Array {
  if (all.length === 0) return EMPTY_ROOT;
  if (all.length === 1) return all[0]!;
  const split = 2 ** (Math.ceil(Math.log2(all.length)) - 1);
  return hash('sha256', Buffer.concat([Buffer.of(1), definedRoot(all.slice(0, split)), definedRoot(all.slice(split))]), 'buffer');
}

describe('Merkle tree (RFC 9162)', () => {
  test('has the roots of the reference vectors at every size', () => {
    const tree = new MerkleTree();
    expect(hex(tree.root())).toBe(ROOTS[0]);
    leaves.forEach((leaf, i) => {
      tree.append(leaf);
      expect([tree.size, hex(tree.root())]).toEqual([i + 1, ROOTS[i + 1]]);
    });
  });

  test('gives the inclusion and consistency proofs of the reference vectors', () => {
    for (const [index, size, path] of INCLUSION) expect(inclusionProof(index, size, readerOf(leaves)).map(hex)).toEqual(path);
    for (const [first, second, path] of CONSISTENCY) expect(consistencyProof(first, second, readerOf(leaves)).map(hex)).toEqual(path);
  });

  test('equals the definition, and a copy goes its own way', () => {
    fc.assert(fc.property(fc.nat({ max: 200 }), fc.nat({ max: 50 }), (size, more) => {
      const all = Array.from({ length: size + more }, (_, i) => leafHashOf(Buffer.from(String(i))));
      const tree = new MerkleTree();
      for (const leaf of all.slice(0, size)) tree.append(leaf);
      const copy = tree.copy();
      for (const leaf of all.slice(size)) copy.append(leaf);
      expect(hex(tree.root())).toBe(hex(definedRoot(all.slice(0, size))));
      expect(hex(copy.root())).toBe(hex(definedRoot(all)));
    }));
  });

  test('every proof verifies, and with one byte changed, or for another leaf or size, none does', () => {
    const sizes = fc.integer({ min: 1, max: 70 }).chain((second) => fc.tuple(fc.constant(second), fc.integer({ min: 1, max: second }), fc.nat({ max: second - 1 }), fc.nat()));
    fc.assert(fc.property(sizes, ([second, first, index, change]) => {
      const all = Array.from({ length: second }, (_, i) => leafHashOf(Buffer.from(String(i))));
      const root = definedRoot(all);
      const path = inclusionProof(index, second, readerOf(all));
      expect(verifyInclusion(index, second, all[index]!, path, root)).toBe(true);
      expect(verifyInclusion(index, second, leafHashOf(Buffer.from('other')), path, root)).toBe(false);
      if (second > 1) expect(verifyInclusion((index + 1) % second, second, all[index]!, path, root)).toBe(false);
      const consistency = consistencyProof(first, second, readerOf(all));
      const firstRoot = definedRoot(all.slice(0, first));
      expect(verifyConsistency(first, second, firstRoot, root, consistency)).toBe(true);
      for (const [proof, holds] of [
        [path, (changed: Uint8Array[]) => verifyInclusion(index, second, all[index]!, changed, root)],
        [consistency, (changed: Uint8Array[]) => verifyConsistency(first, second, firstRoot, root, changed)],
      ] as const) {
        if (proof.length === 0) continue;
        const changed = proof.map((one) => Uint8Array.from(one));
        const one = changed[change % changed.length]!;
        one[change % 32] = one[change % 32]! ^ 1;
        expect(holds(changed)).toBe(false);
        expect(holds(proof.slice(1).map((each) => Uint8Array.from(each)))).toBe(false);
      }
    }));
  });
});

describe('checkpoint (C2SP tlog-checkpoint, signed-note)', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signer = checkpointSigner(logOrigin('00000001000000001000'), privateKey);
  const root = Buffer.from(ROOTS[8]!, 'hex');

  test('key hashes are those of verifier keys in public use', () => {
    for (const vkey of ['PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8']) {
      const [name, , encoded] = /^(.*?)\+([0-9a-f]{8})\+(.*)$/.exec(vkey)!.slice(1);
      expect(vkeyText(name!, Buffer.from(encoded!, 'base64').subarray(1))).toBe(vkey);
    }
  });

  test('is the text of the specification, signed over exactly those bytes', () => {
    const note = signer.sign(8, root);
    const [origin, size, hash64, empty, signature, end] = note.split('\n');
    expect([origin, size, hash64, empty, end]).toEqual(['rekenschap/00000001000000001000', '8', root.toString('base64'), '', '']);
    const bytes = Buffer.from(signature!.split(' ')[2]!, 'base64');
    expect(signature!.startsWith(`\u2014 ${origin} `)).toBe(true);
    expect(verify(null, Buffer.from(`${origin}\n8\n${hash64}\n`), publicKey, bytes.subarray(4))).toBe(true);
    expect(signer.vkey.split('+')[1]).toBe(bytes.subarray(0, 4).toString('hex'));
    expect(vkeyText(signer.origin, rawPublicKey(createPublicKey(privateKey)))).toBe(signer.vkey);
  });

  test('opens with its own key, also beside signatures of others, and with no other', () => {
    const note = signer.sign(8, root);
    const opened = { origin: signer.origin, size: 8, rootHash: root };
    expect(openCheckpoint(note, signer.vkey)).toEqual(opened);
    expect(openCheckpoint(`${note}\u2014 witness.example ${Buffer.alloc(76).toString('base64')}\n`, signer.vkey)).toEqual(opened);
    const other = checkpointSigner(signer.origin, generateKeyPairSync('ed25519').privateKey);
    expect(openCheckpoint(note, other.vkey)).toBeNull();
    expect(openCheckpoint(checkpointSigner('another/log', privateKey).sign(8, root), signer.vkey)).toBeNull();
    expect(openCheckpoint(note, 'nonsense')).toBeNull();
  });

  test('does not open when any one byte was changed', () => {
    const note = Buffer.from(signer.sign(8, root));
    const opened = Array.from(note.keys()).filter((at) => {
      const changed = Buffer.from(note);
      changed[at] = changed[at]! ^ 1;
      return openCheckpoint(changed.toString('utf8'), signer.vkey) !== null;
    });
    expect(opened).toEqual([]);
  });
});
