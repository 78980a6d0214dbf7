import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NO_STREAM } from '#domain/ledger/ids';
import { Connection } from '#infra/event-store/eventstoredb/connection';
import { serverSettings } from '#infra/event-store/eventstoredb/server-settings';
import { runCommandLine } from '#src/cli/command-line';
import { headDirs, LedgerHouse, OIN } from '../../destruction/house.js';
import { startDouble } from '../../eventstoredb/double/server.js';
import { certificate, tlsDoor, type TlsDoor } from '../../eventstoredb/tls-door.js';
import { SERVERS, type TestServer } from './servers.js';

const USER = 'grootboekdienst';
const PASSWORD = 'geheim-woord-van-de-toets';

interface Ended {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  /** Everything that the process wrote anywhere. */
  readonly text: string;
}

/** `serve` over this folder, as a user starts it. */
async function serve(folder: string, store: string): Promise<Ended> {
  const texts: string[] = [];
  const answers: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation((text) => texts.push(String(text)) > 0));
  try {
    const exitCode = await runCommandLine(['serve', '--json'], {
      environment: {
        REKENSCHAP_OIN: OIN, REKENSCHAP_PORT: '0', REKENSCHAP_STORE: store, REKENSCHAP_DATA: join(folder, 'data'),
        REKENSCHAP_HEAD_DIR: headDirs(folder).join(','), REKENSCHAP_MASTER_KEY_FILE: join(folder, 'keys', 'master.key'),
      },
      out: (text) => { answers.push(text); },
      err: (text) => { texts.push(text); },
    });
    const { code, message } = JSON.parse(answers.join('\n')) as { readonly code: string; readonly message: string };
    return { exitCode, code, message, text: [...texts, ...answers].join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** One Dutch sentence or more, and nothing of what the connection string says. */
function expectPlain({ message, text }: Ended, store: string): void {
  expect(message).toMatch(/^[A-Z].*\.$/);
  expect(message).not.toMatch(/undefined|Error|\bat \/|[{}]/);
  const parts = store.replace(/^esdb(\+discover)?:\/\//, '').split(/[:@/,?&=]+/).filter((part) => part.length > 4 && !/^(false|true|nodes|https?|tlsCAFile|127\.0\.0\.1)$/.test(part));
  for (const part of [...parts, PASSWORD, USER]) expect(text).not.toContain(part);
}

/** Every file of data, heads and keys, by its bytes. SQLite's shared memory holds no data. */
function files(folder: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const part of ['data', 'head-a', 'head-b', 'keys']) {
    if (!existsSync(join(folder, part))) continue;
    for (const name of readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' })) {
      const file = join(folder, part, name);
      if (!statSync(file).isFile() || name.endsWith('-shm') || (name.endsWith('-wal') && statSync(file).size === 0)) continue;
      found[join(part, name)] = createHash('sha256').update(readFileSync(file)).digest('hex');
    }
  }
  return found;
}

const LEDGER_FILES = /ledger\.db|vault\.db|views\.db|reservations\.db|head/;

describe('a connection string that cannot be used: wrong use, before anything is reached or made', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'rekenschap-refused-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  test.each([
    ['no scheme', 'kluis.gemeente.example:2113'],
    ['nothing behind it', 'esdb://'],
    ['a space in the address', 'esdb://een kluis:2113'],
    ['a port that does not exist', 'esdb://kluis.gemeente.example:99999'],
    ['a name without a password', `esdb://${USER}@kluis.gemeente.example:2113`],
    ['a half percent sign', `esdb://${USER}:50%-${PASSWORD}@kluis.gemeente.example:2113`],
    ['an unknown option', 'esdb://kluis.gemeente.example:2113?tlsVerifyCert=false'],
    ['tls is maybe', 'esdb://kluis.gemeente.example:2113?tls=misschien'],
    ['a certificate that is not there', 'esdb://kluis.gemeente.example:2113?tlsCAFile=/bestaat/niet.crt'],
    ['nodes that are no addresses', 'esdb://kluis.gemeente.example:2113?nodes=kluis1,kluis2'],
    ['nodes without TLS beside TLS', 'esdb://kluis.gemeente.example:2113?nodes=http://kluis1.gemeente.example:2113'],
    ['discovery with two names', 'esdb+discover://kluis1.gemeente.example,kluis2.gemeente.example'],
    ['TLS to an IP address', `esdb://${USER}:${PASSWORD}@192.0.2.14:2113`],
    ['TLS to an IPv6 address', 'esdb://[2001:db8::14]:2113?tls=true'],
  ])('%s', async (_what, store) => {
    const ended = await serve(folder, store);
    expect([ended.exitCode, ended.code]).toEqual([2, 'configuration']);
    expectPlain(ended, store);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a file that holds no certificate', async () => {
    const caFile = join(folder, 'ca.txt');
    writeFileSync(caFile, 'geen certificaat');
    const ended = await serve(folder, `esdb://kluis.gemeente.example:2113?tlsCAFile=${caFile}`);
    expect([ended.exitCode, ended.code]).toEqual([2, 'configuration']);
    expect(ended.message).toContain('PEM');
  });

  test('says of an IP address that TLS does not reach it', async () => {
    expect((await serve(folder, 'esdb://192.0.2.14:2113')).message).toContain('geen IP-adres');
    // Control: without TLS it does, and then nobody answers there.
    expect((await serve(folder, 'esdb://127.0.0.1:1?tls=false')).code).toBe('store-unreachable');
  });
});

describe.each(SERVERS)('a start on EventStoreDB that is refused ($name): a sentence, an exit code, nothing written', ({ name, make }) => {
  let server: TestServer;
  let folder: string;
  const closing: (() => Promise<void> | void)[] = [];
  beforeEach(async () => {
    server = await make();
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-refused-'));
  }, 90_000);
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const local = (): string => server.url.replace('127.0.0.1', 'localhost');
  const port = (): number => Number(/:(\d+)/.exec(server.url)![1]);

  async function door(to: number): Promise<TlsDoor> {
    const opened = await tlsDoor(to);
    closing.push(() => opened.close());
    return opened;
  }

  /** What stands on the server, the server's own statistics left out. */
  async function stored(url = server.url): Promise<readonly string[]> {
    const connection = new Connection(serverSettings(url));
    try {
      return (await connection.readAll(null, 10_000)).filter(({ stream }) => !/^\$(\$\$)?stats|^\$\$\$?scavenge/.test(stream)).map(({ stream, revision }) => `${stream}@${revision}`);
    } finally {
      await connection.close();
    }
  }

  async function refused(store: string, code: string, at = folder): Promise<string> {
    const before = { server: await stored(), files: files(at) };
    const ended = await serve(at, store);
    expect([ended.code, ended.exitCode]).toEqual([code, 1]);
    expectPlain(ended, store);
    expect(await stored()).toEqual(before.server);
    // A start makes the keys of a new ledger; of the ledger itself nothing came, and what was there stayed as it was.
    const now = Object.entries(files(at)).filter(([name]) => name in before.files || LEDGER_FILES.test(name));
    expect(Object.fromEntries(now)).toEqual(before.files);
    return ended.message;
  }

  /** A ledger on this server, closed: its folder. */
  async function ledgerHere(store = server.url): Promise<string> {
    const house = await LedgerHouse.open({ config: { store } });
    closing.push(() => rmSync(house.folder, { recursive: true, force: true }));
    await house.adopt();
    await house.close();
    return house.folder;
  }

  test('an address where nobody is, a name that nobody has', async () => {
    expect(await refused('esdb://localhost:1?tls=false', 'store-unreachable')).toContain('niet bereikbaar');
    await refused(`esdb://${USER}:${PASSWORD}@kluis.invalid:2113`, 'store-unreachable');
  });

  test('TLS to a server without, and no TLS to a server with', async () => {
    expect(await refused(local().replace('tls=false', 'tls=true'), 'store-speaks-no-tls')).toContain('geen TLS');
    const { port: secure } = await door(port());
    expect(await refused(`esdb://localhost:${secure}?tls=false`, 'store-speaks-tls')).toContain('tls=true');
  });

  test('a certificate from somebody unknown, or on another name', async () => {
    const { port: secure, caFile } = await door(port());
    await refused(`esdb://localhost:${secure}`, 'store-not-trusted');
    const other = mkdtempSync(join(tmpdir(), 'rekenschap-other-ca-'));
    closing.push(() => rmSync(other, { recursive: true, force: true }));
    expect(await refused(`esdb://localhost:${secure}?tlsCAFile=${certificate(other)}`, 'store-not-trusted')).toContain('TLS-bewijs');
    // Control: the right one opens, and serves. (The real server wants to know of TLS itself: see the cluster's tests.)
    if (name !== 'double') return;
    const house = await LedgerHouse.open({ config: { store: `esdb://localhost:${secure}?tlsCAFile=${caFile}` } });
    closing.push(() => house.remove());
    await house.adopt();
    expect(house.ledger.storeTrouble?.()).toBe(null);
  });

  test('system projections: their links keep names of what is destroyed, and $et is there as soon as they run', async () => {
    const first = await refusedByProjection('$et');
    for (const stream of ['$ce-dossier', '$ce-rights', '$et-instance-started', '$category-dossier', '$streams']) expect(await refusedByProjection(stream)).toBe(first);
  });

  async function refusedByProjection(stream: string): Promise<string> {
    const fresh = await make();
    const kept = server;
    server = fresh;
    try {
      const connection = new Connection(serverSettings(fresh.url));
      await connection.append(stream, NO_STREAM, [{ id: randomUUID(), type: '$>', data: Buffer.from(`0@dossier-${randomUUID()}`), metadata: new Uint8Array([1]) }]);
      await connection.close();
      return await refused(fresh.url, 'store-has-projections', mkdtempSync(join(folder, 'start-')));
    } finally {
      server = kept;
      await fresh.stop();
    }
  }

  test('a server of another ledger, with and without a ledger of one\'s own', async () => {
    await ledgerHere();
    expect(await refused(server.url, 'store-of-another-ledger')).toContain('ander grootboek');
    const own = await LedgerHouse.open();
    await own.adopt();
    await own.close();
    closing.push(() => rmSync(own.folder, { recursive: true, force: true }));
    await refused(server.url, 'store-of-another-ledger', own.folder);
  });

  test('a vault that is missing, or that belongs to another ledger; the own one put back opens', async () => {
    const house = await ledgerHere();
    const vault = join(house, 'data', 'vault.db');
    const kept = readFileSync(vault);
    rmSync(vault);
    await refused(server.url, 'vault-missing', house);
    // The same keys, and yet another vault.
    const other = mkdtempSync(join(tmpdir(), 'rekenschap-other-vault-'));
    closing.push(() => rmSync(other, { recursive: true, force: true }));
    mkdirSync(join(other, 'keys'));
    cpSync(join(house, 'keys'), join(other, 'keys'), { recursive: true });
    await (await LedgerHouse.open({ folder: other })).close();
    cpSync(join(other, 'data', 'vault.db'), vault);
    expect(await refused(server.url, 'vault-of-another-ledger', house)).toContain('kluis');
    writeFileSync(vault, kept);
    const again = await LedgerHouse.open({ folder: house, config: { store: server.url } });
    expect(again.ledger.storeTrouble?.()).toBe(null);
    await again.close();
  });
});

describe('a server that only the double can be', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'rekenschap-refused-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  test.each(['5.0.11', '21.10.0', '22.10.5', '23.6.1'])('too old: %s', async (version) => {
    const data = join(folder, 'server');
    mkdirSync(data);
    const double = await startDouble({ data, version });
    try {
      const ended = await serve(folder, double.connectionString);
      expect([ended.code, ended.exitCode]).toEqual(['store-too-old', 1]);
      expectPlain(ended, double.connectionString);
      expect(Object.keys(files(folder)).filter((name) => LEDGER_FILES.test(name))).toEqual([]);
    } finally {
      await double.kill();
    }
  });

  test('a wrong name or password, or none; the right one opens', async () => {
    const data = join(folder, 'server');
    mkdirSync(data);
    const double = await startDouble({ data, credentials: { username: USER, password: PASSWORD } });
    const secure = await tlsDoor(double.port);
    const at = `localhost:${secure.port}?tlsCAFile=${secure.caFile}`;
    try {
      for (const store of [`esdb://${USER}:verkeerd-woord@${at}`, `esdb://iemand-anders:${PASSWORD}@${at}`, `esdb://${at}`]) {
        const ended = await serve(folder, store);
        expect([ended.code, ended.exitCode]).toEqual(['store-denied', 1]);
        expectPlain(ended, store);
        expect(Object.keys(files(folder)).filter((name) => LEDGER_FILES.test(name))).toEqual([]);
      }
      const house = await LedgerHouse.open({ folder, config: { store: `esdb://${USER}:${PASSWORD}@${at}` } });
      expect(house.ledger.storeTrouble?.()).toBe(null);
      await house.close();
    } finally {
      await secure.close();
      await double.kill();
    }
  });
});
