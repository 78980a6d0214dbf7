import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createPublicKey } from 'node:crypto';
import type { EngineFaults } from '#infra/engine/group-commit';
import { leafHash } from '#infra/sealing/sealing';
import { openCheckpoint, rawPublicKey, vkeyText } from '#infra/transparency-log/checkpoint';
import { MerkleTree } from '#infra/transparency-log/merkle-tree';
import { LedgerFolder, OIN } from '../contract/event-store/harness.js';
import type { ChildTask } from './ingest-child.js';

const CHILD = fileURLToPath(new URL('./ingest-child.ts', import.meta.url));

export interface IngestOptions {
  readonly faults?: EngineFaults;
  readonly writers: number;
  readonly appends?: number;
  readonly refusalsTaken?: number;
  /** What starts node, for strace. */
  readonly command?: readonly string[];
}

/** A ledger that a process of its own writes, and everything that process was promised. */
export class IngestLedger {
  readonly folder = new LedgerFolder();
  /** Event id -> place, for every acknowledgement that reached this process. */
  readonly acknowledged = new Map<string, { readonly stream: string; readonly revision: number; readonly position: number }>();
  readonly checkpoints = new Set<string>();
  /** Reasons of appends that were not taken, each with the number of acknowledgements before it. */
  readonly refusals: { readonly reason: string; readonly after: number }[] = [];

  /** Resolves at the first acknowledgement; throws when the child dies before. */
  async start(options: IngestOptions): Promise<ChildProcess> {
    const task: ChildTask = {
      root: this.folder.root,
      oin: OIN,
      master: this.folder.keys.master.toString('base64'),
      logKey: this.folder.keys.log.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      faults: options.faults ?? {},
      writers: options.writers,
      ...(options.appends === undefined ? {} : { appends: options.appends }),
      ...(options.refusalsTaken === undefined ? {} : { refusalsTaken: options.refusalsTaken }),
    };
    const file = join(this.folder.root, 'task.json');
    writeFileSync(file, JSON.stringify(task), { mode: 0o600 });
    const [program, ...args] = [...options.command ?? [], process.execPath, '--conditions=source', '--no-warnings', CHILD, file];
    const child = spawn(program!, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      // Hundreds of starts: compiled code is kept between them.
      env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: join(tmpdir(), 'rekenschap-compile-cache') },
    });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code, signal) => reject(new Error(`child ended before it wrote (${code ?? signal})`)));
      createInterface({ input: child.stdout! }).on('line', (line) => {
        this.#take(line);
        if (line.startsWith('A ')) resolve();
      });
    });
    return child;
  }

  /** What kill -9 must never break; each problem in a sentence, none when all is well. Opens and closes the ledger. */
  async problems(): Promise<readonly string[]> {
    const problems: string[] = [];
    const { store } = await this.folder.open();
    const { publicKey } = this.folder.keys.log;
    const vkey = vkeyText(`rekenschap/${OIN}`, rawPublicKey(createPublicKey(publicKey.export({ format: 'pem', type: 'spki' }))));
    const expected = new Map<number, string>();
    for (const note of this.checkpoints) {
      const checkpoint = openCheckpoint(note, vkey);
      if (checkpoint === null) problems.push('a checkpoint that was handed out does not carry the log key\'s signature');
      else expected.set(checkpoint.size, Buffer.from(checkpoint.rootHash).toString('hex'));
    }
    const found = new Set<string>();
    const revisions = new Map<string, number>();
    const tree = new MerkleTree();
    let size = 1;
    for (let from = 0; from < size; from = tree.size) {
      const page = await store.readAll(from, 1_000);
      size = page.size;
      for (const entry of page.entries) {
        if (entry.kind === 'absent') {
          problems.push(`position ${entry.position} has a leaf and no event`);
          tree.append(entry.leafHash);
          continue;
        }
        const { event } = entry;
        tree.append(leafHash(event.header, event.payload));
        const root = expected.get(tree.size);
        if (root !== undefined && root !== Buffer.from(tree.root()).toString('hex')) problems.push(`the root at size ${tree.size} is not the one handed out`);
        expected.delete(tree.size);
        if (event.revision !== (revisions.get(event.stream) ?? -1) + 1) problems.push(`a stream has a gap at position ${event.position}`);
        revisions.set(event.stream, event.revision);
        if (found.has(event.id)) problems.push(`an event is there twice, again at position ${event.position}`);
        found.add(event.id);
        const place = this.acknowledged.get(event.id);
        if (place !== undefined && place.position !== event.position) problems.push(`an event moved to position ${event.position}`);
      }
    }
    const lost = [...this.acknowledged.keys()].filter((id) => !found.has(id)).length;
    if (lost > 0) problems.push(`${lost} acknowledged events are lost`);
    if (expected.size > 0) problems.push(`${expected.size} checkpoints handed out lie beyond the ledger`);
    await store.close();
    return problems;
  }

  #take(line: string): void {
    if (line.startsWith('C ')) this.checkpoints.add(JSON.parse(line.slice(2)) as string);
    if (line.startsWith('U ')) this.refusals.push({ reason: line.slice(2), after: this.acknowledged.size });
    const match = /^A (\S{36}) (\S+) (\d+) (\d+)$/.exec(line);
    if (match !== null) this.acknowledged.set(match[1]!, { stream: match[2]!, revision: Number(match[3]), position: Number(match[4]) });
  }
}

export async function ended(child: ChildProcess): Promise<void> {
  // `close`, not `exit`: only then has everything it printed been read.
  await new Promise<void>((resolve) => child.once('close', () => resolve()));
}
