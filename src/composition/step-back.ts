import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/** With the machine full, taking in goes before folding. On Linux a thread has a priority of its own. */
const PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL;

export function stepBack(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), PRIORITY);
  } catch {
    // Elsewhere it shares as it comes.
  }
}
