import { existsSync, mkdirSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { EngineStartError } from '#infra/engine/engine';
import { LedgerWriter } from '#infra/engine/ledger-writer';
import type { Connection } from '#infra/event-store/eventstoredb/connection';
import { Follower, ForkedLeaves, type Leafed } from '#infra/event-store/eventstoredb/follower';
import { StoreRefused } from '#infra/event-store/eventstoredb/refused';
import { checkServer, firstInstance, lastBatch, leafStreamEnd } from '#infra/event-store/eventstoredb/server-check';
import { VaultLook } from '#infra/event-store/eventstoredb/vault-look';
import { openLedgerForWriting } from '#infra/event-store/ledger-database';
import { MerkleTree } from '#infra/transparency-log/merkle-tree';

export interface LocalCopy {
  readonly dataDir: string;
  readonly master: Uint8Array;
  readonly logKeys: readonly [KeyObject, ...KeyObject[]];
}

const PAGE = 1_000;

/**
 * Brings the local copy (`ledger.db`) to where the server's leaves are, before anything opens it: also when it is lost
 * or an old one was put back. Throws StoreRefused when this server cannot be the ledger's; ServerError when it is away.
 */
export async function bringLocalCopyUp(connection: Connection, copy: LocalCopy): Promise<void> {
  await checkServer(connection);
  const first = await firstInstance(connection, copy.logKeys);
  const file = join(copy.dataDir, 'ledger.db');
  const vaultFile = join(copy.dataDir, 'vault.db');
  if (first === null) {
    if (storedSize(file) > 0) throw new StoreRefused('ledger-behind-head');
    return;
  }
  if (!existsSync(vaultFile)) throw new StoreRefused('vault-missing');
  const vault = new VaultLook(vaultFile, copy.master, copy.logKeys);
  try {
    if (vault.id() !== first.vault) throw new StoreRefused('vault-of-another-ledger');
    const { last } = await leafStreamEnd(connection, copy.logKeys);
    const end = last === null ? 0 : last.first + last.leaves.length;
    const size = storedSize(file);
    if (end < size) throw new StoreRefused('ledger-behind-head');
    if (end > size) await copyLeaves(connection, copy, file, vault, end);
  } finally {
    vault.close();
  }
}

function storedSize(file: string): number {
  if (!existsSync(file)) return 0;
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return db.prepare('SELECT coalesce(max(idx) + 1, 0) FROM leaves').pluck().get() as number;
  } finally {
    db.close();
  }
}

async function copyLeaves(connection: Connection, { dataDir, logKeys }: LocalCopy, file: string, vault: VaultLook, end: number): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(dataDir, 'lock.db'));
  const ledger = new LedgerWriter(openLedgerForWriting(file));
  try {
    const tree = new MerkleTree();
    ledger.readLeaves(0, (hash) => tree.append(hash));
    const follower = new Follower(tree.size, -1, {
      logKeys, opens: (event) => vault.opens(event), onInstance: () => undefined, onForeign: () => undefined,
      commit: (from, leafed) => {
        insert(ledger, tree, from, leafed);
        return Promise.resolve();
      },
    });
    const known = await lastBatch(connection, logKeys, (batch) => batch.first + batch.leaves.length <= tree.size);
    for (let last = known?.batch.covered ?? null; follower.size < end;) {
      const page = await connection.readAll(last, PAGE);
      const fresh = page.filter(({ place }) => last === null || place > last);
      if (fresh.length === 0) throw new ForkedLeaves();
      await follower.take(fresh);
      last = fresh.at(-1)!.place;
    }
    ledger.checkpoint();
  } finally {
    ledger.close();
    lock.close();
  }
}

function insert(ledger: LedgerWriter, tree: MerkleTree, from: number, leafed: readonly Leafed[]): void {
  if (tree.size !== from) throw new ForkedLeaves();
  ledger.begin();
  try {
    for (const one of leafed) {
      if (one.kind === 'absent') {
        ledger.appendAbsent(one.hash, tree);
        continue;
      }
      const { event, deduplication } = one;
      const outcome = ledger.append({
        stream: event.stream, expectedRevision: event.revision - 1, events: [event],
        key: deduplication?.key ?? null, contentHmac: deduplication?.contentHmac ?? null,
      }, tree);
      if (outcome.kind !== 'appended') throw new ForkedLeaves();
    }
    ledger.commit();
  } catch (error) {
    ledger.rollback();
    throw error;
  }
}

function takeLock(file: string): Database.Database {
  const lock = new Database(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (!((error as { code?: string }).code ?? '').startsWith('SQLITE_BUSY')) throw error;
    throw new EngineStartError('ledger-locked', 'Een ander proces schrijft in dit grootboek.');
  }
}
