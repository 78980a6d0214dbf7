import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStoreDb, type EventStoreDbEngine } from '#infra/event-store/eventstoredb/open';
import type { Timeouts } from '#infra/event-store/eventstoredb/connection';
import { serverSettings } from '#infra/event-store/eventstoredb/server-settings';
import { OIN, Sealer, type Subject } from '../event-store/harness.js';

/** A ledger whose events are on a server: data folder, heads and keys of its own. */
export class ServerLedger {
  readonly root = mkdtempSync(join(tmpdir(), 'rekenschap-esdb-'));
  dataDir = join(this.root, 'data');
  headDirs = [join(this.root, 'head-a')];
  keys = { master: randomBytes(32), log: generateKeyPairSync('ed25519') };
  engine: EventStoreDbEngine | null = null;
  readonly sealer = new Sealer(this.keys.log.privateKey, async (stream, newKey) => {
    await this.engine!.vaultChannel.call('register', { stream, newKey, newIdentities: [], subjects: [] });
  });

  constructor(readonly url: string) {}

  async open(timeouts?: Timeouts): Promise<EventStoreDbEngine> {
    this.engine = await openEventStoreDb({
      dataDir: this.dataDir, headDirs: this.headDirs, oin: OIN, keys: this.keys, server: serverSettings(this.url),
      ...(timeouts === undefined ? {} : { timeouts }),
    });
    return this.engine;
  }

  async remove(): Promise<void> {
    await this.engine?.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

export async function serverSubject(url: string): Promise<Subject> {
  const ledger = new ServerLedger(url);
  const { store } = await ledger.open();
  return { store, sealer: ledger.sealer, close: () => ledger.remove() };
}
