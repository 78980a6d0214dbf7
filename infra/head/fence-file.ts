import { createHash, createHmac, createSecretKey, randomBytes, type Hash, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamName } from '#domain/ledger/ids';
import { lengthPrefixed } from '#infra/sealing/sealing';
import { fsyncFolder, readSecret, writeSecret } from '#infra/keys/key-folder';
import type { DossierReference } from '#infra/vault/port';

const KEY_BYTES = 32;
const STREAM_CONTEXT = Buffer.from('rekenschap/fence/v1/stream\n', 'utf8');
const REFERENCE_CONTEXT = Buffer.from('rekenschap/fence/v1/reference\n', 'utf8');
const LINE = /^([0-9]{4}) ([0-9a-f]{64})$/;

/** What a destroyed dossier leaves behind so that it can never be written or keyed again. */
export interface Fence {
  has(what: FenceQuestion): boolean;
  append(marks: readonly FenceMark[], year: number): void;
}

export interface FenceQuestion {
  readonly stream?: StreamName;
  readonly reference?: DossierReference;
}

export interface FenceMark {
  readonly stream: StreamName;
  readonly references: readonly DossierReference[];
}

export class FenceError extends Error {
  override readonly name = 'FenceError';
}

/**
 * The fence: `<headDir>/fence.log`, a line `<year> <64 hex>` per mark, the same bytes in every head folder, and
 * `<headDir>/fence-keys/<year>.key` (32 bytes, 0600). A mark is HMAC-SHA-256 under the year's key over the stream's
 * name, or over system and reference, each with a prefix of its own. Forgetting a year's key makes its marks
 * meaningless. The worker appends; another thread opens the same folders `readOnly` and calls `refresh` to see it.
 */
export class FenceFile implements Fence {
  readonly #folders: readonly string[];
  readonly #readOnly: boolean;
  readonly #marks = new Set<string>();
  readonly #keys = new Map<number, KeyObject>();
  #hash: Hash = createHash('sha256');
  #sha256: string = createHash('sha256').digest('hex');
  #length = 0;

  /** Cuts off a torn last line and completes a folder that lags behind the longest; `readOnly` only reads. */
  constructor(headDirs: readonly string[], options: { readonly readOnly?: boolean } = {}) {
    if (headDirs.length === 0) throw new FenceError('Er is geen hoofdmap ingesteld.');
    this.#folders = headDirs;
    this.#readOnly = options.readOnly ?? false;
    if (!this.#readOnly) for (const folder of headDirs) mkdirSync(join(folder, 'fence-keys'), { recursive: true, mode: 0o700 });
    const contents = headDirs.map((folder) => wholeLines(join(folder, 'fence.log')));
    const longest = contents.reduce((a, b) => (b.length > a.length ? b : a));
    contents.forEach((content, i) => {
      if (!longest.subarray(0, content.length).equals(content)) {
        throw new FenceError(`Het hek in ${headDirs[i]} spreekt een andere hoofdmap tegen; het grootboek start niet.`);
      }
    });
    if (!this.#readOnly) contents.forEach((content, i) => writeFrom(join(headDirs[i]!, 'fence.log'), content.length, longest.subarray(content.length)));
    this.#openKeys();
    this.#take(longest);
  }

  /** Length of the file in bytes, as the head lines sign it. */
  length(): number {
    return this.#length;
  }

  /** Lower-case hex SHA-256 of the whole file. */
  sha256(): string {
    return this.#sha256;
  }

  /** Does the file begin with the bytes a head line has signed? False means that a fence was rolled back or changed. */
  covers(signed: { readonly length: number; readonly sha256: string }): boolean {
    if (signed.length === 0) return true;
    if (signed.length > this.#length) return false;
    const bytes = readFileSync(join(this.#folders[0]!, 'fence.log')).subarray(0, signed.length);
    return createHash('sha256').update(bytes).digest('hex') === signed.sha256;
  }

  /** Is the stream, or the reference, marked under any living year's key? */
  has(what: FenceQuestion): boolean {
    if (this.#marks.size === 0) return false;
    for (const [year, key] of this.#keys) {
      if (what.stream !== undefined && this.#marks.has(`${year} ${streamMark(key, what.stream)}`)) return true;
      if (what.reference !== undefined && this.#marks.has(`${year} ${referenceMark(key, what.reference)}`)) return true;
    }
    return false;
  }

  /** Durable in every head folder before it returns; marks that are there already are not written again. */
  append(marks: readonly FenceMark[], year: number): void {
    if (this.#readOnly) throw new FenceError('fence opened for reading');
    const key = this.#keys.get(year) ?? this.#newKey(year);
    const lines = new Set<string>();
    for (const mark of marks) {
      lines.add(`${year} ${streamMark(key, mark.stream)}`);
      for (const reference of mark.references) lines.add(`${year} ${referenceMark(key, reference)}`);
    }
    const fresh = [...lines].filter((line) => !this.#marks.has(line));
    if (fresh.length === 0) return;
    const bytes = Buffer.from(fresh.map((line) => `${line}\n`).join(''), 'utf8');
    // A folder where an earlier attempt failed half-way holds a tail beyond #length: it is overwritten, not kept.
    for (const folder of this.#folders) writeFrom(join(folder, 'fence.log'), this.#length, bytes);
    this.#take(bytes);
  }

  /** Reads what the thread that appends has added since. */
  refresh(): void {
    const file = join(this.#folders[0]!, 'fence.log');
    const size = existsSync(file) ? statSync(file).size : 0;
    if (size <= this.#length) return;
    const tail = Buffer.alloc(size - this.#length);
    const handle = openSync(file, 'r');
    try {
      readSync(handle, tail, 0, tail.length, this.#length);
    } finally {
      closeSync(handle);
    }
    this.#openKeys();
    this.#take(tail.subarray(0, tail.lastIndexOf(0x0a) + 1));
  }

  #take(bytes: Buffer): void {
    const lines = bytes.toString('latin1').split('\n');
    lines.pop();
    for (const line of lines) {
      if (!LINE.test(line)) throw new FenceError('Het hek bevat een regel die niet te lezen is; het grootboek start niet.');
      this.#marks.add(line);
    }
    this.#hash.update(bytes);
    this.#sha256 = this.#hash.copy().digest('hex');
    this.#length += bytes.length;
  }

  #openKeys(): void {
    const found = new Map<number, Buffer>();
    for (const folder of this.#folders) {
      const keyFolder = join(folder, 'fence-keys');
      for (const name of existsSync(keyFolder) ? readdirSync(keyFolder) : []) {
        const year = /^([0-9]{4})\.key$/.exec(name)?.[1];
        if (year === undefined) continue;
        const bytes = readSecret(join(keyFolder, name));
        const known = found.get(Number(year)) ?? bytes;
        if (bytes.length !== KEY_BYTES || !known.equals(bytes)) {
          throw new FenceError(`De heksleutel van ${year} is niet in elke hoofdmap dezelfde; het grootboek start niet.`);
        }
        found.set(Number(year), bytes);
      }
    }
    for (const [year, bytes] of found) this.#spreadKey(year, bytes);
  }

  #newKey(year: number): KeyObject {
    this.#spreadKey(year, randomBytes(KEY_BYTES));
    return this.#keys.get(year)!;
  }

  /** A crash between two folders is healed here at the next start; no mark is written before every folder has the key. */
  #spreadKey(year: number, bytes: Buffer): void {
    for (const folder of this.#folders) {
      const file = join(folder, 'fence-keys', `${year}.key`);
      if (!this.#readOnly && !existsSync(file)) writeSecret(file, bytes);
    }
    this.#keys.set(year, createSecretKey(bytes));
  }
}

/** The same questions without a file, for a ledger in memory. */
export class MemoryFence implements Fence {
  readonly #marks = new Set<string>();

  has(what: FenceQuestion): boolean {
    return (what.stream !== undefined && this.#marks.has(what.stream))
      || (what.reference !== undefined && this.#marks.has(JSON.stringify([what.reference.system, what.reference.reference])));
  }

  append(marks: readonly FenceMark[]): void {
    for (const mark of marks) {
      this.#marks.add(mark.stream);
      for (const { system, reference } of mark.references) this.#marks.add(JSON.stringify([system, reference]));
    }
  }
}

function streamMark(key: KeyObject, stream: StreamName): string {
  return createHmac('sha256', key).update(STREAM_CONTEXT).update(stream, 'utf8').digest('hex');
}

function referenceMark(key: KeyObject, reference: DossierReference): string {
  return createHmac('sha256', key).update(REFERENCE_CONTEXT)
    .update(lengthPrefixed(reference.system)).update(lengthPrefixed(reference.reference)).digest('hex');
}

function wholeLines(file: string): Buffer {
  if (!existsSync(file)) return Buffer.alloc(0);
  const bytes = readFileSync(file);
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}

/** The file ends with exactly these bytes from `at` on, and is fsynced. */
function writeFrom(file: string, at: number, bytes: Uint8Array): void {
  const isNew = !existsSync(file);
  const handle = openSync(file, isNew ? 'wx' : 'r+', 0o600);
  try {
    ftruncateSync(handle, at);
    for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done, bytes.length - done, at + done);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (isNew) fsyncFolder(join(file, '..'));
}
