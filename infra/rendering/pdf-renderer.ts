import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { DOCUMENT_TEMPLATE } from '#infra/rendering/document-template';
import { bothStandards } from '#infra/rendering/one-file-both-standards';
import { printable } from '#infra/rendering/printable';
import type { PrintedDocument } from '#infra/rendering/printed-document';
import type { TypstAnswer, TypstJob } from '#infra/rendering/typst-process';

/**
 * Why there is no PDF. `not-available`: no compiler for this platform; `busy`, `too-slow`, `too-large`: try again or
 * ask for less; `refused`: the compiler did not accept the document as PDF/UA-1 or PDF/A-2a (a fault of ours).
 */
export class RenderingError extends Error {
  readonly code: RenderingErrorCode;

  constructor(code: RenderingErrorCode, why = '') {
    super(`PDF not made: ${code}${why === '' ? '' : ` (${why})`}`);
    this.code = code;
  }
}

export type RenderingErrorCode = 'not-available' | 'busy' | 'too-slow' | 'too-large' | 'refused';

export interface RenderingLimits {
  /** Of processor time: a busy machine is no reason to give up. */
  readonly milliseconds: number;
  /** By the clock, for a process that hangs without working. */
  readonly waitMilliseconds: number;
  /** Resident memory of the process. */
  readonly bytes: number;
  /** What goes in, as JSON, and what comes out. */
  readonly documentBytes: number;
  /** Documents that may wait while one is made. */
  readonly waiting: number;
}

const LIMITS: RenderingLimits = { milliseconds: 20_000, waitMilliseconds: 120_000, bytes: 512 * 1024 * 1024, documentBytes: 16 * 1024 * 1024, waiting: 8 };
const LOOK_EVERY_MS = 25;
const PAGE_BYTES = 4096;
const TICK_MS = 10;

/** Makes PDFs one at a time, each in a process of its own: without rights in Node, without an address to reach, and with limits. */
export class PdfRenderer {
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  readonly #limits: RenderingLimits;
  readonly #template: string;

  /** `template`: tests only. */
  constructor(limits: Partial<RenderingLimits> = {}, template: string = DOCUMENT_TEMPLATE) {
    this.#limits = { ...LIMITS, ...limits };
    this.#template = template;
  }

  /** PDF/A-2a and PDF/UA-1 in one file; the same document gives the same bytes. Rejects with RenderingError. */
  async render(document: PrintedDocument): Promise<Uint8Array> {
    const compiler = compilerFile();
    if (compiler === null) throw new RenderingError('not-available');
    const text = JSON.stringify(printable(document));
    if (Buffer.byteLength(text) > this.#limits.documentBytes) throw new RenderingError('too-large');
    if (this.#waiting > this.#limits.waiting) throw new RenderingError('busy');
    this.#waiting += 1;
    const mine = this.#queue.then(() => typeset(compiler, { template: this.#template, document: text }, this.#limits));
    this.#queue = mine.catch(() => undefined);
    try {
      const answer = await mine;
      if (answer.kind === 'refused') throw new RenderingError('refused', answer.why);
      return bothStandards({ ua1: Buffer.from(answer.ua1, 'base64'), a2a: Buffer.from(answer.a2a, 'base64') });
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** The compiler's file for this machine, or null. Named by platform because the packages are (napi-rs). */
export function compilerFile(): string | null {
  const glibc = (process.report.getReport() as { header?: { glibcVersionRuntime?: string } }).header?.glibcVersionRuntime !== undefined;
  const platform = process.platform === 'linux' ? `linux-${process.arch}-${glibc ? 'gnu' : 'musl'}` : `${process.platform}-${process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`@myriaddreamin/typst-ts-node-compiler-${platform}`);
  } catch {
    return null;
  }
}

/** Exported for its tests. */
export function typeset(compiler: string, job: TypstJob, limits: RenderingLimits): Promise<TypstAnswer> {
  return new Promise((resolve, reject) => {
    const program = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './typst-process.ts' : './typst-process.js', import.meta.url));
    const child = spawn(process.execPath, [
      '--permission', '--allow-addons', `--allow-fs-read=${compiler}`, `--allow-fs-read=${program}`, '--max-old-space-size=192', '--disable-warning=SecurityWarning', '--disable-warning=ExperimentalWarning',
      program, compiler,
    ], { cwd: '/', env: NO_WAY_OUT, stdio: ['pipe', 'pipe', 'ignore'] });
    const parts: Buffer[] = [];
    let received = 0;
    let stopped: RenderingError | null = null;
    const stop = (error: RenderingError): void => {
      stopped ??= error;
      child.kill('SIGKILL');
    };
    const deadline = setTimeout(() => stop(new RenderingError('too-slow')), limits.waitMilliseconds);
    const watch = setInterval(() => {
      const { bytes, milliseconds } = usedBy(child.pid);
      if (bytes > limits.bytes) stop(new RenderingError('too-large'));
      if (milliseconds > limits.milliseconds) stop(new RenderingError('too-slow'));
    }, LOOK_EVERY_MS);
    child.stdout.on('data', (part: Buffer) => {
      received += part.length;
      if (received > limits.documentBytes * 4) stop(new RenderingError('too-large'));
      else parts.push(part);
    });
    // A process that was stopped while it still read: its end says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(job));
    child.on('error', () => stop(new RenderingError('not-available')));
    child.on('close', () => {
      clearTimeout(deadline);
      clearInterval(watch);
      if (stopped !== null) return reject(stopped);
      try {
        resolve(JSON.parse(Buffer.concat(parts).toString('utf8')) as TypstAnswer);
      } catch {
        // It ended by itself without an answer: killed from outside, or out of memory.
        reject(new RenderingError('too-large'));
      }
    });
  });
}

/** Nothing of this service's environment; and whatever would fetch something finds a closed door on this machine. */
const NO_WAY_OUT = { http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', all_proxy: 'http://127.0.0.1:9' };

/** Resident memory and processor time; 0 where the kernel does not tell (only Linux has /proc; there alone is the compiler). */
function usedBy(pid: number | undefined): { readonly bytes: number; readonly milliseconds: number } {
  try {
    // The name of the program stands in brackets and may hold spaces: fields count from behind it (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').map(Number);
    return { bytes: fields[21]! * PAGE_BYTES, milliseconds: (fields[11]! + fields[12]!) * TICK_MS };
  } catch {
    return { bytes: 0, milliseconds: 0 };
  }
}
