import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseHeadLine, type HeadLine } from '#infra/head/head-line';

/** What the checkpoint of a head line says in the clear; whether it is signed is another question. */
export function sizeOf(line: HeadLine): number {
  return Number(line.checkpoint.split('\n')[1]);
}

/** Head lines of a folder, newest first, as they lie there: neither order nor signature is believed here. */
export function* headLinesBackwards(folder: string): Generator<HeadLine> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^head-[0-9]{6}\.log$/.test(name)).sort().reverse() : [];
  for (const name of names) {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    // The last piece has no newline behind it: nothing, or the trace of a crash.
    for (let at = lines.length - 2; at >= 0; at -= 1) {
      const line = parseHeadLine(lines[at]!);
      if (line !== null) yield line;
    }
  }
}

/** The line signed at exactly this size with the highest count of the vault; null when there is none (yet). */
export function headLineAt(headDirs: readonly string[], size: number): HeadLine | null {
  let found: HeadLine | null = null;
  for (const dir of headDirs) {
    for (const line of headLinesBackwards(dir)) {
      if (sizeOf(line) < size) break;
      if (sizeOf(line) === size && line.vault > (found?.vault ?? -1)) found = line;
    }
  }
  return found;
}
