import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { inFreshFolder, median, type Measurement } from './measure.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OIN = '00000001823288444000';
const SOURCE = `urn:nld:oin:${OIN}:systeem:zaaksysteem`;
const PER_DOSSIER = 12;
const TICKS_PER_SECOND = 100;

export interface BulkFigures {
  /** Whole way, projections running: parsed, validated, decided, encrypted, durable. Client on the same machine. */
  readonly bulk: Measurement;
  /** Largest resident memory of the service, in MiB. */
  readonly memory: number;
  /** Processor time per event in one stream of that many events, against one of 100. */
  readonly longStream: number;
}

/** `events` per repeat through POST /v1/events/_bulk of a service in a process of its own. */
export function bulk(events: number, repeats: number): Promise<BulkFigures> {
  return inFreshFolder(async (folder) => {
    const service = await serve(folder);
    try {
      const send = async (count: number, perDossier: number): Promise<{ perSecond: number; cpuMicros: number }> => {
        const before = cpuSeconds(service.child);
        const { perSecond } = await client({ url: service.url, token: service.token, source: SOURCE, events: count, perDossier, run: `${runs += 1}` });
        return { perSecond, cpuMicros: (cpuSeconds(service.child) - before) / count * 1e6 };
      };
      let runs = 0;
      await send(20_000, PER_DOSSIER);
      const sent = [];
      for (let repeat = 0; repeat < repeats; repeat += 1) sent.push(await send(events, PER_DOSSIER));
      const short = await send(events, 100);
      const long = await send(events, events);
      const rates = sent.map(({ perSecond }) => perSecond);
      return {
        bulk: {
          name: `_bulk, ${events.toLocaleString('nl-NL')} gebeurtenissen, ${PER_DOSSIER} per dossier`, perSecond: Math.round(median(rates)),
          cpuMicros: Math.round(median(sent.map(({ cpuMicros }) => cpuMicros)) * 10) / 10, note: 'hele weg, met overzichten erbij', rates,
        },
        memory: Math.round(peakMemory(service.child)),
        longStream: long.cpuMicros / short.cpuMicros,
      };
    } finally {
      service.child.kill('SIGTERM');
      await once(service.child, 'exit');
    }
  });
}

/** One message of `events` through a service whose Node got `nodeOptions`; `memory`: largest resident memory in MiB. */
export function bulkOnce(events: number, nodeOptions: readonly string[]): Promise<{ readonly recorded: number; readonly memory: number }> {
  return inFreshFolder(async (folder) => {
    const service = await serve(folder, nodeOptions);
    try {
      const { recorded } = await client({ url: service.url, token: service.token, source: SOURCE, events, perDossier: PER_DOSSIER, run: 'once' });
      return { recorded, memory: Math.round(peakMemory(service.child)) };
    } finally {
      service.child.kill('SIGTERM');
      await once(service.child, 'exit');
    }
  });
}

async function serve(folder: string, nodeOptions: readonly string[] = []): Promise<{ child: ChildProcess; url: string; token: string }> {
  const environment = { ...process.env, REKENSCHAP_OIN: OIN, REKENSCHAP_PORT: '0' };
  const main = join(ROOT, 'dist', 'src', 'main.js');
  const child = spawn(process.execPath, [...nodeOptions, main, 'serve', '--json'], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`serve ended with code ${code}`)));
  });
  const args = [main, 'token', '--role', 'case-system', '--source', SOURCE, '--systems', 'zaaksysteem', '--valid', '12h'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env: environment });
  return { child, url, token: stdout.trim() };
}

async function client(asked: Record<string, unknown>): Promise<{ readonly perSecond: number; readonly recorded: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'bulk-client.ts'), JSON.stringify(asked)]);
  return JSON.parse(stdout) as { perSecond: number; recorded: number };
}

/** Of all threads together; Linux only, as the bench is. */
function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function peakMemory({ pid }: ChildProcess): number {
  return Number(/VmHWM:\s+([0-9]+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`${JSON.stringify(await bulk(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 3)), null, 2)}\n`);
}
