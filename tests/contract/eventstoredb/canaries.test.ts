import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { Connection } from '#infra/event-store/eventstoredb/connection';
import { serverSettings } from '#infra/event-store/eventstoredb/server-settings';
import type { ListView } from '#src/destruction/lists/list-view';
import { collect, found, missing, type Canaries } from '../../destruction/canaries.js';
import { houseWithApprovedList, type LedgerHouse } from '../../destruction/house.js';
import { admin, stopScavenge, untilQuiet } from '../../eventstoredb/admin-client.js';
import { SERVERS, type TestServer } from './servers.js';

/** Dutch days: of the approved list, and of the night that rewrites what was executed on it. */
const REWRITE_DAYS = 7;
const REWRITTEN_ON = '2022-04-19';

/** What an event's record holds on the server; keys and identities never come there. */
function ofRecords(all: Canaries): Canaries {
  return new Map([...all].filter(([name]) => /header|ciphertext|deduplication key/.test(name)));
}

/** A node's own logs and locks hold no records. */
const inFiles = (name: string): boolean => !name.endsWith('.json') && !name.startsWith('log');

describe.each(SERVERS)('destruction on EventStoreDB ($name): the stored bytes in the server\'s own files', ({ make }) => {
  let server: TestServer;
  let house: LedgerHouse;
  let due: readonly StreamName[];
  let list: ListView;
  beforeEach(async () => {
    server = await make();
    ({ house, due, list } = await houseWithApprovedList({ store: server.url, ledgerRewriteDays: REWRITE_DAYS }));
  }, 120_000);
  afterEach(async () => {
    await house.remove();
    await server.stop();
  });

  test('are there until the scavenges, and then nowhere: executed and purged are two moments', async () => {
    const here = collect(house.folder, due);
    const there = ofRecords(here);
    expect(there.size).toBe(due.length * 5 * 3);
    expect(missing(server.dataDir, there)).toEqual([]);
    await house.execute(list);
    expect((await house.view(list.id)).status).toBe('executed');
    expect(found(server.dataDir, there, inFiles)).not.toEqual([]);
    house.at(REWRITTEN_ON);
    expect(await house.destruction().runs.rewriteDue()).toBe(1);
    expect((await house.view(list.id)).status).toBe('purged');
    expect(found(server.dataDir, there, inFiles)).toEqual([]);
    expect(found(house.folder, here)).toEqual([]);
    expect((await house.verify()).answer).toBe('intact');
  }, 180_000);

  test('go too when a scavenge had been stopped before the tombstones: its point is too old, and another is made', async () => {
    const there = ofRecords(collect(house.folder, due));
    const connection = new Connection(serverSettings(server.url));
    const points = async (): Promise<number> => (await connection.systemEvents('$scavengePoints', 1).catch(() => []))[0]?.revision ?? -1;
    const url = server.url.replace(/^esdb:/, 'http:').replace(/\?.*$/, '');
    try {
      await stopped(url, points);
      const old = await points();
      await house.execute(list);
      // Control: one scavenge only resumes the old one, ends in Success, and leaves everything.
      await admin(url, 'POST', '/admin/scavenge');
      await untilQuiet(url);
      expect([await points(), found(server.dataDir, there, inFiles).length]).toEqual([old, there.size]);
      house.at(REWRITTEN_ON);
      expect(await house.destruction().runs.rewriteDue()).toBe(1);
      expect(await points()).toBeGreaterThan(old);
      expect(found(server.dataDir, there, inFiles)).toEqual([]);
    } finally {
      await connection.close();
    }
  }, 180_000);

  test('a node that does not answer keeps it open: executed, not purged, until it does', async () => {
    const there = ofRecords(collect(house.folder, due));
    await house.execute(list);
    house.at(REWRITTEN_ON);
    await server.kill();
    await expect(house.destruction().runs.rewriteDue()).rejects.toThrow();
    expect((await house.view(list.id)).status).toBe('executed');
    await server.start();
    await expect.poll(() => house.ledger.storeTrouble?.(), { timeout: 60_000 }).toBe(null);
    expect(await house.destruction().runs.rewriteDue()).toBe(1);
    expect((await house.view(list.id)).status).toBe('purged');
    expect(found(server.dataDir, there, inFiles)).toEqual([]);
  }, 180_000);

  /** Its point is in the log and its work is not done; the server may be faster, and then it is tried again. */
  async function stopped(url: string, points: () => Promise<number>): Promise<void> {
    for (let tries = 0; tries < 20; tries += 1) {
      const before = await points();
      server.hold?.();
      const { body } = await admin(url, 'POST', '/admin/scavenge');
      const id = String(body['scavengeId']);
      while (await points() === before) await pause(5);
      await stopScavenge(url, id);
      await untilQuiet(url);
      const connection = new Connection(serverSettings(server.url));
      const ended = await connection.systemEvents(`$scavenges-${id}`, 1).finally(() => connection.close());
      if ((ended[0]?.data as { readonly result?: unknown } | undefined)?.result === 'Stopped') return;
    }
    throw new Error('no scavenge could be stopped in time');
  }
});
