import { randomUUID } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_STREAM, type StreamName } from '#domain/ledger/ids';
import { Connection } from '#infra/event-store/eventstoredb/connection';
import { LEAF_STREAM, type ServerRecord } from '#infra/event-store/eventstoredb/server-record';
import { serverSettings } from '#infra/event-store/eventstoredb/server-settings';
import { scavengeEveryNode } from '#infra/event-store/eventstoredb/scavenges';
import { runCommandLine } from '#src/cli/command-line';
import type { ListView } from '#src/destruction/lists/list-view';
import { headDirs, houseWithApprovedList, type LedgerHouse } from '../../destruction/house.js';
import { SERVERS, type TestServer } from './servers.js';

const REWRITE_DAYS = 7;
const REWRITTEN_ON = '2022-04-19';

interface Verified {
  readonly exitCode: number;
  readonly answer: string;
  readonly kinds: readonly string[];
}

/** As a person does, with the command; with keys and without it must come to the same. */
async function verify(house: LedgerHouse, store: string): Promise<Verified> {
  const [without, withKeys] = [await verifyOnce(house, store, []), await verifyOnce(house, store, ['--keys'])];
  expect(withKeys).toEqual(without);
  return without;
}

async function verifyOnce({ folder }: LedgerHouse, store: string, more: readonly string[]): Promise<Verified> {
  const answers: string[] = [];
  const exitCode = await runCommandLine(['verify', '--json', ...more], {
    environment: {
      REKENSCHAP_STORE: store, REKENSCHAP_DATA: join(folder, 'data'), REKENSCHAP_HEAD_DIR: headDirs(folder).join(','),
      REKENSCHAP_MASTER_KEY_FILE: join(folder, 'keys', 'master.key'),
    },
    out: (text) => { answers.push(text); },
    err: (text) => { answers.push(text); },
  });
  const { answer, findings } = JSON.parse(answers.join('\n')) as { readonly answer: string; readonly findings: readonly { readonly kind: string }[] };
  // The clock of these houses stands in 2022; the command's own does not.
  return { exitCode, answer, kinds: [...new Set(findings.map(({ kind }) => kind))].sort() };
}

const INTACT = { exitCode: 0, answer: 'intact' };
const TAMPERED = { exitCode: 3, answer: 'tampered' };

describe.each(SERVERS)('verify looks at the server of an EventStoreDB ledger ($name)', ({ make }) => {
  let server: TestServer;
  let house: LedgerHouse;
  let due: readonly StreamName[];
  let list: ListView;
  let intruder: Connection;
  beforeEach(async () => {
    server = await make();
    ({ house, due, list } = await houseWithApprovedList({ store: server.url, ledgerRewriteDays: REWRITE_DAYS }));
    intruder = new Connection(serverSettings(server.url));
    // Control of every test: what nobody touched.
    expect(await verify(house, server.url)).toEqual({ ...INTACT, kinds: [] });
  }, 120_000);
  afterEach(async () => {
    await intruder.close();
    await house.remove();
    await server.stop();
  });

  /** Streams that a run does not touch. */
  const living = (): readonly StreamName[] => {
    const db = new Database(join(house.folder, 'data', 'ledger.db'), { readonly: true });
    const names = db.prepare("SELECT name FROM streams WHERE name LIKE 'dossier-%' ORDER BY no").pluck().all() as StreamName[];
    db.close();
    return names.filter((name) => !due.includes(name));
  };

  const recordsOf = (stream: string): Promise<readonly ServerRecord[]> => intruder.readStream(stream, 0, 100);

  const scavenge = (): Promise<void> => scavengeEveryNode(intruder, serverSettings(server.url));

  test('a destruction: pending until the server was scavenged, then intact', async () => {
    await house.execute(list);
    expect((await house.view(list.id)).status).toBe('executed');
    expect(await verify(house, server.url)).toEqual({ ...INTACT, kinds: ['destroyed-lawfully', 'destruction-pending'] });
    house.at(REWRITTEN_ON);
    expect(await house.destruction().runs.rewriteDue()).toBe(1);
    expect((await house.view(list.id)).status).toBe('purged');
    expect(await verify(house, server.url)).toEqual({ ...INTACT, kinds: ['destroyed-lawfully'] });
  }, 180_000);

  test('resurrected: what was destroyed stands on the server, and no tombstone with it', async () => {
    await server.kill();
    const old = `${server.dataDir}-old`;
    cpSync(server.dataDir, old, { recursive: true });
    await server.start();
    await expect.poll(() => house.ledger.storeTrouble?.(), { timeout: 60_000 }).toBe(null);
    await house.execute(list);
    await house.close();
    // Control: pending, where the tombstones are.
    expect(await verify(house, server.url)).toMatchObject(INTACT);
    const later = await allOf(intruder);
    await intruder.close();
    await server.kill();
    rmSync(server.dataDir, { recursive: true, force: true });
    cpSync(old, server.dataDir, { recursive: true });
    rmSync(old, { recursive: true, force: true });
    await server.start();
    intruder = new Connection(serverSettings(server.url));
    const put = await verify(house, server.url);
    expect(put).toMatchObject(TAMPERED);
    expect(put.kinds).toEqual(expect.arrayContaining(['resurrected', 'server-behind-head']));
    // Somebody fills it up again, without the tombstones: leaves, events, all of it signed.
    const there = new Set((await allOf(intruder)).map(({ id }) => id));
    for (const record of later.filter(({ id, stream, type }) => !there.has(id) && !stream.startsWith('$') && !type.startsWith('$'))) {
      const answer = await intruder.append(record.stream, record.revision === 0 ? NO_STREAM : record.revision - 1, [{ id: record.id, type: record.type, data: record.data!, metadata: record.metadata ?? new Uint8Array(0) }]);
      expect(answer.kind).toBe('done');
    }
    expect((await verify(house, server.url)).kinds).toContain('resurrected');
  }, 240_000);

  test('resurrected: a certificate says that the files hold it no more, and they do', async () => {
    await house.execute(list);
    await server.kill();
    const old = `${server.dataDir}-old`;
    cpSync(server.dataDir, old, { recursive: true });
    await server.start();
    await expect.poll(() => house.ledger.storeTrouble?.(), { timeout: 60_000 }).toBe(null);
    house.at(REWRITTEN_ON);
    expect(await house.destruction().runs.rewriteDue()).toBe(1);
    const later = await allOf(intruder);
    await house.close();
    expect(await verify(house, server.url)).toEqual({ ...INTACT, kinds: ['destroyed-lawfully'] });
    await intruder.close();
    await server.kill();
    rmSync(server.dataDir, { recursive: true, force: true });
    cpSync(old, server.dataDir, { recursive: true });
    rmSync(old, { recursive: true, force: true });
    await server.start();
    intruder = new Connection(serverSettings(server.url));
    expect(later.length).toBeGreaterThan(0);
    expect((await verify(house, server.url)).kinds).toEqual(expect.arrayContaining(['resurrected', 'server-behind-head']));
  }, 240_000);

  test('inserted: records that are not the ledger\'s, wherever they were put', async () => {
    const [stream] = living();
    const [event] = await recordsOf(stream!);
    const copied = { id: event!.id, type: event!.type, data: event!.data!, metadata: event!.metadata! };
    const foreign = { id: randomUUID(), type: 'x', data: Buffer.from('{}'), metadata: new Uint8Array([1, 2]) };
    const leaves = await intruder.readStreamBack(LEAF_STREAM, 'end', 1);
    const forged = { id: randomUUID(), type: leaves[0]!.type, data: Uint8Array.from(leaves[0]!.data!).fill(1, 40, 60), metadata: new Uint8Array(0) };
    for (const [name, revision, record] of [
      [`dossier-${randomUUID()}`, NO_STREAM, foreign], ['elders', NO_STREAM, foreign], [`dossier-${randomUUID()}`, NO_STREAM, copied],
      [LEAF_STREAM, leaves[0]!.revision, forged], [`$$${stream!}`, NO_STREAM, { ...foreign, id: randomUUID(), type: '$metadata', data: Buffer.from('{"$maxCount":1}') }],
    ] as const) {
      // Each alone, on a server of which the rest is as it was.
      await house.close();
      await server.kill();
      const kept = `${server.dataDir}-kept`;
      cpSync(server.dataDir, kept, { recursive: true });
      await server.start();
      const connection = new Connection(serverSettings(server.url));
      const id = randomUUID();
      // gRPC may hand out the connection that was just cut, once.
      await expect.poll(async () => (await connection.append(name, revision, [{ ...record, id }])).kind, { timeout: 10_000 }).toBe('done');
      await connection.close();
      expect({ name, ...await verify(house, server.url) }).toEqual({ name, ...TAMPERED, kinds: ['inserted'] });
      await server.kill();
      rmSync(server.dataDir, { recursive: true, force: true });
      cpSync(kept, server.dataDir, { recursive: true });
      rmSync(kept, { recursive: true, force: true });
      await server.start();
      expect(await verify(house, server.url)).toEqual({ ...INTACT, kinds: [] });
    }
  }, 240_000);

  test('inserted beside a running service, which passes it over and says how many', async () => {
    expect((await intruder.append(`dossier-${randomUUID()}`, NO_STREAM, [{ id: randomUUID(), type: 'x', data: Buffer.from('x'), metadata: new Uint8Array([1]) }])).kind).toBe('done');
    await house.dossier('later', 77, null);
    expect(await verify(house, server.url)).toEqual({ ...TAMPERED, kinds: ['inserted'] });
  }, 120_000);

  test('beside a running service that takes in new dossiers all the while: intact, again and again', async () => {
    let writing = true;
    let written = 0;
    const before = house.ledger.store.head().size;
    const write = async (): Promise<void> => {
      for (; writing; written += 1) await house.dossier(`onderweg-${written}`, 100 + written, null);
    };
    const under = write();
    try {
      for (let round = 0; round < 6 || written < 4; round += 1) {
        const { kinds, ...rest } = await verifyOnce(house, server.url, ['--keys']);
        expect(rest).toEqual(INTACT);
        // What a service that writes always may leave behind for a moment.
        expect(kinds.filter((kind) => !['tail-uncovered', 'head-folder-behind', 'head-torn'].includes(kind))).toEqual([]);
      }
    } finally {
      writing = false;
      await under;
    }
    // Control: there was something to trip over.
    expect(house.ledger.store.head().size).toBeGreaterThan(before + 12);
  }, 120_000);

  test('disappeared: a stream ended on the server by somebody else, before and after its files were scavenged', async () => {
    const [stream] = living();
    const records = await recordsOf(stream!);
    expect((await intruder.tombstone(stream!, records.at(-1)!.revision)).kind).toBe('done');
    expect(await verify(house, server.url)).toEqual({ ...TAMPERED, kinds: ['disappeared'] });
    await scavenge();
    expect(await verify(house, server.url)).toEqual({ ...TAMPERED, kinds: ['disappeared'] });
  }, 180_000);

  test('a byte of an event changed in the server\'s own file', async () => {
    const [stream] = living();
    const [, event] = await recordsOf(stream!);
    await house.close();
    await intruder.close();
    await server.kill();
    const bytes = Buffer.from(event!.data!);
    const file = readdirSync(server.dataDir, { recursive: true, encoding: 'utf8' }).map((name) => join(server.dataDir, name))
      .find((path) => statSync(path).isFile() && readFileSync(path).includes(bytes))!;
    const content = readFileSync(file);
    const at = content.indexOf(bytes) + bytes.length - 1;
    content[at] = content[at]! ^ 1;
    writeFileSync(file, content);
    await server.start();
    intruder = new Connection(serverSettings(server.url));
    expect(await verify(house, server.url)).toEqual({ ...TAMPERED, kinds: ['server-event-differs'] });
  }, 120_000);

  test('a server that is away, or is another ledger\'s: not verifiable, or tampered; never intact', async () => {
    await house.close();
    const elsewhere = 'esdb://localhost:1?tls=false';
    expect(await verify(house, elsewhere)).toEqual({ exitCode: 3, answer: 'not-verifiable', kinds: ['server-not-read'] });
    const other = await make();
    try {
      expect((await verify(house, other.url)).kinds).toEqual(['server-behind-head']);
    } finally {
      await other.stop();
    }
  }, 120_000);
});

async function allOf(connection: Connection): Promise<readonly ServerRecord[]> {
  return connection.readAll(null, 100_000);
}
