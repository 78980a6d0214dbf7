import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../cli/program.js';
import { blocksOf, freePort, pattern, promised, Window, type Block } from './typed-page.js';

const OUTPUT_TIMEOUT = 240_000;
const blocks = blocksOf('vernietigen-stap-voor-stap.md');
const [start, ...steps] = blocks.filter(({ language }) => language === 'bash' || language === 'steer');
/** Only Linux x64 has what makes a PDF. */
const PDF = process.platform === 'linux' && process.arch === 'x64';

describe('docs/vernietigen-stap-voor-stap.md, as four people type it', () => {
  let folder: string;
  let port: number;
  let demo: Window;
  let user: Window;

  beforeAll(async () => {
    buildProgram();
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-destroying-'));
    port = await freePort();
    demo = new Window({ ...process.env, TMPDIR: folder }, OUTPUT_TIMEOUT);
    user = new Window({ ...process.env, TMPDIR: folder }, OUTPUT_TIMEOUT);
  }, 180_000);
  afterAll(async () => {
    await user?.close();
    await demo?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  // Only where its files come and at which port it listens differ from what a reader has.
  const here = (text: string) => text.replaceAll('demo-uitvoer/', `${folder}/uitvoer/`).replace('--steer', `--steer --port ${port} --output ${folder}/uitvoer`);

  it('starts with the municipality', async () => {
    demo.type(here(start!.code));
    await demo.until(pattern(promised(blocks, start!)!));
  }, OUTPUT_TIMEOUT + 5_000);

  it.each(steps.map((block): [string, Block] => [block.code.trimEnd().split('\n').at(-1)!.trim(), block]))('%s', async (_name, block) => {
    const expected = promised(blocks, block);
    if (block.language === 'steer') {
      demo.type(block.code.trim());
      await demo.until(pattern(`${expected!.trimEnd()}…\n`));
      return;
    }
    const printed = await user.run(here(block.code));
    if (expected !== undefined) expect(printed).toMatch(pattern(expected));
  }, OUTPUT_TIMEOUT + 5_000);

  it('a list that was carried out cannot be carried out again, and its certificate changed by one figure is found out (controls)', async () => {
    expect(await user.run('als APPLICATIEBEHEER retention execute --list "$LIJST" || true')).not.toMatch(/vernietigd;/);
    const file = join(folder, 'uitvoer', 'verklaring-voorjaar.json');
    const signed = readFileSync(file, 'utf8');
    expect(signed).toMatch(/"dossiers":\d+/);
    await user.run(`sed 's/"dossiers":[0-9]*/"dossiers":9999/' ${file} > ${folder}/vervalst.json`);
    expect(await user.run(`npx rekenschap verify --certificate ${folder}/vervalst.json --log-key "$LOG_KEY"; [ $? = 3 ]`)).toMatch(/^Geschonden:/m);
    if (PDF) expect(readFileSync(join(folder, 'uitvoer', 'verklaring-voorjaar.pdf')).subarray(0, 5).toString('latin1')).toBe('%PDF-');
  }, OUTPUT_TIMEOUT + 5_000);
});
