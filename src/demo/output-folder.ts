import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes one file of the demo, over an earlier one, and answers its path. `mode`: of a new file. */
export function writeOutput(folder: string, name: string, content: string | Uint8Array, mode = 0o666): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  rmSync(file, { force: true });
  writeFileSync(file, content, { mode });
  return file;
}
