import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server with nothing in it, for one test. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The real server, which can be ended and started again on the same files. */
export interface RealServer extends TestServer {
  readonly dataDir: string;
  signal(signal: NodeJS.Signals): void;
  /** As when the power goes; resolves when it is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
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

export async function realServer(command: string): Promise<RealServer> {
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
    signal: (signal) => void child?.kill(signal),
    async stop() {
      await kill();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
