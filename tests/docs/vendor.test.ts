import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../cli/program.js';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENT = readFileSync(join(ROOT, 'docs', 'leveranciers.md'), 'utf8');
const SHOWN_PORT = '8080';
const OUTPUT_TIMEOUT = 90_000;

interface Block {
  readonly language: string;
  readonly code: string;
  /** The sentence above it. */
  readonly above: string;
}

const blocks: readonly Block[] = [...DOCUMENT.matchAll(/([^\n]*)\n*^```(\w+)\n(.*?)^```$/gms)]
  .map(([, above, language, code]) => ({ above: above ?? '', language: language ?? '', code: code ?? '' }));
const [start, ...others] = blocks.filter(({ language }) => language === 'bash');

/** Expected output: each line stands in what was printed, in this order; `…` is anything on one line. */
function pattern(text: string): RegExp {
  const lines = text.trimEnd().split('\n').map((line) => line.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*'));
  return new RegExp(lines.join('[^]*?'), 'i');
}

/** What the document promises below a block of commands, if anything. */
function promised(block: Block): string | undefined {
  const next = blocks[blocks.indexOf(block) + 1];
  return next?.language === 'text' ? next.code : undefined;
}

/** A window with bash in it: commands one after the other, each until it has ended. */
class Window {
  readonly child: ChildProcess;
  #output = '';

  constructor(env: NodeJS.ProcessEnv) {
    // As whoever reads the document has it: a shell in the clone.
    this.child = spawn('bash', ['--noprofile', '--norc'], { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.child.stdout!, this.child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => { this.#output += text; });
  }

  type(commands: string): void {
    this.child.stdin!.write(`${commands}\n`);
  }

  async until(wanted: RegExp): Promise<string> {
    const deadline = performance.now() + OUTPUT_TIMEOUT;
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

describe('docs/leveranciers.md, as a new user types it', () => {
  let folder: string;
  let port: number;
  let service: Window;
  let user: Window;

  beforeAll(async () => {
    buildProgram();
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-vendor-'));
    port = await freePort();
    // Only where it keeps its files and at which port it listens differ from what a reader has.
    const env = {
      ...process.env, REKENSCHAP_DATA: join(folder, 'data'), REKENSCHAP_HEAD_DIR: join(folder, 'head'),
      REKENSCHAP_MASTER_KEY_FILE: join(folder, 'keys', 'master.key'), REKENSCHAP_PORT: String(port), TMPDIR: folder,
    };
    service = new Window(env);
    user = new Window(env);
    await user.run(NPM_INSTALL);
  }, 180_000);
  afterAll(async () => {
    await user?.close();
    await service?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const here = (text: string) => text.replaceAll(`127.0.0.1:${SHOWN_PORT}`, `127.0.0.1:${port}`);

  it('starts with a service that says where it listens', async () => {
    service.type(here(start!.code));
    expect(await service.until(pattern(here(blocks.find(({ language }) => language === 'text')!.code)))).not.toContain('rror');
  }, OUTPUT_TIMEOUT + 5_000);

  it.each(others.map((block): [string, Block] => [block.code.trimEnd().split('\n').at(-1)!.trim(), block]))('%s', async (_name, block) => {
    // What a reader saves in a file before the next commands.
    const script = blocks[blocks.indexOf(block) - 1];
    if (script?.language === 'js') {
      const name = /`(\S+\.mjs)`/.exec(script.above)![1]!;
      const place = (await user.run('pwd')).split('\n').find((line) => line.startsWith('/'))!;
      writeFileSync(join(place, name), script.code);
    }
    const printed = await user.run(here(block.code));
    const expected = promised(block);
    if (expected !== undefined) expect(printed).toMatch(pattern(here(expected)));
  }, OUTPUT_TIMEOUT + 5_000);

  it('would notice another answer (control)', async () => {
    const printed = await user.run('curl -sS -i "$URL/v1/events" -H "Content-Type: application/cloudevents+json" --data-binary @geopend.json');
    expect(printed).toMatch(/^HTTP\/1\.1 401/m);
    const answers = others.flatMap((block) => promised(block) ?? []);
    expect(answers.length).toBeGreaterThan(6);
    for (const answer of answers) expect(printed).not.toMatch(pattern(here(answer)));
    await expect(user.run('false')).rejects.toThrow('exit code 1');
  });
});

/** No test asks the registry: the version that the document names must be the one installed here, and that is used. */
const NPM_INSTALL = `npm() {
  [ "$*" = "install cloudevents@$(node -p 'require("${ROOT}/node_modules/cloudevents/package.json").version')" ] || { echo "not this version: npm $*"; return 1; }
  ln -s "${ROOT}/node_modules" node_modules
}`;
