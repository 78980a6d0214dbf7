import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..');

/** One broken import rule: the rule's name, the file that breaks it, the file it points at (`node:…` for Node). */
export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** Runs dependency-cruiser with the house's rules in `folder` over the four rooms. */
export function cruise(folder: string): Violation[] {
  const program = join(repository, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const run = spawnSync(process.execPath, [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'domain', 'projections', 'infra', 'src'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.stdout === '') throw new Error(`dependency-cruiser gave no answer: ${run.stderr}`);
  const { summary } = JSON.parse(run.stdout) as { summary: { totalCruised: number; violations: { rule: { name: string }; from: string; to: string }[] } };
  if (summary.totalCruised === 0) throw new Error('dependency-cruiser looked at nothing');
  return summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

const packages = {
  'better-sqlite3': 'dependencies',
  rxjs: 'dependencies',
  'fast-check': 'devDependencies',
} as const;

/**
 * Writes a small repository under the house's own configuration, hands its folder to `look` and removes it.
 * `files`: path -> text. The packages better-sqlite3 and rxjs (delivered) and fast-check (development) exist in it, empty.
 */
export function withPlantedTree<T>(files: Readonly<Record<string, string>>, look: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'rekenschap-architecture-'));
  try {
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) copyFileSync(join(repository, name), join(folder, name));
    const all: Record<string, string> = { ...files };
    for (const name of Object.keys(packages)) {
      all[`node_modules/${name}/package.json`] = JSON.stringify({ name, version: '1.0.0', main: 'index.js' });
      all[`node_modules/${name}/index.js`] = 'module.exports = {};\n';
    }
    for (const room of ['domain', 'projections', 'infra', 'src']) mkdirSync(join(folder, room), { recursive: true });
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return look(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
