import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDouble, type Double } from '../../eventstoredb/double/server.js';

/** A server of one test's own, which can be ended and started again on the same files. */
export interface TestServer {
  readonly url: string;
  readonly dataDir: string;
  /** As when the power goes; resolves when it is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
  /** Only the double: its next scavenge waits between its point and its work until it is stopped. */
  readonly hold?: () => void;
  /** For good, its files too. */
  stop(): Promise<void>;
}

/** Runs the server in the foreground; PORT and DATA are in its environment. */
export const START_COMMAND = process.env['REKENSCHAP_TEST_ESDB_START'];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  // Its replication port lies 10,000 higher.
  return port > 50_000 ? port - 20_000 : port;
}

export async function realServer(command: string): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'esdb-server-'));
  const port = await freePort();
  let child: ChildProcess | null = null;
  const kill = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
  };
  const start = async (): Promise<void> => {
    child = spawn('/bin/sh', ['-c', `exec ${command}`], { env: { ...process.env, PORT: String(port), DATA: dataDir }, stdio: 'ignore' });
    const until = Date.now() + 60_000;
    for (;;) {
      if (Date.now() > until) throw new Error('the server did not start');
      const ready = await fetch(`http://127.0.0.1:${port}/info`).then(async (answer) => /leader/i.test(await answer.text()), () => false);
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await start();
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`, dataDir, kill, start,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async stop() {
      await kill();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function doubleServer(): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'esdb-double-'));
  let double: Double = await startDouble({ data: dataDir });
  const { port, connectionString } = double;
  return {
    url: connectionString, dataDir,
    kill: () => double.kill(),
    async start() { double = await startDouble({ data: dataDir, port }); },
    hold: () => { double.holdScavenge(); },
    pause: () => double.pause(),
    resume: () => double.resume(),
    async stop() {
      await double.kill();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Every test runs against each of these; against the real one when there is a command that starts it. */
export const SERVERS: readonly { readonly name: string; readonly make: () => Promise<TestServer> }[] = [
  { name: 'double', make: doubleServer },
  ...(START_COMMAND === undefined ? [] : [{ name: 'real server', make: () => realServer(START_COMMAND) }]),
];

if (START_COMMAND === undefined) console.log('NOT RUN against a real server: REKENSCHAP_TEST_ESDB_START is not set.');
