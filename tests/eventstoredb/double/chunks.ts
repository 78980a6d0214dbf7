import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { decodeAll, encode, type LogRecord } from './records.js';

const NAME = /^chunk-(\d{6})\.(\d{6})$/;
const fileName = (chunk: number, version: number): string =>
  `chunk-${String(chunk).padStart(6, '0')}.${String(version).padStart(6, '0')}`;

/**
 * The log's files, named as the server names its own: the last one grows, a scavenge writes the finished ones anew
 * under the next version and unlinks the old file.
 */
export class Chunks {
  readonly #folder: string;
  readonly #versions = new Map<number, number>();
  #active = 0;
  #file = -1;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Opens the folder and gives every record in it, in order. */
  open(): { readonly chunk: number; readonly record: LogRecord }[] {
    for (const name of readdirSync(this.#folder)) {
      const match = NAME.exec(name);
      if (match === null) continue;
      const chunk = Number(match[1]);
      const version = Number(match[2]);
      const known = this.#versions.get(chunk);
      // A crash between writing the new version and unlinking the old one leaves both: the newest counts.
      if (known !== undefined) rmSync(this.#path(chunk, Math.min(known, version)));
      this.#versions.set(chunk, Math.max(known ?? 0, version));
    }
    if (this.#versions.size === 0) this.#versions.set(0, 0);
    const numbers = [...this.#versions.keys()].sort((a, b) => a - b);
    this.#active = numbers.at(-1) ?? 0;
    const records = numbers.flatMap((chunk) => this.#read(chunk).map((record) => ({ chunk, record })));
    const torn = records.filter(({ chunk }) => chunk === this.#active).reduce((sum, { record }) => sum + record.size, 0);
    this.#openActive();
    if (fstatSync(this.#file).size > torn) truncateSync(this.#path(this.#active, this.#version(this.#active)), torn);
    return records;
  }

  get active(): number {
    return this.#active;
  }

  write(frames: readonly Buffer[], durable: boolean): void {
    writeSync(this.#file, Buffer.concat(frames));
    if (durable) fsyncSync(this.#file);
  }

  /** Closes the growing file; the next record goes into a new one. */
  complete(): void {
    closeSync(this.#file);
    this.#active += 1;
    this.#versions.set(this.#active, 0);
    this.#openActive();
  }

  /** Replaces one finished file by the records that are left of it. */
  rewrite(chunk: number, records: readonly LogRecord[]): void {
    const old = this.#version(chunk);
    const file = openSync(this.#path(chunk, old + 1), 'w');
    writeSync(file, Buffer.concat(records.map(encode)));
    fsyncSync(file);
    closeSync(file);
    this.#versions.set(chunk, old + 1);
    rmSync(this.#path(chunk, old), { force: true });
  }

  close(): void {
    if (this.#file >= 0) closeSync(this.#file);
    this.#file = -1;
  }

  #read(chunk: number): LogRecord[] {
    try {
      return decodeAll(readFileSync(this.#path(chunk, this.#version(chunk))));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  #openActive(): void {
    this.#file = openSync(this.#path(this.#active, this.#version(this.#active)), 'a');
  }

  #version(chunk: number): number {
    return this.#versions.get(chunk) ?? 0;
  }

  #path(chunk: number, version: number): string {
    return join(this.#folder, fileName(chunk, version));
  }
}
