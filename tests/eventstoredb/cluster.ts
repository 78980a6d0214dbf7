import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lock } from './servers.js';

/** Connection string that names the three nodes in order, with user, password and tlsCAFile. */
const CLUSTER = process.env['REKENSCHAP_TEST_ESDB_CLUSTER'];
/** Runs one node in the foreground; NODE (1, 2 or 3) and DATA (its folder) are in its environment. */
const START = process.env['REKENSCHAP_TEST_ESDB_CLUSTER_START'];

export const CLUSTER_NOT_RUN = 'REKENSCHAP_TEST_ESDB_CLUSTER or REKENSCHAP_TEST_ESDB_CLUSTER_START is not set: needs a real cluster of three with TLS';
export const clusterNamed = (): boolean => CLUSTER !== undefined && START !== undefined;

/** Three nodes on fresh folders of their own, started again whenever one ends by itself (after a fall an old leader does, twice). */
export class TestCluster {
  readonly #root = mkdtempSync(join(tmpdir(), 'esdb-cluster-'));
  readonly #nodes: readonly { readonly port: number; readonly data: string; child: ChildProcess | null }[];
  readonly #ca: Buffer;
  #unlock = (): void => undefined;
  readonly connectionString = CLUSTER!;

  constructor() {
    const [, hosts = ''] = /@([^?/]+)/.exec(this.connectionString) ?? [];
    this.#nodes = hosts.split(',').map((host, i) => ({ port: Number(host.split(':')[1]), data: join(this.#root, String(i + 1)), child: null }));
    this.#ca = readFileSync(new URLSearchParams(this.connectionString.split('?')[1]).get('tlsCAFile')!);
  }

  get size(): number {
    return this.#nodes.length;
  }

  dataOf(node: number): string {
    return this.#nodes[node]!.data;
  }

  portOf(node: number): number {
    return this.#nodes[node]!.port;
  }

  /** One test file at a time has the ports; the others wait. */
  async startAll(): Promise<void> {
    this.#unlock = await lock(this.connectionString);
    for (const node of this.#nodes.keys()) this.#spawn(node);
    try {
      await this.whole();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** On the files it left. */
  start(node: number): void {
    this.#spawn(node);
  }

  async kill(node: number): Promise<void> {
    const one = this.#nodes[node]!;
    const running = one.child;
    one.child = null;
    if (running === null || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
  }

  pause(node: number): void {
    this.#nodes[node]!.child?.kill('SIGSTOP');
  }

  resume(node: number): void {
    this.#nodes[node]!.child?.kill('SIGCONT');
  }

  /** Which node leads, as the others see it. */
  async leader(): Promise<number> {
    for (const node of this.#nodes.keys()) {
      const members = await this.#gossip(node);
      const leader = members.find(({ state, isAlive }) => state === 'Leader' && isAlive);
      if (leader !== undefined) return this.#nodes.findIndex(({ port }) => port === leader.httpEndPointPort);
    }
    throw new Error('nobody leads');
  }

  /** One leads and the others follow. */
  async whole(): Promise<void> {
    for (const until = Date.now() + 90_000; Date.now() < until; await pause(250)) {
      const states = (await this.#gossip(0)).filter(({ isAlive }) => isAlive).map(({ state }) => state).sort();
      if (states.join() === 'Follower,Follower,Leader') return;
    }
    throw new Error('the cluster did not come together');
  }

  async stop(): Promise<void> {
    for (const node of this.#nodes.keys()) {
      this.resume(node);
      await this.kill(node);
    }
    rmSync(this.#root, { recursive: true, force: true });
    this.#unlock();
  }

  #spawn(node: number): void {
    const one = this.#nodes[node]!;
    mkdirSync(one.data, { recursive: true });
    const child = spawn('/bin/sh', ['-c', `exec ${START!}`], { env: { ...process.env, NODE: String(node + 1), DATA: one.data }, stdio: 'ignore' });
    one.child = child;
    child.once('exit', () => { if (one.child === child) this.#spawn(node); });
  }

  async #gossip(node: number): Promise<readonly { readonly state: string; readonly isAlive: boolean; readonly httpEndPointPort: number }[]> {
    const { port } = this.#nodes[node]!;
    return new Promise((resolve) => {
      const asked = request({ host: 'localhost', port, path: '/gossip', ca: this.#ca, timeout: 1_000, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => {
          try {
            resolve((JSON.parse(text) as { members?: [] }).members ?? []);
          } catch {
            resolve([]);
          }
        });
      });
      asked.on('timeout', () => asked.destroy()).on('error', () => resolve([])).end();
    });
  }
}
