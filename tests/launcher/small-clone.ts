import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..');

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the launcher of `folder`; `onOut` sees what it prints so far and may send it a signal. */
export function launch(folder: string, args: readonly string[], options: { node?: string; onOut?: (out: string, kill: (signal: NodeJS.Signals) => void) => void; path?: string } = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const env: NodeJS.ProcessEnv = { ...process.env };
    // What npm and vitest told this process is not for the launch under test.
    for (const name of Object.keys(env)) if (/^(npm_|VITEST|REKENSCHAP_|NODE_OPTIONS|NODE_ENV$)/.test(name)) delete env[name];
    if (options.path !== undefined) env['PATH'] = options.path;
    const child = spawn(options.node ?? process.execPath, [join(folder, 'launcher.mjs'), ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      options.onOut?.(out, (signal) => child.kill(signal));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}

/** Stands where the Nest CLI stands: says so when two builds overlap, and counts them in `builds`. */
const builder = `
import { appendFileSync, mkdirSync, rmdirSync, writeFileSync, readFileSync } from 'node:fs';
mkdirSync('building'); // Throws when another build is under way.
await new Promise((resolve) => setTimeout(resolve, 400));
const { outDir } = JSON.parse(readFileSync(process.argv.at(-1), 'utf8')).compilerOptions;
mkdirSync(outDir + '/src', { recursive: true });
writeFileSync(outDir + '/src/main.js', readFileSync('src/main.ts', 'utf8'));
appendFileSync('builds', 'x');
rmdirSync('building');
`;

/**
 * A clone as small as can be: the real launcher and npm, one package from a folder in it (so nothing is fetched), and a
 * program that prints its arguments. Remove it with `remove`.
 */
export function smallClone(): { folder: string; write: (path: string, text: string) => void; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'rekenschap-launcher-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  copyFileSync(join(repository, 'launcher.mjs'), join(folder, 'launcher.mjs'));
  write('package.json', JSON.stringify({ name: 'small', version: '1.0.0', private: true, type: 'module', dependencies: { '@nestjs/cli': 'file:cli' } }));
  write('package-lock.json', lockFile('1.0.0'));
  write('cli/package.json', JSON.stringify({ name: '@nestjs/cli', version: '1.0.0', type: 'module' }));
  write('cli/bin/nest.js', builder);
  for (const file of ['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json']) write(file, '{}');
  write('src/main.ts', 'console.log(JSON.stringify(process.argv.slice(2)));\n');
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function lockFile(version: string): string {
  return JSON.stringify({
    name: 'small',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'small', version: '1.0.0', dependencies: { '@nestjs/cli': 'file:cli' } },
      cli: { name: '@nestjs/cli', version },
      'node_modules/@nestjs/cli': { resolved: 'cli', link: true },
    },
  });
}
