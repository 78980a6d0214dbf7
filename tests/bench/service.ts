import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');
export const MAIN = join(ROOT, 'dist', 'src', 'main.js');
const OIN = '00000001823288444000';
const TICKS_PER_SECOND = 100;
export const SOURCE = `urn:nld:oin:${OIN}:systeem:zaaksysteem`;

export type Role = 'case-system' | 'consent-checker' | 'record-manager';

/** The built service in a process of its own, over a folder. */
export interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  token(role: Role): Promise<string>;
  stop(): Promise<void>;
}

export async function serve(folder: string, nodeOptions: readonly string[] = []): Promise<Service> {
  const child = spawn(process.execPath, [...nodeOptions, MAIN, 'serve', '--json'], { cwd: folder, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`serve ended with code ${code}`)));
  });
  return {
    child, url,
    async token(role) {
      return (await command(folder, ['token', '--role', role, ...(role === 'case-system' ? ['--source', SOURCE] : []), '--systems', 'zaaksysteem', '--valid', '12h'])).trim();
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Standard output of one command of the built program. */
export async function command(folder: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...args], { cwd: folder, env: environment(), maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** A client in a process of its own, so that its work is not counted as the service's: one JSON line. */
export async function client<Answer>(program: 'bulk-client.ts' | 'status-client.ts', asked: Readonly<Record<string, unknown>>): Promise<Answer> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, program), JSON.stringify(asked)])
    // What node says of it holds the command with its token.
    .catch((error: unknown) => { throw new Error(`${program} failed:\n${(error as { readonly stderr?: string }).stderr ?? ''}`); });
  return JSON.parse(stdout) as Answer;
}

/** Of every process of the built program. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, REKENSCHAP_OIN: OIN, REKENSCHAP_PORT: '0' };
}

/** Of all threads together; Linux only, as the bench is. */
export function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Largest resident memory so far, in MiB. */
export function peakMemory({ pid }: ChildProcess): number {
  return Math.round(Number(/VmHWM:\s+([0-9]+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024);
}
