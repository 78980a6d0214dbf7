import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startDouble, type Double } from './double/server.js';

/** A server under test: the double in this process, or the real one that the environment names. */
export interface TestServer {
  readonly kind: 'double' | 'server';
  readonly connectionString: string;
  /** Base address of the HTTP interface. */
  readonly url: string;
  /** Folder of its raw files; null when a real server's is not known (REKENSCHAP_TEST_ESDB_DATA). */
  readonly data: string | null;
  /** What only the double can do; null on a real server. */
  readonly double: () => Double | null;
  /** False when a real server runs that this process may not stop (no REKENSCHAP_TEST_ESDB_START). */
  readonly owned: boolean;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again on the same files (after `kill`). */
  start(): Promise<void>;
  /** Hangs: connections stay, nothing is answered. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export const NOT_RUN = 'REKENSCHAP_TEST_ESDB is not set: needs a real EventStoreDB';
export const NOT_OWNED = 'REKENSCHAP_TEST_ESDB_START or REKENSCHAP_TEST_ESDB_DATA is not set: the server may not be stopped';
export const realServerNamed = (): boolean => process.env['REKENSCHAP_TEST_ESDB'] !== undefined;

/** A double on fresh files, or on `data`. */
export async function doubleServer(data?: string): Promise<TestServer> {
  const folder = data ?? mkdtempSync(join(tmpdir(), 'rekenschap-esdb-'));
  let double = await startDouble({ data: folder });
  const { port, connectionString, url } = double;
  return {
    kind: 'double',
    connectionString,
    url,
    data: folder,
    owned: true,
    double: () => double,
    kill: () => double.kill(),
    start: async () => {
      double = await startDouble({ data: folder, port });
    },
    pause: () => {
      double.pause();
    },
    resume: () => {
      double.resume();
    },
    close: async () => {
      await double.kill();
      if (data === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The server of REKENSCHAP_TEST_ESDB. With REKENSCHAP_TEST_ESDB_START (gets PORT and DATA as well) and
 * REKENSCHAP_TEST_ESDB_DATA it is started here, on emptied files unless `keep`; else it must be running. One test
 * file at a time: the others wait.
 */
export async function realServer({ keep = false }: { readonly keep?: boolean } = {}): Promise<TestServer> {
  const connectionString = process.env['REKENSCHAP_TEST_ESDB'];
  if (connectionString === undefined) throw new Error(NOT_RUN);
  const command = process.env['REKENSCHAP_TEST_ESDB_START'];
  const data = process.env['REKENSCHAP_TEST_ESDB_DATA'] ?? null;
  const { host, hostname, port } = new URL(connectionString.replace(/^esdb(?:\+discover)?:/u, 'http:'));
  const url = `http://${host}`;
  const owned = command !== undefined && data !== null;
  const unlock = await lock(connectionString);
  let child: ChildProcess | null = null;
  const kill = async (): Promise<void> => {
    const process_ = child;
    child = null;
    if (process_?.pid === undefined) return;
    const ended = new Promise<void>((resolve) => process_.once('exit', () => { resolve(); }));
    signal(process_, 'SIGKILL');
    await ended;
  };
  const start = async (): Promise<void> => {
    if (!owned) return;
    child = spawn('/bin/sh', ['-c', `exec ${command}`], {
      env: { ...process.env, PORT: port, DATA: data },
      stdio: 'ignore',
      // A group of its own: a command that is a shell script ends with all it started.
      detached: true,
    });
    await ready(url, hostname);
  };
  if (owned) {
    if (!keep) empty(data);
    await start();
  } else await ready(url, hostname);
  return {
    kind: 'server',
    connectionString,
    url,
    data,
    owned,
    double: () => null,
    kill,
    start,
    pause: () => {
      if (child !== null) signal(child, 'SIGSTOP');
    },
    resume: () => {
      if (child !== null) signal(child, 'SIGCONT');
    },
    close: async () => {
      await kill();
      unlock();
    },
  };
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid !== undefined) process.kill(-child.pid, name);
}

/** The server leads: only then does it take an append. */
async function ready(url: string, host: string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    try {
      const info = (await (await fetch(`${url}/info`, { signal: AbortSignal.timeout(2_000) })).json()) as { state?: string };
      if (info.state === 'leader') return;
    } catch {
      // Not there yet.
    }
    await pause(100);
  }
  throw new Error(`no EventStoreDB answers on ${host}`);
}

const MARK = 'rekenschap-test-folder';

/** Empties the folder of a test server; one that these tests did not make is refused. */
function empty(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder);
  if (names.length > 0 && !names.includes(MARK)) throw new Error('REKENSCHAP_TEST_ESDB_DATA is not empty and not made by these tests');
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
  writeFileSync(join(folder, MARK), '');
}

/** One holder at a time per server, over all processes of a test run; a holder that died is passed over. */
export async function lock(name: string): Promise<() => void> {
  const folder = join(tmpdir(), `rekenschap-esdb-${createHash('sha256').update(name).digest('hex').slice(0, 16)}.lock`);
  const owner = join(folder, 'pid');
  for (;;) {
    try {
      mkdirSync(folder);
      writeFileSync(owner, String(process.pid));
      return () => {
        rmSync(folder, { recursive: true, force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (existsSync(owner) && !alive(Number(readFileSync(owner, 'utf8')))) rmSync(folder, { recursive: true, force: true });
      await pause(200);
    }
  }
}

function alive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
