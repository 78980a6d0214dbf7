import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { runCommandLine } from '#src/cli/command-line';
import { collect, found, missing, type Canaries } from '../../destruction/canaries.js';
import { headDirs, houseWithApprovedList, LedgerHouse, must, OIN } from '../../destruction/house.js';
import { CLUSTER_NOT_RUN, clusterNamed, TestCluster } from '../../eventstoredb/cluster.js';

/** Another file may have the cluster. */
const WAIT_MS = 600_000;

const MESSAGES = 400;
const REWRITTEN_ON = '2022-04-19';

/** What an event's record holds on the server; keys and identities never come there. */
const ofRecords = (all: Canaries): Canaries => new Map([...all].filter(([name]) => /header|ciphertext|deduplication key/.test(name)));
const inFiles = (name: string): boolean => !name.endsWith('.json') && !name.startsWith('log');

interface Ended {
  readonly exitCode: number;
  readonly said: Readonly<Record<string, unknown>>;
  readonly text: string;
}

describe('the product on a cluster of three with TLS', () => {
  let cluster: TestCluster;
  let folder: string;
  const spies: { mockRestore(): void }[] = [];
  const texts: string[] = [];
  beforeEach(async (context) => {
    if (!clusterNamed()) context.skip(CLUSTER_NOT_RUN);
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-cluster-'));
    cluster = new TestCluster();
    await cluster.startAll();
    texts.length = 0;
    for (const stream of [process.stdout, process.stderr]) spies.push(vi.spyOn(stream, 'write').mockImplementation((text) => texts.push(String(text)) > 0));
  }, WAIT_MS);
  afterEach(async () => {
    for (const spy of spies.splice(0)) spy.mockRestore();
    if (!clusterNamed()) return;
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const secrets = (): readonly string[] => [/:([^:@/]+)@/.exec(cluster.connectionString)![1]!, 'localhost:', 'verkeerd-woord', 'tlsCAFile='];

  async function command(name: 'serve' | 'verify', store: string, at = folder): Promise<Ended> {
    const answers: string[] = [];
    const exitCode = await runCommandLine([name, '--json'], {
      environment: {
        REKENSCHAP_OIN: OIN, REKENSCHAP_PORT: '0', REKENSCHAP_STORE: store, REKENSCHAP_DATA: join(at, 'data'),
        REKENSCHAP_HEAD_DIR: headDirs(at).join(','), REKENSCHAP_MASTER_KEY_FILE: join(at, 'keys', 'master.key'),
      },
      out: (text) => { answers.push(text); },
      err: (text) => { texts.push(text); },
    });
    return { exitCode, said: JSON.parse(answers.join('\n')) as Record<string, unknown>, text: [...texts, ...answers].join('\n') };
  }

  test('a wrong password, no password, no TLS, an unknown certificate: a sentence, exit code 1, nothing written, nothing repeated', async () => {
    const right = cluster.connectionString;
    const [, user] = /\/\/([^:]+):/.exec(right)!;
    const secret = `${user!}:${/:([^:@/]+)@/.exec(right)![1]!}@`;
    for (const [store, code] of [
      [right.replace(secret, `${user!}:verkeerd-woord@`), 'store-denied'],
      [right.replace(secret, `niemand:verkeerd-woord@`), 'store-denied'],
      [right.replace(secret, ''), 'store-denied'],
      [right.replace('tls=true', 'tls=false').replace(/&tlsCAFile=[^&]*/, ''), 'store-speaks-tls'],
      [right.replace(/&tlsCAFile=[^&]*/, ''), 'store-not-trusted'],
    ] as const) {
      const ended = await command('serve', store);
      expect([code, ended.said['code'], ended.exitCode]).toEqual([code, code, 1]);
      expect(String(ended.said['message'])).toMatch(/^[A-Z].* Er is niets geschreven\.$/);
      for (const one of secrets()) expect(ended.text).not.toContain(one);
      expect(existsSync(join(folder, 'data')) ? readdirSync(join(folder, 'data')) : []).toEqual([]);
    }
    // Control: the right string opens on the same folder, and finds nothing there.
    const house = await LedgerHouse.open({ folder, config: { store: right } });
    await house.adopt();
    expect(house.ledger.storeTrouble?.()).toBe(null);
    await house.close();
    expect(await command('verify', right)).toMatchObject({ exitCode: 0, said: { answer: 'intact', findings: [] } });
    for (const one of secrets()) expect(texts.join('\n')).not.toContain(one);
  }, 180_000);

  test('destruction: scavenged on all three by the configured list; a node that is missing keeps it open', async () => {
    const store = cluster.connectionString;
    const { house, due, list } = await houseWithApprovedList({ store, ledgerRewriteDays: 7 });
    try {
      const there = ofRecords(collect(house.folder, due));
      const nodes = Array.from({ length: cluster.size }, (_, node) => node);
      const holding = (): readonly number[] => nodes.map((node) => found(cluster.dataOf(node), there, inFiles).length);
      for (const node of nodes) expect(missing(cluster.dataOf(node), there)).toEqual([]);
      await house.execute(list);
      expect(holding()).toEqual(nodes.map(() => there.size));
      expect(await command('verify', store, house.folder)).toMatchObject({ exitCode: 0, said: { answer: 'intact' } });

      const away = (await cluster.leader() + 1) % cluster.size;
      await cluster.kill(away);
      house.at(REWRITTEN_ON);
      await expect(house.destruction().runs.rewriteDue()).rejects.toThrow();
      expect((await house.view(list.id)).status).toBe('executed');
      expect(holding()[away]).toBe(there.size);
      cluster.start(away);
      await cluster.whole();
      // It follows again; only two scavenges of its own settle that it holds nothing.
      expect((await house.view(list.id)).status).toBe('executed');
      expect(await house.destruction().runs.rewriteDue()).toBe(1);
      expect((await house.view(list.id)).status).toBe('purged');
      expect(holding()).toEqual(nodes.map(() => 0));
      const { exitCode, said } = await command('verify', store, house.folder);
      expect([exitCode, said['answer'], (said['findings'] as { kind: string }[]).map(({ kind }) => kind)]).toEqual([0, 'intact', ['destroyed-lawfully']]);
    } finally {
      await house.remove();
    }
  }, 240_000);

  test('messages recorded while the leader falls, and sent again until they are confirmed: each once, the ledger intact', async () => {
    const house = await LedgerHouse.open({ folder, config: { store: cluster.connectionString } });
    await house.adopt();
    const before = house.ledger.store.head().size;
    const positions: number[] = [];
    const send = async (n: number): Promise<void> => {
      for (;;) {
        const outcome = await house.record('dossier-opened', `zaak-${n}`, { law: 'wmo2015', subjects: [{ bsn: testBsn(n), role: 'client' }] }, `bericht-${n}`).catch(() => null);
        if (outcome?.kind === 'done') return void positions.push(must(outcome).position);
        if (outcome?.kind === 'refused') expect(outcome.refusal.code).toMatch(/unavailable/);
        await pause(200);
      }
    };
    const sender = async (first: number): Promise<void> => {
      for (let n = first; n < MESSAGES; n += 8) await send(n);
    };
    const senders = Array.from({ length: 8 }, (_, first) => sender(first));
    await expect.poll(() => positions.length, { timeout: 20_000 }).toBeGreaterThan(20);
    const leader = await cluster.leader();
    const confirmed = positions.length;
    await cluster.kill(leader);
    await Promise.all(senders);
    expect(confirmed).toBeLessThan(MESSAGES);
    cluster.start(leader);
    await cluster.whole();
    const all = positions.toSorted((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: MESSAGES }, (_, n) => before + n));
    expect(house.ledger.store.head().size).toBe(before + MESSAGES);
    await house.close();
    expect(await command('verify', cluster.connectionString)).toMatchObject({ exitCode: 0, said: { answer: 'intact', findings: [], size: before + MESSAGES } });
  }, 180_000);
});
