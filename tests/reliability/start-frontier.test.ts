import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LEAVES_PER_FRONTIER, LedgerWriter } from '#infra/engine/ledger-writer';
import { checkAtStart } from '#infra/engine/start-check';
import { openLedgerForWriting, type Sqlite } from '#infra/event-store/ledger-database';
import { signHeadLine, type HeadLine } from '#infra/head/head-line';
import { checkpointSigner, logOrigin } from '#infra/transparency-log/checkpoint';
import { MerkleTree } from '#infra/transparency-log/merkle-tree';
import { OIN } from '../contract/event-store/harness.js';

const SIZE = LEAVES_PER_FRONTIER * 2 + 300;
const { privateKey } = generateKeyPairSync('ed25519');
const signer = checkpointSigner(logOrigin(OIN), privateKey);

/** Counts what a start hashes again. */
class CountingLedger extends LedgerWriter {
  read = 0;

  override readLeaves(from: number, onLeaf: (hash: Uint8Array) => void): void {
    super.readLeaves(from, (hash) => {
      this.read += 1;
      onLeaf(hash);
    });
  }
}

describe('a start from kept subtrees', () => {
  let folder: string;
  let db: Sqlite;
  let lines: HeadLine[];
  let root: Uint8Array;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-frontier-'));
    db = openLedgerForWriting(join(folder, 'ledger.db'));
    const ledger = new LedgerWriter(db);
    const tree = new MerkleTree();
    const insert = db.prepare('INSERT INTO leaves (idx, hash) VALUES (?, ?)');
    for (const until of [LEAVES_PER_FRONTIER - 1, LEAVES_PER_FRONTIER + 17, SIZE - 100, SIZE]) {
      db.transaction(() => {
        while (tree.size < until) {
          const leaf = createHash('sha256').update(String(tree.size)).digest();
          insert.run(tree.size, leaf);
          tree.append(leaf);
        }
      })();
      ledger.keepFrontier(tree);
    }
    root = tree.root();
    lines = [headLine(SIZE, root)];
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const headLine = (size: number, rootHash: Uint8Array): HeadLine =>
    signHeadLine({ checkpoint: signer.sign(size, rootHash), vault: 0, fence: { length: 0, sha256: '' } }, privateKey);
  const start = (): { readonly tree: MerkleTree; readonly read: number } => {
    const ledger = new CountingLedger(db);
    const tree = checkAtStart({
      ledger, lines, logPublicKey: createPublicKey(privateKey), vkey: signer.vkey, vaultCount: 0,
      streamKey: () => null, fenceCovers: () => true,
    });
    return { tree, read: ledger.read };
  };
  const sizes = (): unknown[] => db.prepare('SELECT size FROM frontiers ORDER BY size').pluck().all();

  test('hashes only the leaves after it, and has the same tree', () => {
    expect(sizes()).toEqual([LEAVES_PER_FRONTIER + 17, SIZE - 100]);
    const { tree, read } = start();
    expect([tree.size, read, Buffer.compare(tree.root(), root)]).toEqual([SIZE, 100, 0]);
    const leaf = Buffer.alloc(32, 9);
    const whole = new MerkleTree();
    for (let n = 0; n < SIZE; n += 1) whole.append(createHash('sha256').update(String(n)).digest());
    for (const each of [tree, whole]) each.append(leaf);
    expect(Buffer.compare(tree.root(), whole.root())).toBe(0);
  });

  test('a head that lags behind: from the subtrees below it', () => {
    const tree = new MerkleTree();
    for (let n = 0; n < SIZE - 200; n += 1) tree.append(createHash('sha256').update(String(n)).digest());
    lines.push(headLine(SIZE - 200, tree.root()));
    expect(start().read).toBe(SIZE - LEAVES_PER_FRONTIER - 17);
  });

  test.each([
    ['changed', 'UPDATE frontiers SET hashes = zeroblob(length(hashes))'],
    ['cut off', 'UPDATE frontiers SET hashes = substr(hashes, 1, 32)'],
    ['moved', `UPDATE frontiers SET size = size + 1 WHERE size = ${SIZE - 100}`],
  ])('subtrees that were %s are not believed: the tree is hashed from the first leaf', (_, sql) => {
    db.exec(sql);
    const { tree, read } = start();
    expect([tree.size, Buffer.compare(tree.root(), root)]).toEqual([SIZE, 0]);
    expect(read).toBeGreaterThanOrEqual(SIZE);
  });

  test('the kept subtrees excuse nothing: a changed, missing or cut off leaf after them is ledger-behind-head', () => {
    const refused = (sql: string): void => {
      db.exec('BEGIN');
      db.exec(sql);
      expect(start).toThrow(expect.objectContaining({ code: 'ledger-behind-head' }));
      db.exec('ROLLBACK');
    };
    refused(`UPDATE leaves SET hash = zeroblob(32) WHERE idx = ${SIZE - 1}`);
    refused(`DELETE FROM leaves WHERE idx = ${SIZE - 5}`);
    refused(`DELETE FROM leaves WHERE idx >= ${SIZE - 5}`);
    refused('DELETE FROM leaves');
    expect(start().tree.size).toBe(SIZE);
  });
});
