import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { inFreshFolder, median, type Measurement } from './measure.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OIN = '00000001823288444000';
const SOURCE = `urn:nld:oin:${OIN}:systeem:zaaksysteem`;
const CONNECTIONS = 64;
const DOSSIERS = 1_000;
const SECONDS = 4;

interface Answers {
  readonly perSecond: number;
  readonly p99?: number;
  readonly wrong: Readonly<Record<string, number>>;
}

export interface HttpLimits {
  /** By class-validator, from the decorators of the DTOs: what the marks are held against. */
  readonly echo: Measurement;
  /** By the validators that the service generates out of the same DTOs: stricter than any mark asks. */
  readonly compiledEcho: Measurement;
  readonly ledger: Measurement;
  /** Milliseconds, at half of what the ledger took in the closed loop. */
  readonly p99: number;
  readonly openRate: number;
}

/** One event per POST over 64 connections: the whole service against an echo that parses and validates the same DTO. */
export function httpLimits(repeats: number): Promise<HttpLimits> {
  return inFreshFolder(async (folder) => {
    const environment = { ...process.env, REKENSCHAP_OIN: OIN, REKENSCHAP_PORT: '0' };
    const main = join(ROOT, 'dist', 'src', 'main.js');
    const service = start([main, 'serve', '--json'], folder, environment);
    const echo = start([join(import.meta.dirname, 'echo-server.ts'), 'class-validator'], folder, process.env);
    const compiled = start([join(import.meta.dirname, 'echo-server.ts'), 'compiled'], folder, process.env);
    try {
      const [serviceUrl, echoUrl, compiledUrl] = [await service.url, await echo.url, await compiled.url];
      const { stdout } = await promisify(execFile)(process.execPath, [main, 'token', '--role', 'case-system', '--source', SOURCE, '--systems', 'zaaksysteem', '--valid', '1h'], { cwd: folder, env: environment });
      const token = stdout.trim();
      const ask = (url: string, more: Record<string, unknown>): Promise<Answers> =>
        client({ url, token, source: SOURCE, connections: CONNECTIONS, seconds: SECONDS, dossiers: DOSSIERS, open: false, ...more });
      await ask(serviceUrl, { seconds: 2, open: true });
      // Every contender warm: the first thousands of requests are spent on compiling.
      for (const url of [serviceUrl, echoUrl, compiledUrl]) await ask(url, {});
      const rates = { echo: [] as number[], compiled: [] as number[], ledger: [] as number[] };
      for (let repeat = 0; repeat < repeats; repeat += 1) {
        rates.echo.push((await ask(echoUrl, {})).perSecond);
        rates.compiled.push((await ask(compiledUrl, {})).perSecond);
        rates.ledger.push((await ask(serviceUrl, {})).perSecond);
      }
      const openRate = Math.max(1, Math.round(median(rates.ledger) / 2));
      const open = await ask(serviceUrl, { perSecond: openRate, connections: 256 });
      return {
        echo: measured(`echo, class-validator, ${CONNECTIONS} verbindingen`, rates.echo),
        compiledEcho: measured(`echo, eigen gegenereerde controle, ${CONNECTIONS} verbindingen`, rates.compiled),
        ledger: measured(`POST /v1/events, ${CONNECTIONS} verbindingen`, rates.ledger),
        p99: open.p99!,
        openRate,
      };
    } finally {
      await Promise.all([service, echo, compiled].map(stop));
    }
  });
}

function measured(name: string, rates: readonly number[]): Measurement {
  return { name, perSecond: Math.round(median(rates)), rates };
}

interface Started {
  readonly child: ChildProcess;
  readonly url: Promise<string>;
}

/** A program that says on its first line, as JSON, at which url it listens. */
function start(args: readonly string[], folder: string, environment: NodeJS.ProcessEnv): Started {
  const child = spawn(process.execPath, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const url = new Promise<string>((resolve, reject) => {
    lines.once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with code ${code}`)));
  });
  return { child, url };
}

async function stop({ child }: Started): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** A process of its own, so that the client's work is not counted as the server's. */
async function client(asked: Record<string, unknown>): Promise<Answers> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'http-client.ts'), JSON.stringify(asked)]);
  const answers = JSON.parse(stdout) as Answers;
  if (Object.keys(answers.wrong).length > 0) throw new Error(`refused: ${JSON.stringify(answers.wrong)}`);
  return answers;
}
