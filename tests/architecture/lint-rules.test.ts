import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { repository } from './planted-tree.js';

/**
 * Rules broken by `text`, as if it stood in `file`. Rules that know types look up the file in tsconfig, so each text
 * borrows the name of a file that exists; nothing is written.
 */
let broken: (file: string, text: string) => Promise<string[]>;
let eslint: ESLint;

beforeAll(() => {
  eslint = new ESLint({ cwd: repository });
  broken = async (file, text) => {
    const [result] = await eslint.lintText(text, { filePath: join(repository, file) });
    if (result === undefined) throw new Error('ESLint looked at nothing');
    const fatal = result.messages.find((message) => message.fatal);
    if (fatal !== undefined) throw new Error(fatal.message);
    return result.messages.map((message) => message.ruleId ?? 'none');
  };
});

const domain = 'domain/ledger/ids.ts';
const projections = 'projections/projection.ts';
const infra = 'infra/sealing/sealing.ts';
const src = 'src/main.ts';
const test = 'tests/architecture/lint-rules.test.ts';

describe.each([['domain', domain], ['projections', projections]])('%s: no clock, no chance, no runtime', (_room, file) => {
  it.each([
    ['Date.now()', 'export const at = Date.now();', 'no-restricted-properties'],
    ['Date.now taken apart', 'export const { now } = Date;', 'no-restricted-properties'],
    ['new Date()', 'export const at = new Date();', 'no-restricted-syntax'],
    ['Date()', 'export const at = Date();', 'no-restricted-syntax'],
    ['Temporal.Now', 'export const at = Temporal.Now.instant();', 'no-restricted-properties'],
    ['Math.random()', 'export const chance = Math.random();', 'no-restricted-properties'],
    ['crypto', 'export const id = crypto.randomUUID();', 'no-restricted-globals'],
    ['performance', 'export const at = performance.now();', 'no-restricted-globals'],
    ['process', 'export const home = process.env;', 'no-restricted-globals'],
    ['a way round by globalThis', 'export const at = globalThis.Date;', 'no-restricted-globals'],
    ['setTimeout', 'setTimeout(() => undefined, 1);', 'no-restricted-globals'],
    ['fetch', 'export const answer = fetch;', 'no-restricted-globals'],
    ['import()', "export const later = import('#domain/ledger/ids');", 'no-restricted-syntax'],
    ['console', "console.log('x');", 'no-console'],
  ])('%s', async (_what, text, rule) => {
    expect(await broken(file, `${text}\n`)).toContain(rule);
  });

  it('a given date and arithmetic are allowed (control)', async () => {
    expect(await broken(file, "export const day = new Date(0);\nexport const date = Temporal.PlainDate.from('2026-01-01').add('P1D');\nexport const most = Math.max(1, 2);\n")).toEqual([]);
  });
});

describe('clocks outside the pure rooms', () => {
  it('are allowed in infra', async () => {
    expect(await broken(infra, 'export const at = Date.now();\n')).toEqual([]);
  });
});

describe.each([['domain', domain], ['projections', projections], ['infra', infra]])('%s: runs without a compiler', (_room, file) => {
  it.each([
    ['enum', 'export enum Kind { A }', 'no-restricted-syntax'],
    ['parameter property', 'export class A { constructor(readonly b: string) {} }', 'no-restricted-syntax'],
    ['relative import', "import { a } from './a';\nexport const b = a;", 'no-restricted-imports'],
    ['suffix', "import { a } from '#domain/a.ts';\nexport const b = a;", 'no-restricted-imports'],
  ])('%s', async (_what, text, rule) => {
    expect(await broken(file, `${text}\n`)).toContain(rule);
  });
});

describe('promises and types', () => {
  it.each([
    ['a promise nobody awaits', 'export const f = async (): Promise<void> => {};\nf();', '@typescript-eslint/no-floating-promises'],
    ['a promise as a condition', 'export const f = async (): Promise<boolean> => true;\nexport const g = (): number => (f() ? 1 : 2);', '@typescript-eslint/no-misused-promises'],
    ['awaiting what is no promise', 'export const f = async (): Promise<number> => await 1;', '@typescript-eslint/await-thenable'],
    ['a switch that forgets a case', "export const f = (x: 'a' | 'b'): number => { switch (x) { case 'a': return 1; } return 2; };", '@typescript-eslint/switch-exhaustiveness-check'],
    ['any', 'export const f = (x: any): unknown => x;', '@typescript-eslint/no-explicit-any'],
    ['a type imported as a value', "import { ESLint } from 'eslint';\nexport type X = ESLint;", '@typescript-eslint/consistent-type-imports'],
    ['console outside the command line', "console.log('x');", 'no-console'],
    ['401 lines', '// line\n'.repeat(401), 'max-lines'],
  ])('%s', async (_what, text, rule) => {
    expect(await broken(src, `${text}\n`)).toContain(rule);
  });
});

describe('assertions about promises are awaited', () => {
  const head = "import { expect } from 'vitest';\nconst p = Promise.resolve(1);\n";
  it.each([
    ['rejects', 'expect(p).rejects.toThrow();'],
    ['resolves', 'expect(p).resolves.toBe(1);'],
    ['resolves.not', 'expect(p).resolves.not.toBe(2);'],
    ['void', 'void expect(p).rejects.toThrow();'],
  ])('%s', async (_what, text) => {
    expect(await broken(test, `${head}${text}\n`)).toContain('no-restricted-syntax');
  });

  it('an awaited or returned one is allowed (control)', async () => {
    expect(await broken(test, `${head}await expect(p).resolves.not.toBe(2);\nexport const f = (): Promise<void> => expect(p).rejects.toThrow();\n`)).toEqual([]);
  });
});

describe('the repository itself', () => {
  it('keeps these rules in the pure rooms', async () => {
    const results = await eslint.lintFiles(['domain/**/*.ts', 'projections/**/*.ts']);
    expect(results.length).toBeGreaterThan(10);
    expect(results.flatMap(({ filePath, messages }) => messages.map(({ line, message }) => `${filePath}:${line} ${message}`))).toEqual([]);
  }, 120_000);

  it('has no file of more than 400 lines', () => {
    const rooms = ['domain', 'projections', 'infra', 'src', 'tests'];
    const files = rooms.flatMap((room) =>
      readdirSync(join(repository, room), { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|mjs|js|cjs)$/.test(file) && !file.includes('node_modules')).map((file) => join(room, file)),
    );
    expect(files.length).toBeGreaterThan(20);
    const long = [...files, 'launcher.mjs', 'eslint.config.js', '.dependency-cruiser.cjs'].filter((file) => readFileSync(join(repository, file), 'utf8').split('\n').length > 401);
    expect(long).toEqual([]);
  });
});
