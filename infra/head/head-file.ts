import {
  closeSync, existsSync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync,
  readSync, unlinkSync, writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fsyncFolder } from '#infra/keys/key-folder';
import { parseHeadLine, type HeadLine } from '#infra/head/head-line';

/** `sync`: what was written may or may not be on disk, and asking again cannot tell (a failed fsync forgets). */
export class HeadWriteError extends Error {
  readonly phase: 'write' | 'sync';

  constructor(phase: 'write' | 'sync', cause: unknown) {
    super(`head line not on disk (${phase})`, { cause });
    this.name = 'HeadWriteError';
    this.phase = phase;
  }
}

/** A complete last line that is no head line: not the trace of a crash. */
export class HeadDamagedError extends Error {}

export interface HeadFileLimits {
  /** A new file is begun beyond this many bytes. */
  readonly fileBytes: number;
  readonly filesKept: number;
}

const LIMITS: HeadFileLimits = { fileBytes: 64 * 1024 * 1024, filesKept: 8 };
const NAME = /^head-([0-9]{6})\.log$/;
/** Longer than any head line, so the last one always lies within it. */
const TAIL_BYTES = 64 * 1024;

/** The head lines in one head folder: `head-NNNNNN.log`, a JSON line per group commit. One writer. */
export class HeadFile {
  readonly #dir: string;
  readonly #limits: HeadFileLimits;
  #number: number;
  #fd: number;
  /** Bytes that are whole lines on disk; whatever lies beyond is cut off before the next write. */
  #length: number;
  #torn = false;
  readonly last: HeadLine | null;

  constructor(dir: string, limits: HeadFileLimits = LIMITS) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#dir = dir;
    this.#limits = limits;
    this.#number = headNumbers(dir).at(-1) ?? 1;
    const file = join(dir, headName(this.#number));
    const fresh = !existsSync(file);
    this.#fd = openSync(file, fresh ? 'wx+' : 'r+', 0o600);
    if (fresh) fsyncFolder(dir);
    this.#length = wholeLines(this.#fd);
    if (fstatSync(this.#fd).size > this.#length) {
      ftruncateSync(this.#fd, this.#length);
      fsyncSync(this.#fd);
    }
    this.last = lastHeadLine(dir);
  }

  /** Durable when it returns; throws HeadWriteError when it is not, with the file cut back to its last whole line. */
  append(line: HeadLine): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`, 'utf8');
    try {
      if (this.#torn) this.#cutBack();
      if (this.#length >= this.#limits.fileBytes) this.#rotate();
      let written = 0;
      while (written < bytes.length) {
        this.#torn = true;
        written += writeSync(this.#fd, bytes, written, bytes.length - written, this.#length + written);
      }
    } catch (error) {
      try {
        if (this.#torn) this.#cutBack();
      } catch {
        // Still torn: cut back before the next write, or at the next start.
      }
      throw new HeadWriteError('write', error);
    }
    try {
      fdatasyncSync(this.#fd);
    } catch (error) {
      throw new HeadWriteError('sync', error);
    }
    this.#torn = false;
    this.#length += bytes.length;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #cutBack(): void {
    ftruncateSync(this.#fd, this.#length);
    this.#torn = false;
  }

  #rotate(): void {
    const file = join(this.#dir, headName(this.#number + 1));
    const fd = openSync(file, 'wx+', 0o600);
    try {
      fsyncFolder(this.#dir);
    } catch (error) {
      // Left behind, it would be in the way of every later attempt.
      closeSync(fd);
      unlinkSync(file);
      throw error;
    }
    closeSync(this.#fd);
    this.#fd = fd;
    this.#number += 1;
    this.#length = 0;
    for (const old of headNumbers(this.#dir)) {
      if (old <= this.#number - this.#limits.filesKept) unlinkSync(join(this.#dir, headName(old)));
    }
  }
}

/** Last whole line over all head files of the folder; null when there is none. Throws HeadDamagedError. */
export function lastHeadLine(dir: string): HeadLine | null {
  for (const number of headNumbers(dir).reverse()) {
    const fd = openSync(join(dir, headName(number)), 'r');
    try {
      const length = wholeLines(fd);
      if (length === 0) continue;
      const from = Math.max(0, length - TAIL_BYTES);
      const tail = readRange(fd, from, length - 1);
      const line = parseHeadLine(tail.subarray(tail.lastIndexOf(0x0a) + 1).toString('utf8'));
      if (line === null) throw new HeadDamagedError('the last line of a head file is no head line');
      return line;
    } finally {
      closeSync(fd);
    }
  }
  return null;
}

/** Writes `log.vkey` once; false when the folder belongs to another log key. */
export function keepVerifierKey(dir: string, vkey: string): boolean {
  const file = join(dir, 'log.vkey');
  if (existsSync(file)) {
    const kept = readFileSync(file, 'utf8');
    // A crash while the first start wrote it leaves a beginning of the same text.
    if (kept === `${vkey}\n`) return true;
    if (!`${vkey}\n`.startsWith(kept)) return false;
  }
  const fd = openSync(file, 'w', 0o644);
  try {
    writeSync(fd, `${vkey}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  fsyncFolder(dir);
  return true;
}

function headNumbers(dir: string): number[] {
  return readdirSync(dir).flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);
}

function headName(number: number): string {
  return `head-${String(number).padStart(6, '0')}.log`;
}

/** Length up to and including the last newline. */
function wholeLines(fd: number): number {
  let until = fstatSync(fd).size;
  while (until > 0) {
    const from = Math.max(0, until - TAIL_BYTES);
    const newline = readRange(fd, from, until).lastIndexOf(0x0a);
    if (newline >= 0) return from + newline + 1;
    until = from;
  }
  return 0;
}

function readRange(fd: number, from: number, until: number): Buffer {
  const bytes = Buffer.alloc(until - from);
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(fd, bytes, read, bytes.length - read, from + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}
