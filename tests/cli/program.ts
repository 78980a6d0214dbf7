import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'dist', 'src', 'main.js');

/** Builds what the sources say now, the way a user does: through the launcher, which builds only when needed. */
export function buildProgram(): void {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'launcher.mjs'), '--version'], { encoding: 'utf8' });
  if (status !== 0 || !existsSync(MAIN)) throw new Error(`the program was not built:\n${stderr}`);
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** The first line on standard output that matches; rejects when the program ends before it. */
  line(pattern: RegExp): Promise<string>;
  /** The line after that one. */
  lineAfter(pattern: RegExp): Promise<string>;
  readonly ended: Promise<Ended>;
}

/** Starts the built program itself, not the launcher: a kill must hit it. */
export function startProgram(args: readonly string[], environment: Readonly<Record<string, string>>, folder: string): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text; });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
  // The last piece may be half a line.
  const whole = () => out.split('\n').slice(0, -1);
  const find = (pattern: RegExp, after: number) => new Promise<string>((resolve, reject) => {
    const look = () => {
      const place = whole().findIndex((line) => pattern.test(line));
      const found = place === -1 ? undefined : whole()[place + after];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', look);
    look();
    void ended.then(() => reject(new Error(`the program ended first:\n${out}\n${err}`)), reject);
  });
  return { child, ended, line: (pattern) => find(pattern, 0), lineAfter: (pattern) => find(pattern, 1) };
}

export function runProgram(args: readonly string[], environment: Readonly<Record<string, string>>, folder: string): Promise<Ended> {
  return startProgram(args, environment, folder).ended;
}
