import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GroupCommit } from '#infra/engine/group-commit';
import { Heads, openHeadFiles } from '#infra/engine/heads';
import { LedgerWriter } from '#infra/engine/ledger-writer';
import { packAppends, readOutcomes, type FromWorker } from '#infra/engine/protocol';
import { openLedgerForWriting } from '#infra/event-store/ledger-database';
import type { Append, AppendResult } from '#infra/event-store/port';
import { FenceFile } from '#infra/head/fence-file';
import { checkpointSigner, logOrigin } from '#infra/transparency-log/checkpoint';
import { MerkleTree } from '#infra/transparency-log/merkle-tree';
import { VaultWriter } from '#infra/vault/vault-writer';
import { LedgerFolder, OIN } from '../contract/event-store/harness.js';

/** A disk that says no: before it does something, or after it has done it all the same. */
class RefusingWriter extends LedgerWriter {
  refuses: 'never' | 'before' | 'after' = 'never';

  override commit(): void {
    if (this.refuses !== 'before') super.commit();
    if (this.refuses !== 'never') throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_WRITE' });
  }
}

/** The engine's group commit over the files of a folder that is not open. */
function groupOver(folder: LedgerFolder): { readonly ledger: RefusingWriter; append(append: Append): AppendResult; close(): void } {
  const ledger = new RefusingWriter(openLedgerForWriting(join(folder.dataDir, 'ledger.db')));
  const fence = new FenceFile(folder.headDirs);
  const vault = new VaultWriter({ file: join(folder.dataDir, 'vault.db'), masterKey: folder.keys.master, fence });
  const tree = new MerkleTree();
  ledger.readLeaves(0, (hash) => tree.append(hash));
  const heads = new Heads(openHeadFiles(folder.headDirs).files, checkpointSigner(logOrigin(OIN), folder.keys.log.privateKey), folder.keys.log.privateKey, {
    changeCount: () => vault.changeCount(), fence: () => ({ length: fence.length(), sha256: fence.sha256() }),
  }, tree);
  const sent: FromWorker[] = [];
  const group = new GroupCommit({ ledger, vault, heads, tree, send: (message) => sent.push(message), faults: {} });
  return {
    ledger,
    append(append) {
      group.run([{ appends: { id: 1, packed: packAppends([append]) } }]);
      const reply = sent.at(-1)!;
      if (reply.kind !== 'group') throw new Error('no answer');
      return readOutcomes(reply.appends[0]!, group.head.checkpoint)[0]!;
    },
    close: () => { group.run([{ orders: [{ id: 2, kind: 'close' }] }]); },
  };
}

test.each([
  { refuses: 'before', then: 'appended', name: 'nothing took effect: the same is taken as soon as the disk takes it' },
  { refuses: 'after', then: 'unavailable', name: 'it took effect all the same: nothing more is written until a restart has put it under a head' },
] as const)('a commit that is reported as failed, and $name', async ({ refuses, then }) => {
  const folder = new LedgerFolder();
  try {
    const { store } = await folder.open();
    const stream = await folder.sealer.stream();
    await store.append(folder.sealer.append(stream));
    await folder.engine!.close();
    const group = groupOver(folder);
    const second = folder.sealer.append(stream, 0);
    group.ledger.refuses = refuses;
    expect(group.append(second)).toEqual({ kind: 'unavailable', reason: 'write-failed' });
    group.ledger.refuses = 'never';
    expect(group.append(second)).toMatchObject({ kind: then });
    group.close();
    const { store: again } = await folder.open();
    expect(await again.append(second)).toMatchObject({ kind: 'appended', firstPosition: 1 });
    expect(again.head().size).toBe(2);
  } finally {
    await folder.remove();
  }
});
