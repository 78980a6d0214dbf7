import { sign, verify, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClockTicks } from '#infra/clock/port';
import { writeSecret } from '#infra/keys/key-folder';

const NAME = 'clock-ticks';
const CONTEXT = 'rekenschap/clock-tick/v1';

export interface TickFilesOptions {
  /** The same folders as the head's: outside the data folder. */
  readonly headDirs: readonly string[];
  readonly oin: string;
  readonly log: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
}

/**
 * `clock-ticks` beside the head: the last moment at which the clock was trusted, signed with the log key, written
 * whole or not at all. A copy in every head folder; the latest one counts, so that an older copy put back says nothing.
 */
export class TickFiles implements ClockTicks {
  readonly #options: TickFilesOptions;

  constructor(options: TickFilesOptions) {
    this.#options = options;
  }

  last(): Temporal.Instant | 'none' | 'damaged' {
    const texts = this.#files().filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
    if (texts.length === 0) return 'none';
    const ticks = texts.map((text) => this.#read(text)).filter((tick) => tick !== null);
    return ticks.toSorted(Temporal.Instant.compare).at(-1) ?? 'damaged';
  }

  write(at: Temporal.Instant): void {
    const text = at.toString({ smallestUnit: 'millisecond' });
    const signature = sign(null, this.#message(text), this.#options.log.privateKey).toString('base64');
    for (const dir of this.#options.headDirs) mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const file of this.#files()) writeSecret(file, Buffer.from(`${JSON.stringify({ at: text, signature })}\n`, 'utf8'));
  }

  #read(text: string): Temporal.Instant | null {
    try {
      const { at, signature } = JSON.parse(text) as { readonly at: string; readonly signature: string };
      const right = verify(null, this.#message(at), this.#options.log.publicKey, Buffer.from(signature, 'base64'));
      return right ? Temporal.Instant.from(at) : null;
    } catch {
      return null;
    }
  }

  #message(at: string): Buffer {
    return Buffer.from(`${CONTEXT}\n${this.#options.oin}\n${at}\n`, 'utf8');
  }

  #files(): readonly string[] {
    return this.#options.headDirs.map((dir) => join(dir, NAME));
  }
}
