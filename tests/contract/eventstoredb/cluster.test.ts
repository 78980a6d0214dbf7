import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_STREAM } from '#domain/ledger/ids';
import { Connection } from '#infra/event-store/eventstoredb/connection';
import { LEAF_STREAM } from '#infra/event-store/eventstoredb/server-record';
import { serverSettings } from '#infra/event-store/eventstoredb/server-settings';
import type { Append, EventStore } from '#infra/event-store/port';
import { CLUSTER_NOT_RUN, clusterNamed, TestCluster } from '../../eventstoredb/cluster.js';
import { ServerLedger } from './subject.js';

/** Another file may have the cluster. */
const WAIT_MS = 600_000;

async function positions(store: EventStore): Promise<readonly string[]> {
  const { entries } = await store.readAll(0, 10_000);
  return entries.map((entry) => (entry.kind === 'event' ? entry.event.id : 'absent'));
}

/** Sent again, the same, until it is there. */
async function eventually(store: EventStore, append: Append): Promise<number> {
  for (const until = Date.now() + 60_000; Date.now() < until; await pause(100)) {
    const result = await store.append(append);
    if (result.kind === 'appended' || result.kind === 'source-known') return 'firstPosition' in result ? result.firstPosition : -1;
    if (result.kind !== 'unavailable') throw new Error(result.kind);
  }
  throw new Error('not in time');
}

describe('the ledger on a cluster of three with TLS', () => {
  let cluster: TestCluster;
  let ledger: ServerLedger;
  beforeEach(async (context) => {
    if (!clusterNamed()) context.skip(CLUSTER_NOT_RUN);
    cluster = new TestCluster();
    await cluster.startAll();
    ledger = new ServerLedger(cluster.connectionString);
    await ledger.open();
  }, WAIT_MS);
  afterEach(async () => {
    if (!clusterNamed()) return;
    await ledger.remove();
    await cluster.stop();
  }, 60_000);

  const fresh = async (): Promise<Append> => ledger.sealer.known(ledger.sealer.append(await ledger.sealer.stream()));

  /** Ids of the ledger's events as the cluster holds them, leaf stream and system streams left out. */
  async function stored(): Promise<readonly string[]> {
    const connection = new Connection(serverSettings(cluster.connectionString));
    try {
      return (await connection.readAll(null, 50_000)).filter(({ stream }) => !stream.startsWith('$') && stream !== LEAF_STREAM).map(({ id }) => id);
    } finally {
      await connection.close();
    }
  }

  async function expectEachOnce(acknowledged: ReadonlyMap<string, number>, all: number): Promise<void> {
    const ids = await positions(ledger.engine!.store);
    expect([ids.length, new Set(ids).size]).toEqual([all, all]);
    expect([...acknowledged].filter(([id, position]) => ids[position] !== id)).toEqual([]);
    const there = await stored();
    expect([there.length, new Set(there).size]).toEqual([all, all]);
    expect([...there].sort()).toEqual([...ids].sort());
  }

  test('the leader killed under eight writers, twice: writing goes on, nothing lost, moved or double', async () => {
    const acknowledged = new Map<string, number>();
    let writing = true;
    let unavailable = 0;
    let count = 0;
    const gaps: number[] = [];
    let last = performance.now();
    const writer = async (): Promise<void> => {
      while (writing) {
        const append = await fresh();
        count += 1;
        for (;;) {
          const result = await ledger.engine!.store.append(append);
          if (result.kind === 'appended') {
            acknowledged.set(append.events[0]!.id, result.firstPosition);
            gaps.push(performance.now() - last);
            last = performance.now();
            break;
          }
          expect(result.kind).toBe('unavailable');
          unavailable += 1;
          await pause(50);
        }
      }
    };
    const writers = Array.from({ length: 8 }, writer);
    for (let round = 0; round < 2; round += 1) {
      await pause(1_500);
      const leader = await cluster.leader();
      const before = acknowledged.size;
      await cluster.kill(leader);
      await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(before + 50);
      // Control: it is another node that confirms now.
      expect(await cluster.leader()).not.toBe(leader);
      cluster.start(leader);
      await cluster.whole();
    }
    await pause(500);
    writing = false;
    await Promise.all(writers);
    console.log(`acknowledged ${acknowledged.size}, answered unavailable ${unavailable}, longest without an acknowledgement ${Math.round(Math.max(...gaps))} ms`);
    expect(Math.max(...gaps)).toBeGreaterThan(200);
    expect(acknowledged.size).toBe(count);
    await expectEachOnce(acknowledged, count);
    // Opened anew, without its local copy's memory: the same.
    await ledger.engine!.close();
    await ledger.open();
    await expectEachOnce(acknowledged, count);
  }, 240_000);

  test('a follower that stands still: writing and reading go on, and it has everything afterwards', async () => {
    const leader = await cluster.leader();
    const follower = (leader + 1) % cluster.size;
    const acknowledged = new Map<string, number>();
    const write = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 1) {
        const append = await fresh();
        acknowledged.set(append.events[0]!.id, await eventually(ledger.engine!.store, append));
        // What was acknowledged is seen by the very next decision.
        expect((await ledger.engine!.store.readStream(append.stream, 0, 10)).kind).toBe('events');
      }
    };
    await write(20);
    cluster.pause(follower);
    await write(60);
    expect(ledger.engine!.session().state).toBe('open');
    cluster.resume(follower);
    await write(20);
    await cluster.whole();
    await expectEachOnce(acknowledged, 100);
  }, 180_000);

  test('no majority: an unknown outcome is said to be one, and is settled once', async () => {
    const acknowledged = new Map<string, number>();
    const first = await fresh();
    acknowledged.set(first.events[0]!.id, await eventually(ledger.engine!.store, first));
    const leader = await cluster.leader();
    const followers = [0, 1, 2].filter((node) => node !== leader);
    for (const node of followers) cluster.pause(node);
    const late = await Promise.all(Array.from({ length: 5 }, fresh));
    const results = await Promise.all(late.map((append) => ledger.engine!.store.append(append)));
    expect(results.map(({ kind }) => kind)).toEqual(late.map(() => 'unavailable'));
    expect(await positions(ledger.engine!.store)).toHaveLength(1);
    for (const node of followers) cluster.resume(node);
    for (const append of late) acknowledged.set(append.events[0]!.id, await eventually(ledger.engine!.store, append));
    await cluster.whole();
    const ids = await positions(ledger.engine!.store);
    expect([ids.length, new Set(ids).size]).toEqual([6, 6]);
    expect([...(await stored())].sort()).toEqual([...ids].sort());
  }, 180_000);

  test('ledger and leader killed together: what was under way is settled at the start, once', async () => {
    const appends = await Promise.all(Array.from({ length: 40 }, fresh));
    const acknowledged = new Map<string, number>();
    const { store } = ledger.engine!;
    const leader = await cluster.leader();
    const under = appends.map(async (append) => {
      const result = await store.append(append);
      if (result.kind === 'appended') acknowledged.set(append.events[0]!.id, result.firstPosition);
    });
    await pause(15);
    await Promise.all([cluster.kill(leader), ledger.engine!.terminate()]);
    await Promise.all(under);
    cluster.start(leader);
    await ledger.open();
    for (const append of appends) await eventually(ledger.engine!.store, append);
    await cluster.whole();
    await expectEachOnce(acknowledged, 40);
  }, 180_000);

  test('a stream of another hand does not come in through a follower either', async () => {
    const intruder = new Connection(serverSettings(cluster.connectionString));
    const record = { id: randomUUID(), type: 'x', data: Buffer.from('vreemd'), metadata: new Uint8Array([1]) };
    expect((await intruder.append(`dossier-${randomUUID()}`, NO_STREAM, [record])).kind).toBe('done');
    await intruder.close();
    const append = await fresh();
    await eventually(ledger.engine!.store, append);
    expect(await positions(ledger.engine!.store)).toEqual([append.events[0]!.id]);
    expect(ledger.engine!.foreignRecords()).toBe(1);
  }, 120_000);
});
