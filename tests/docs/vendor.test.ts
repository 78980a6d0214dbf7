import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../cli/program.js';
import { blocksOf, freePort, pattern, promised, ROOT, Window, type Block } from './typed-page.js';

const SHOWN_PORT = '8080';
const OUTPUT_TIMEOUT = 90_000;

const blocks = blocksOf('leveranciers.md');
const [start, ...others] = blocks.filter(({ language }) => language === 'bash');

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
    service = new Window(env, OUTPUT_TIMEOUT);
    user = new Window(env, OUTPUT_TIMEOUT);
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
    const expected = promised(blocks, block);
    if (expected !== undefined) expect(printed).toMatch(pattern(here(expected)));
  }, OUTPUT_TIMEOUT + 5_000);

  it('would notice another answer (control)', async () => {
    const printed = await user.run('curl -sS -i "$URL/v1/events" -H "Content-Type: application/cloudevents+json" --data-binary @geopend.json');
    expect(printed).toMatch(/^HTTP\/1\.1 401/m);
    const answers = others.flatMap((block) => promised(blocks, block) ?? []);
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
