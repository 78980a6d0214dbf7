import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommandLine } from '#src/cli/command-line';
import { failureOf } from '#src/cli/failure';

const OIN = '00000001999999999000';

describe('the command line', () => {
  let folder: string;
  let environment: Record<string, string>;
  let said: { out: string[]; err: string[] };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-cli-'));
    environment = {
      REKENSCHAP_OIN: OIN, REKENSCHAP_DATA: join(folder, 'data'), REKENSCHAP_HEAD_DIR: join(folder, 'head'),
      REKENSCHAP_MASTER_KEY_FILE: join(folder, 'keys', 'master.key'),
    };
    said = { out: [], err: [] };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]) => runCommandLine(args, {
    environment, out: (text) => said.out.push(text), err: (text) => said.err.push(text),
  });

  test('explains itself, and says what is not there yet', async () => {
    expect(await run('help')).toBe(0);
    for (const name of ['serve', 'demo', 'token', 'verify', 'rebuild', 'retention', 'doctor', 'export', 'backup']) expect(said.out.join('\n')).toContain(`  ${name}`);
    expect(said.out.join('\n')).toContain('Nog niet gebouwd');
  });

  test('explains one command with its options', async () => {
    expect(await run('help', 'token')).toBe(0);
    expect(said.out.join('\n')).toContain('--role <rol>');
  });

  test('knows its version', async () => {
    expect(await run('--version')).toBe(0);
    expect(said.out.join()).toMatch(/^[0-9]+\.[0-9]+\.[0-9]+$/);
  });

  test.each(['advice', 'report', 'overview', 'migrate-store'])('%s is not built yet: exit code 2 and a plain sentence', async (name) => {
    expect(await run(name)).toBe(2);
    expect(said.err.join()).toMatch(/nog niet gebouwd/);
    expect(said.out).toEqual([]);
  });

  test('wrong use is exit code 2 and repeats nothing of what was typed', async () => {
    expect(await run('token', '--persoon', '999990019')).toBe(2);
    expect(await run('999990019')).toBe(2);
    expect(await run('token', '--role', 'burgemeester')).toBe(2);
    expect(said.err).toHaveLength(3);
    expect(said.err.join()).not.toMatch(/999990019|burgemeester|persoon/);
  });

  test('an inherited name is no command', async () => {
    expect(await run('constructor')).toBe(2);
    expect(await run('__proto__')).toBe(2);
    for (const sentence of said.err) expect(sentence).toContain('bestaat niet');
  });

  test('an organisation number that is missing is said in one Dutch sentence', async () => {
    delete environment['REKENSCHAP_OIN'];
    expect(await run('token', '--role', 'fg')).toBe(2);
    expect(said.err).toEqual(['REKENSCHAP_OIN ontbreekt of is geen OIN van twintig cijfers.']);
  });

  test('with --json an error is JSON on the standard output', async () => {
    expect(await run('backup', '--json')).toBe(2);
    expect(JSON.parse(said.out.join())).toMatchObject({ ok: false, code: 'wrong-use' });
  });

  test('verify without a ledger: not verifiable, exit code 3', async () => {
    expect(await run('verify')).toBe(3);
    expect(said.out.join()).toMatch(/^niet te controleren/);
  });

  test('verify against a file that is not there fails with a sentence', async () => {
    expect(await run('verify', '--against', join(folder, 'weg'))).toBe(1);
    expect(said.err).toHaveLength(1);
  });
});

describe('expected failures', () => {
  test.each(['ledger-locked', 'ledger-behind-head', 'vault-behind-head', 'vault-missing', 'vault-of-another-ledger', 'EADDRINUSE', 'ENOSPC'])('%s is a Dutch sentence, also behind another error', (code) => {
    const coded = Object.assign(new Error('engels'), { code });
    const failure = failureOf(new Error('outer', { cause: coded }));
    expect(failure).toMatchObject({ code, exitCode: 1 });
    expect(failure?.message).not.toContain('engels');
  });

  test('what nobody expected keeps its stack', () => {
    expect(failureOf(new TypeError('x is not a function'))).toBeNull();
    expect(failureOf(Object.assign(new Error('x'), { code: 'constructor' }))).toBeNull();
  });
});
