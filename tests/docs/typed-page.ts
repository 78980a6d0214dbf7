import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** A block of a page. */
export interface Block {
  readonly language: string;
  readonly code: string;
  /** The sentence above it. */
  readonly above: string;
}

export function blocksOf(page: string): readonly Block[] {
  return [...readFileSync(join(ROOT, 'docs', page), 'utf8').matchAll(/([^\n]*)\n*^```(\w+)\n(.*?)^```$/gms)]
    .map(([, above, language, code]) => ({ above: above ?? '', language: language ?? '', code: code ?? '' }));
}

/** Expected output: each line stands in what was printed, in this order; `…` is anything on one line. */
export function pattern(text: string): RegExp {
  const lines = text.trimEnd().split('\n').map((line) => line.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*'));
  return new RegExp(lines.join('[^]*?'), 'i');
}

/** What the page promises below a block of commands, if anything. */
export function promised(blocks: readonly Block[], block: Block): string | undefined {
  const next = blocks[blocks.indexOf(block) + 1];
  return next?.language === 'text' ? next.code : undefined;
}

/** A window with bash in it: commands one after the other, each until it has ended. */
export class Window {
  readonly child: ChildProcess;
  readonly #patience: number;
  #output = '';

  /** `patience`: milliseconds until what is waited for must have come. */
  constructor(env: NodeJS.ProcessEnv, patience: number) {
    this.#patience = patience;
    // As whoever reads the document has it: a shell in the clone.
    this.child = spawn('bash', ['--noprofile', '--norc'], { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.child.stdout!, this.child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => { this.#output += text; });
  }

  type(commands: string): void {
    this.child.stdin!.write(`${commands}\n`);
  }

  async until(wanted: RegExp): Promise<string> {
    const deadline = performance.now() + this.#patience;
    while (!wanted.test(this.#output)) {
      if (performance.now() > deadline || this.child.exitCode !== null) throw new Error(`never came: ${wanted.source}\nin: ${this.#output}`);
      await new Promise((resolve) => { setTimeout(resolve, 25); });
    }
    const seen = this.#output;
    this.#output = '';
    return seen;
  }

  /** Types the commands and answers what they printed; throws when the last of them failed. */
  async run(commands: string): Promise<string> {
    this.type(`${commands}\nprintf '\\n[ended %s]\\n' "$?"`);
    const printed = await this.until(/\[ended \d+\]/);
    const code = /\[ended (\d+)\]/.exec(printed)![1];
    if (code !== '0') throw new Error(`exit code ${code} of:\n${commands}\n${printed}`);
    return printed;
  }

  /** The window and all that was started in it: only our own process group. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => { this.child.once('close', resolve); });
    process.kill(-this.child.pid!, 'SIGTERM');
    const hard = setTimeout(() => process.kill(-this.child.pid!, 'SIGKILL'), 10_000);
    await ended;
    clearTimeout(hard);
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
