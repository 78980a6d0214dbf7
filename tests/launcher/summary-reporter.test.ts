import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { repository } from './small-clone.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekenschap-summary-'));
  mkdirSync(join(folder, 'tests'));
  copyFileSync(join(repository, 'vitest.config.ts'), join(folder, 'vitest.config.ts'));
  copyFileSync(join(repository, 'tests', 'summary-reporter.ts'), join(folder, 'tests', 'summary-reporter.ts'));
  cpSync(join(repository, 'tests', 'chance'), join(folder, 'tests', 'chance'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(tests: string, args: string[] = []): { code: number | null; lines: string[] } {
  rmSync(join(folder, 'tests', 'chance', 'seed.test.ts'), { force: true });
  writeFileSync(join(folder, 'tests', 'some.test.ts'), `import { beforeAll, describe, expect, it } from 'vitest';\n${tests}`);
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) if (/^(VITEST|REKENSCHAP_|NODE_OPTIONS|NODE_ENV$)/.test(name)) delete env[name];
  const { stdout, status } = spawnSync(process.execPath, [join(repository, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], { cwd: folder, env, encoding: 'utf8' });
  return { code: status, lines: stdout.trimEnd().split('\n') };
}

const good = "it('good', () => { expect(1).toBe(1); });\n";
const bad = "it('bad', () => { expect(1).toBe(2); });\n";

it('ends with the counted line', () => {
  const { code, lines } = run(good);
  expect(lines.at(-1)).toBe('1 passed, 0 failed');
  expect(code).toBe(0);
});

it('counts a failed test', () => {
  const { code, lines } = run(good + bad);
  expect(lines.at(-1)).toBe('1 passed, 1 failed');
  expect(code).toBe(1);
});

it('counts a file that cannot be loaded', () => {
  const { code, lines } = run(`import 'nowhere-at-all';\n${good}`);
  expect(lines.at(-1)).toBe('0 passed, 1 failed');
  expect(code).toBe(1);
});

it('never calls a test passed whose preparation failed', () => {
  const { code, lines } = run(`describe('x', () => { beforeAll(() => { throw new Error('no'); }); ${good} });`);
  expect(lines.at(-1)).toMatch(/^0 passed, [1-9]\d* failed$/);
  expect(code).toBe(1);
});

it('says what did not run and why', () => {
  const { code, lines } = run(`${good}it('measures', (context) => { context.skip('strace is missing'); });`);
  expect(lines).toContain('NOT RUN: measures: strace is missing');
  expect(lines.at(-1)).toBe('1 passed, 0 failed');
  expect(code).toBe(0);
});

it('fails on a test skipped without a reason', () => {
  const { code, lines } = run(`${good}it.skip('later', () => {});`);
  expect(lines.at(-1)).toBe('1 passed, 1 failed');
  expect(code).toBe(1);
});

it('does not mind tests that a name pattern left out', () => {
  const { code, lines } = run(good + bad, ['-t', 'good']);
  expect(lines.at(-1)).toBe('1 passed, 0 failed');
  expect(code).toBe(0);
});
