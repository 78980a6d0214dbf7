import { cpSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_STREAM, type EventId } from '#domain/ledger/ids';
import { Connection } from '#infra/event-store/eventstoredb/connection';
import { LEAF_BATCH } from '#infra/event-store/eventstoredb/leaf-batch';
import { LEAF_STREAM, recordOf } from '#infra/event-store/eventstoredb/server-record';
import { serverSettings } from '#infra/event-store/eventstoredb/server-settings';
import type { Append, EventStore } from '#infra/event-store/port';
import { SERVERS, type TestServer } from './servers.js';
import { ServerLedger } from './subject.js';

const QUICK = { write: 1_500, read: 3_000 };

async function positions(store: EventStore): Promise<readonly string[]> {
  const { entries } = await store.readAll(0, 10_000);
  return entries.map((entry) => (entry.kind === 'event' ? entry.event.id : 'absent'));
}

async function eventually(store: EventStore, append: Append): Promise<void> {
  await expect.poll(async () => (await store.append(append)).kind, { timeout: 60_000, interval: 200 }).toBe('appended');
}

describe.each(SERVERS)('EventStoreDB ($name): what can go wrong', ({ make }) => {
  let server: TestServer;
  let ledger: ServerLedger;
  const others: { remove(): Promise<void> }[] = [];
  beforeEach(async () => {
    server = await make();
    ledger = new ServerLedger(server.url);
    await ledger.open(QUICK);
  });
  afterEach(async () => {
    await ledger.remove();
    for (const other of others.splice(0)) await other.remove();
    await server.stop();
  });

  async function written(count: number): Promise<readonly Append[]> {
    const appends: Append[] = [];
    for (let i = 0; i < count; i += 1) appends.push(ledger.sealer.known(ledger.sealer.append(await ledger.sealer.stream(), NO_STREAM, 2)));
    for (const result of await ledger.engine!.store.appendAll(appends)) expect(result.kind).toBe('appended');
    return appends;
  }

  test('the server killed and back: unavailable, read on meanwhile, nothing lost, goes on by itself', async () => {
    const [first] = await written(3);
    await server.kill();
    const { store } = ledger.engine!;
    const late = ledger.sealer.known(ledger.sealer.append(first!.stream, 1));
    expect((await store.append(late)).kind).toBe('unavailable');
    expect((await store.readStream(first!.stream, 0, 10)).kind).toBe('events');
    expect(ledger.engine!.session().state).toBe('away');
    await server.start();
    await eventually(store, late);
    const ids = await positions(store);
    expect([ids.length, new Set(ids).size]).toEqual([7, 7]);
  });

  test('the server hangs: unavailable within the time, and goes on when it answers again', async () => {
    const [first] = await written(1);
    server.pause();
    const { store } = ledger.engine!;
    const late = ledger.sealer.append(first!.stream, 1);
    const began = performance.now();
    expect((await store.append(late)).kind).toBe('unavailable');
    expect(performance.now() - began).toBeLessThan(20_000);
    server.resume();
    await eventually(store, late);
    expect(await positions(store)).toHaveLength(3);
  });

  test('killed under load, server and ledger in turn: every acknowledged event once, in place', async () => {
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < 3; round += 1) {
      const { store } = ledger.engine!;
      const appends: Append[] = [];
      for (let i = 0; i < 40; i += 1) appends.push(ledger.sealer.known(ledger.sealer.append(await ledger.sealer.stream())));
      const under = appends.map(async (append) => {
        const result = await store.append(append);
        if (result.kind === 'appended') acknowledged.set(append.events[0]!.id, result.firstPosition);
      });
      await new Promise((resolve) => setTimeout(resolve, 5 + round * 10));
      if (round % 2 === 0) await server.kill();
      await ledger.engine!.terminate();
      if (round % 2 === 0) await server.start();
      await Promise.all(under);
      await ledger.open(QUICK);
      for (const append of appends) await eventually(ledger.engine!.store, append);
    }
    const ids = await positions(ledger.engine!.store);
    expect([ids.length, new Set(ids).size]).toEqual([120, 120]);
    for (const [id, position] of acknowledged) expect(ids[position]).toBe(id);
  });

  test('an old reservations file or an old local copy put back, or the copy lost: every event once', async () => {
    await written(2);
    await ledger.engine!.close();
    const old = join(ledger.root, 'old');
    cpSync(ledger.dataDir, old, { recursive: true });
    await ledger.open(QUICK);
    const later = await written(3);
    const before = await positions(ledger.engine!.store);
    const { checkpoint, ...head } = ledger.engine!.store.head();
    for (const file of ['reservations.db', 'ledger.db']) {
      await ledger.engine!.close();
      for (const part of ['', '-wal', '-shm']) rmSync(join(ledger.dataDir, `${file}${part}`), { force: true });
      cpSync(join(old, file), join(ledger.dataDir, file));
      await ledger.open(QUICK);
      expect(await positions(ledger.engine!.store)).toEqual(before);
    }
    await ledger.engine!.close();
    for (const part of ['', '-wal', '-shm']) rmSync(join(ledger.dataDir, `ledger.db${part}`), { force: true });
    await ledger.open(QUICK);
    expect(await positions(ledger.engine!.store)).toEqual(before);
    expect(ledger.engine!.store.head()).toMatchObject(head);
    expect(checkpoint).not.toBe('');
    for (const append of later) {
      expect((await ledger.engine!.store.append({ ...append, ...ledger.sealer.append(append.stream, 1), deduplication: append.deduplication! })).kind).toBe('source-known');
    }
  });

  test('records that are foreign, malformed, copied or forged get no leaf and stop nothing', async () => {
    const [first] = await written(1);
    const intruder = new Connection(serverSettings(server.url));
    const stream = await ledger.sealer.stream();
    const good = ledger.sealer.event(stream, 0);
    const copied = recordOf(first!.events[0]!);
    const forged = recordOf({ ...good, payload: Uint8Array.from(good.payload).fill(7) });
    const record = (data: string): { id: string; type: string; data: Uint8Array; metadata: Uint8Array } => ({ id: randomUUID(), type: 'x', data: Buffer.from(data), metadata: new Uint8Array([1, 2]) });
    for (const [name, one] of [
      [`dossier-${randomUUID()}`, record('foreign')], ['elsewhere', record('{}')], [`dossier-${randomUUID()}`, copied], [stream, forged],
    ] as const) expect((await intruder.append(name, NO_STREAM, [one])).kind).toBe('done');
    const leaves = await intruder.readStreamBack(LEAF_STREAM, 'end', 1);
    const batch = { id: randomUUID(), type: LEAF_BATCH, data: Uint8Array.from(leaves[0]!.data!).fill(1, 40, 60), metadata: new Uint8Array(0) };
    expect((await intruder.append(LEAF_STREAM, leaves[0]!.revision, [batch])).kind).toBe('done');
    await written(2);
    expect(await positions(ledger.engine!.store)).toHaveLength(6);
    expect(ledger.engine!.foreignRecords()).toBe(5);
    await ledger.engine!.close();
    await ledger.open(QUICK);
    expect(await positions(ledger.engine!.store)).toHaveLength(6);
    await intruder.close();
  });

  test('a second instance takes over; the first stops writing and says so', async () => {
    const [first] = await written(1);
    const second = new ServerLedger(server.url);
    others.push(second);
    second.keys = ledger.keys;
    cpSync(ledger.dataDir, second.dataDir, { recursive: true });
    cpSync(ledger.headDirs[0]!, second.headDirs[0]!, { recursive: true });
    await second.open(QUICK);
    await expect.poll(() => ledger.engine!.session()).toEqual({ state: 'locked', why: 'ledger-locked' });
    expect((await ledger.engine!.store.append(ledger.sealer.append(first!.stream, 1))).kind).toBe('unavailable');
    expect(ledger.engine!.state()).toBe('halted');
    const next = ledger.sealer.append(first!.stream, 1);
    expect(await second.engine!.store.append(next)).toMatchObject({ kind: 'appended', firstPosition: 2 });
  });

  test('the server put back on an old volume: nothing is written any more, and a start is refused', async () => {
    await written(1);
    await server.kill();
    const old = `${server.dataDir}-old`;
    cpSync(server.dataDir, old, { recursive: true });
    await server.start();
    const { store } = ledger.engine!;
    const next = ledger.sealer.append(await ledger.sealer.stream());
    await eventually(store, next);
    await server.kill();
    rmSync(server.dataDir, { recursive: true, force: true });
    cpSync(old, server.dataDir, { recursive: true });
    rmSync(old, { recursive: true, force: true });
    await server.start();
    await expect.poll(() => ledger.engine!.session(), { timeout: 30_000 }).toEqual({ state: 'halted', why: 'ledger-behind-head' });
    expect((await store.append(ledger.sealer.append(next.stream, 0))).kind).toBe('unavailable');
    await ledger.engine!.close();
    await expect(ledger.open(QUICK)).rejects.toMatchObject({ code: 'ledger-behind-head' });
    ledger.engine = null;
  });

  test('a server of another ledger, a vault that is missing or another\'s, an address where nothing is: refused', async () => {
    await written(1);
    const other = new ServerLedger(server.url);
    others.push(other);
    await expect(other.open(QUICK)).rejects.toMatchObject({ code: 'store-of-another-ledger' });
    other.keys = ledger.keys;
    await expect(other.open(QUICK)).rejects.toMatchObject({ code: 'vault-missing' });
    const lost = new ServerLedger('esdb://127.0.0.1:1?tls=false');
    others.push(lost);
    await expect(lost.open(QUICK)).rejects.toMatchObject({ code: 'store-unreachable' });
    const tls = new ServerLedger(server.url.replace('127.0.0.1', 'localhost').replace('tls=false', 'tls=true'));
    others.push(tls);
    await expect(tls.open(QUICK)).rejects.toMatchObject({ code: 'store-speaks-no-tls' });
    expect(await positions(ledger.engine!.store)).toHaveLength(2);
  });

  test('started while the server is away: reads at once, writes when it is back', async () => {
    const [first] = await written(1);
    await ledger.engine!.close();
    await server.kill();
    await ledger.open(QUICK);
    const { store } = ledger.engine!;
    expect((await store.readStream(first!.stream, 0, 5)).kind).toBe('events');
    expect(await store.withoutEvents([await ledger.sealer.stream()])).toEqual([]);
    const next = ledger.sealer.append(first!.stream, 1);
    expect((await store.append(next)).kind).toBe('unavailable');
    await server.start();
    await eventually(store, next);
    expect((await positions(store)).at(-1)).toBe(next.events[0]!.id satisfies EventId);
  });
});
