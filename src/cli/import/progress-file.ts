import { appendFileSync, chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** How far an import is. Kept beside the input, readable for its owner only; no personal data. */
export interface Progress {
  /** SHA-256 over what decides which events there are: the file and how it is read. */
  readonly fingerprint: string;
  /** Events and rejected lines that have their outcome, from the start of the file. */
  readonly done: number;
  readonly recorded: number;
  readonly known: number;
  readonly rejected: number;
  /** Day on which a first load was declared. */
  readonly declaredOn: string;
}

export const progressFile = (input: string): string => `${input}.voortgang.json`;
export const rejectsFile = (input: string): string => `${input}.afgewezen.ndjson`;

/** Null when there is none, or of another file. */
export function readProgress(input: string, fingerprint: string): Progress | null {
  if (!existsSync(progressFile(input))) return null;
  try {
    const kept = JSON.parse(readFileSync(progressFile(input), 'utf8')) as Progress;
    return kept.fingerprint === fingerprint && Number.isSafeInteger(kept.done) ? kept : null;
  } catch {
    return null;
  }
}

/** Written beside and renamed: a power cut leaves the old or the new one. */
export function writeProgress(input: string, progress: Progress): void {
  const fresh = `${progressFile(input)}.nieuw`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, JSON.stringify(progress), { mode: 0o600, flag: 'wx' });
  renameSync(fresh, progressFile(input));
}

export function removeProgress(input: string): void {
  rmSync(progressFile(input), { force: true });
}

export interface Reject {
  readonly line: number;
  /** HMAC of the sender's id under a key that only who has the file can make. */
  readonly id: string;
  readonly code: string;
  readonly paths: readonly string[];
  readonly content?: string;
}

export function startRejects(input: string): void {
  rmSync(rejectsFile(input), { force: true });
}

export function addRejects(input: string, rejects: readonly Reject[]): void {
  if (rejects.length === 0) return;
  appendFileSync(rejectsFile(input), rejects.map((one) => `${JSON.stringify(one)}\n`).join(''), { mode: 0o600 });
  chmodSync(rejectsFile(input), 0o600);
}
