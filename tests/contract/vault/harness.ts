import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FenceFile } from '#infra/head/fence-file';
import { MemoryVault } from '#infra/vault/memory';
import type { Vault } from '#infra/vault/port';
import { SqliteVault, type VaultChannel } from '#infra/vault/vault-client';
import { VaultWriter } from '#infra/vault/vault-writer';

export interface OpenVault {
  readonly vault: Vault;
  close(): Promise<void>;
}

export function openMemoryVault(): OpenVault {
  const vault = new MemoryVault();
  return { vault, close: () => vault.close() };
}

export interface VaultFolder {
  readonly root: string;
  readonly file: string;
  readonly headDirs: readonly string[];
  readonly masterKey: Uint8Array;
}

export function vaultFolder(): VaultFolder {
  const root = mkdtempSync(join(tmpdir(), 'vault-'));
  return { root, file: join(root, 'vault.db'), headDirs: [join(root, 'head-a'), join(root, 'head-b')], masterKey: randomBytes(32) };
}

/** Does what the engine's worker does with a group: one transaction around the calls that wait. */
export class GroupChannel implements VaultChannel {
  readonly writer: VaultWriter;

  constructor(writer: VaultWriter) {
    this.writer = writer;
  }

  async call(method: string, args: unknown): Promise<unknown> {
    return this.group([[method, args]])[0];
  }

  group(calls: readonly (readonly [method: string, args: unknown])[]): unknown[] {
    this.writer.begin();
    try {
      // As between threads: what crosses is a copy.
      const answers = calls.map(([method, args]) => structuredClone(this.writer.handle(method, structuredClone(args))));
      this.writer.commit();
      return answers;
    } catch (error) {
      this.writer.rollback();
      throw error;
    }
  }
}

export interface OpenSqliteVault extends OpenVault {
  readonly vault: SqliteVault;
  readonly writer: VaultWriter;
  readonly channel: GroupChannel;
}

export function openSqliteVault(folder: VaultFolder): OpenSqliteVault {
  const writer = new VaultWriter({ file: folder.file, masterKey: folder.masterKey, fence: new FenceFile(folder.headDirs) });
  const channel = new GroupChannel(writer);
  const vault = new SqliteVault({ file: folder.file, masterKey: folder.masterKey, fence: new FenceFile(folder.headDirs, { readOnly: true }), channel });
  return {
    vault, writer, channel,
    close: async () => {
      await vault.close();
      writer.close();
    },
  };
}

export function openFreshSqliteVault(): OpenVault {
  const folder = vaultFolder();
  const open = openSqliteVault(folder);
  return {
    vault: open.vault,
    close: async () => {
      await open.close();
      rmSync(folder.root, { recursive: true });
    },
  };
}
