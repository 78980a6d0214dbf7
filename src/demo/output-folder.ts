import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes one file of the demo, over an earlier one, and answers its path. */
export function writeOutput(folder: string, name: string, content: string | Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
