import Database from 'better-sqlite3';
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { openEngine } from '#infra/engine/engine';
import type { SealedEvent } from '#infra/event-store/port';
import { newDataKey, sealEvent } from '#infra/sealing/sealing';
import { LedgerFolder, OIN } from '../contract/event-store/harness.js';

describe('a ledger that is opened again', () => {
  let folder: LedgerFolder;
  let stream: StreamName;
  beforeEach(async () => {
    folder = new LedgerFolder();
    const { store } = await folder.open();
    stream = await folder.sealer.stream();
    await store.append(folder.sealer.append(stream, -1, 3));
  });
  afterEach(async () => {
    await folder.engine?.close().catch(() => undefined);
    folder.engine = null;
    rmSync(folder.root, { recursive: true, force: true });
  });

  const ledger = (): Database.Database => new Database(join(folder.dataDir, 'ledger.db'));
  const headLog = (dir: string): string => join(dir, 'head-000001.log');
  const closeWith = async (change: () => void | Promise<void>): Promise<void> => {
    await folder.engine!.close();
    folder.engine = null;
    await change();
  };
  const expectRefusal = async (code: string): Promise<void> => {
    await expect(folder.open()).rejects.toMatchObject({ name: 'EngineStartError', code });
  };

  test('has the same head, events and vault count', async () => {
    const head = folder.engine!.store.head();
    await closeWith(() => undefined);
    const { store } = await folder.open();
    expect(store.head()).toEqual(head);
    expect(await store.readStream(stream, 0, 10)).toMatchObject({ kind: 'events', lastRevision: 2 });
    expect(await store.append(folder.sealer.append(stream, 2))).toMatchObject({ kind: 'appended', firstPosition: 3 });
  });

  test('is refused to a second writer while the first lives, and given after', async () => {
    const options = { dataDir: folder.dataDir, headDirs: folder.headDirs, oin: OIN, keys: folder.keys };
    await expect(openEngine(options)).rejects.toMatchObject({ name: 'EngineStartError', code: 'ledger-locked' });
    expect(await folder.engine!.store.append(folder.sealer.append(stream, 2))).toMatchObject({ kind: 'appended' });
    await closeWith(() => undefined);
    await expect(folder.open()).resolves.toBeDefined();
  });

  test('refuses an older copy of the ledger: ledger-behind-head', async () => {
    await closeWith(() => cpSync(join(folder.dataDir, 'ledger.db'), join(folder.root, 'old.db')));
    const { store } = await folder.open();
    await store.append(folder.sealer.append(stream, 2));
    await closeWith(() => cpSync(join(folder.root, 'old.db'), join(folder.dataDir, 'ledger.db')));
    await expectRefusal('ledger-behind-head');
  });

  test('refuses another leaf under the same number: ledger-behind-head', async () => {
    await closeWith(() => {
      const db = ledger();
      db.prepare('UPDATE leaves SET hash = ? WHERE idx = 1').run(Buffer.alloc(32));
      db.close();
    });
    await expectRefusal('ledger-behind-head');
  });

  test('refuses an emptied ledger: ledger-behind-head', async () => {
    await closeWith(() => {
      const db = ledger();
      db.exec('DELETE FROM leaves; DELETE FROM events');
      db.close();
    });
    await expectRefusal('ledger-behind-head');
  });

  test('refuses a ledger without any head line: head-missing', async () => {
    await closeWith(() => folder.headDirs.forEach((dir) => rmSync(headLog(dir))));
    await expectRefusal('head-missing');
  });

  test('refuses an older copy of the vault: vault-behind-head', async () => {
    await closeWith(() => cpSync(join(folder.dataDir, 'vault.db'), join(folder.root, 'old.db')));
    await folder.open();
    await folder.sealer.stream();
    await closeWith(() => cpSync(join(folder.root, 'old.db'), join(folder.dataDir, 'vault.db')));
    await expectRefusal('vault-behind-head');
  });

  test('refuses a last head line that the log key did not sign: head-damaged', async () => {
    await closeWith(() => {
      const file = headLog(folder.headDirs[0]!);
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"vault":', '"vault":1'));
    });
    await expectRefusal('head-damaged');
  });

  test('refuses a head folder of another log: head-damaged', async () => {
    await closeWith(() => writeFileSync(join(folder.headDirs[1]!, 'log.vkey'), 'another+00000000+AAAA\n'));
    await expectRefusal('head-damaged');
  });

  test('cuts off a torn last head line, and fills a head folder that is new', async () => {
    const size = folder.engine!.store.head().size;
    await closeWith(() => appendFileSync(headLog(folder.headDirs[0]!), '{"checkpoint":"rekensch'));
    folder.headDirs = [...folder.headDirs, join(folder.root, 'head-c')];
    const { store } = await folder.open();
    expect(store.head().size).toBe(size);
    await closeWith(() => undefined);
    for (const dir of folder.headDirs) {
      const lines = readFileSync(headLog(dir), 'utf8').split('\n');
      expect(lines.pop()).toBe('');
      const last = JSON.parse(lines.at(-1)!) as { checkpoint: string };
      expect(last.checkpoint.split('\n')[1]).toBe(String(size));
      for (const line of lines) JSON.parse(line);
    }
    expect(readdirSync(folder.headDirs[2]!)).toContain('log.vkey');
  });

  /** What a crash between the ledger's commit and the head line leaves. */
  const plant = (event: SealedEvent, leaf: Uint8Array = event.leafHash): void => {
    const db = ledger();
    db.prepare('INSERT INTO events VALUES (3, (SELECT no FROM streams WHERE name = ?), 3, ?, ?, ?, ?)').run(stream, event.id, event.type, event.header, event.payload);
    db.prepare('INSERT INTO leaves VALUES (3, ?)').run(leaf);
    db.close();
  };

  test('signs a tail beyond the head when it opens with its own keys', async () => {
    await closeWith(() => plant(folder.sealer.event(stream, 3)));
    const { store } = await folder.open();
    expect(store.head().size).toBe(4);
    expect(await store.readStream(stream, 3, 1)).toMatchObject({ kind: 'events', events: [{ position: 3 }] });
  });

  test('refuses a tail that does not open with its stream\'s key: tail-unverifiable', async () => {
    const { id, type, schema, revision, recordedAt } = folder.sealer.event(stream, 3);
    await closeWith(() => plant(sealEvent({ id, stream, revision, type, schema, recordedAt }, { data: {} }, newDataKey())));
    await expectRefusal('tail-unverifiable');
  });

  test('refuses a tail whose leaf is not its own: tail-unverifiable', async () => {
    await closeWith(() => plant(folder.sealer.event(stream, 3), Buffer.alloc(32, 7)));
    await expectRefusal('tail-unverifiable');
  });

  test('refuses a leaf without an event beyond the head: tail-unverifiable', async () => {
    await closeWith(() => {
      const db = ledger();
      db.prepare('INSERT INTO leaves VALUES (3, ?)').run(Buffer.alloc(32, 7));
      db.close();
    });
    await expectRefusal('tail-unverifiable');
  });
});
