import { createHash, createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HeadRecord } from '#infra/verifier/head-lines';
import type { Findings } from '#infra/verifier/verification';

/** Every state of the fence that a head line signed must still be its beginning, in each head folder. */
export function checkFences(head: HeadRecord, findings: Findings): void {
  head.fences.forEach(({ folder, states }, i) => {
    const file = join(folder, 'fence.log');
    const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    const running = createHash('sha256');
    let at = 0;
    for (const state of states) {
      if (state.length > bytes.length) {
        findings.add('fence-behind-head', `Het hek in hoofdmap ${i + 1} is korter (${bytes.length} bytes) dan is ondertekend (${state.length} bytes).`);
        return;
      }
      running.update(bytes.subarray(at, state.length));
      at = state.length;
      if (running.copy().digest('hex') !== state.sha256) {
        findings.add('fence-differs', `Het hek in hoofdmap ${i + 1} is veranderd binnen de eerste ${state.length} bytes.`);
        return;
      }
    }
  });
}

/** The keys lie beside the marks, the same in every folder: another key would make marks mean nothing. */
export function checkFenceKeys(headDirs: readonly string[], findings: Findings): void {
  const keys = new Map<string, Buffer>();
  for (const folder of headDirs) {
    const keyFolder = join(folder, 'fence-keys');
    for (const name of existsSync(keyFolder) ? readdirSync(keyFolder) : []) {
      const bytes = readFileSync(join(keyFolder, name));
      if (!(keys.get(name) ?? bytes).equals(bytes)) findings.add('fence-differs', `De heksleutel ${name} is niet in elke hoofdmap dezelfde.`);
      keys.set(name, bytes);
    }
  }
}

/** Tells whether a stream is marked, under the key of any year that is still kept. */
export class FenceMarks {
  readonly #marks = new Set<string>();
  readonly #years = new Set<string>();
  readonly #keys: (readonly [year: string, key: Buffer])[] = [];

  constructor(folders: readonly string[]) {
    for (const folder of folders) {
      const file = join(folder, 'fence.log');
      if (existsSync(file)) for (const line of readFileSync(file, 'latin1').split('\n')) this.#take(line);
      const keyFolder = join(folder, 'fence-keys');
      for (const name of existsSync(keyFolder) ? readdirSync(keyFolder) : []) {
        if (/^[0-9]{4}\.key$/.test(name)) this.#keys.push([name.slice(0, 4), readFileSync(join(keyFolder, name))]);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#marks.size === 0 || this.#keys.length === 0;
  }

  /** A year whose key was forgotten can no longer be asked: then a missing mark says nothing. */
  get isComplete(): boolean {
    return [...this.#years].every((year) => this.#keys.some(([kept]) => kept === year));
  }

  #take(line: string): void {
    this.#marks.add(line);
    const year = /^[0-9]{4}(?= )/.exec(line)?.[0];
    if (year !== undefined) this.#years.add(year);
  }

  names(stream: string): boolean {
    return this.#keys.some(([year, key]) => this.#marks.has(`${year} ${createHmac('sha256', key).update(`rekenschap/fence/v1/stream\n${stream}`, 'utf8').digest('hex')}`));
  }
}

