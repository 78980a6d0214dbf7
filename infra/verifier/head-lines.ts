import { verify } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { carriesSignature, readCheckpoint, readVerifierKey, type LogVerifier } from '#infra/verifier/signed-note';
import type { Findings } from '#infra/verifier/verification';

/** What the ledger has signed about itself, outside its data folder. */
export interface HeadRecord {
  readonly log: LogVerifier;
  /** Distinct sizes in ascending order, each with its base64 root. */
  readonly roots: readonly { readonly size: number; readonly root: string; readonly vault: number }[];
  readonly size: number;
  /** Highest change count of the vault that was signed. */
  readonly vault: number;
  /** Per head folder the distinct signed states of the fence, ascending; `folder` is where its `fence.log` is. */
  readonly fences: readonly { readonly folder: string; readonly states: readonly FenceState[] }[];
  readonly lines: number;
}

interface KnownRoot {
  readonly root: string;
  /** Highest change count of the vault that was signed with it. */
  readonly vault: number;
}

export interface FenceState {
  readonly length: number;
  readonly sha256: string;
}

interface HeadLine {
  readonly checkpoint: string;
  readonly vault: number;
  readonly fence: FenceState;
  readonly signature: string;
}

const CONTEXT = 'rekenschap/head-line/v1\n';
const CHUNK_BYTES = 1024 * 1024;
/** Checked lines remembered, for the other folders' copies of them. */
const SEEN_MAX = 10_000;
/** The newest file may have just been begun. */
const LAST_FILES = 2;

/**
 * Null, with a finding, when no folder holds a log key and at least one signed line. The lines of an earlier epoch lie
 * in a folder `lines` of their own within each head folder; its fence goes on.
 */
export function readHeads(folders: readonly string[], findings: Findings, lines = ''): HeadRecord | null {
  const headDirs = folders.map((folder) => join(folder, lines));
  const log = readLogKey(headDirs, findings);
  if (log === null) return null;
  const roots = new Map<number, KnownRoot>();
  const seen = new Map<string, boolean>();
  const readers = headDirs.map((folder) => new FolderReader(folder, log, roots, seen, findings));
  // Line by line through all folders: a line that stands in each is checked once.
  for (let reading = [...readers]; reading.length > 0;) reading = reading.filter((reader) => reader.step());
  const count = readers.reduce((sum, reader) => sum + reader.lines, 0);
  if (count === 0) {
    findings.add('head-missing', 'Er is geen enkele geldige hoofdregel; zonder hoofd is niets te controleren.');
    return null;
  }
  const size = Math.max(...readers.map((reader) => reader.size));
  readers.forEach((reader, i) => {
    if (reader.size < size) findings.add('head-folder-behind', `Hoofdmap ${i + 1} loopt achter: tot omvang ${Math.max(reader.size, 0)} in plaats van ${size}.`);
  });
  return {
    log, size, lines: count,
    roots: [...roots].map(([at, known]) => ({ size: at, ...known })).sort((a, b) => a.size - b.size),
    vault: Math.max(...readers.map((reader) => reader.vault)),
    fences: readers.map(({ fences }, i) => ({ folder: folders[i]!, states: fences })),
  };
}

/** The newest signed change count as the folders stand now; a running service may have gone on since `readHeads`. */
export function latestVaultCount(headDirs: readonly string[], log: LogVerifier): number {
  let latest = -1;
  for (const folder of headDirs) {
    let last: string | null = null;
    for (const { text } of headLinesOf(folder, LAST_FILES)) last = text ?? last;
    const line = last === null ? null : parseLine(last);
    if (line !== null && signatureHolds(line, log)) latest = Math.max(latest, line.vault);
  }
  return latest;
}

function readLogKey(headDirs: readonly string[], findings: Findings): LogVerifier | null {
  const texts = headDirs.map((folder) => join(folder, 'log.vkey')).filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  const keys = texts.map(readVerifierKey);
  const key = keys.find((candidate) => candidate !== null) ?? null;
  if (key === null) {
    findings.add('log-key-missing', 'In geen enkele hoofdmap staat een leesbare log.vkey; zonder die sleutel is niets te controleren.');
    return null;
  }
  if (keys.some((other) => other === null || other.name !== key.name || other.keyHash !== key.keyHash)) {
    findings.add('log-key-differs', 'De hoofdmappen noemen niet dezelfde logsleutel.');
  }
  return key;
}

class FolderReader {
  readonly fences: FenceState[] = [];
  lines = 0;
  size = -1;
  vault = -1;
  readonly #log: LogVerifier;
  readonly #roots: Map<number, KnownRoot>;
  readonly #seen: Map<string, boolean>;
  readonly #findings: Findings;
  readonly #reading: Generator<FileLine>;

  constructor(folder: string, log: LogVerifier, roots: Map<number, KnownRoot>, seen: Map<string, boolean>, findings: Findings) {
    this.#log = log;
    this.#roots = roots;
    this.#seen = seen;
    this.#findings = findings;
    this.#reading = headLinesOf(folder);
  }

  /** Takes one line; false at the end. */
  step(): boolean {
    const next = this.#reading.next();
    if (next.done === true) return false;
    const { text, where, isLastFile } = next.value;
    if (text !== null) this.#take(text, where);
    // Only the very last line of all can be the trace of a crash.
    else if (isLastFile) this.#findings.add('head-torn', `${where} is half geschreven en telt niet mee.`);
    else this.#findings.add('head-line-malformed', `${where} is niet heel.`);
    return true;
  }

  #take(text: string, where: string): void {
    const line = parseLine(text);
    const note = line === null ? null : readCheckpoint(line.checkpoint);
    if (line === null || note === null) return this.#findings.add('head-line-malformed', `${where} is geen hoofdregel.`);
    if (!this.#seen.has(text)) {
      this.#seen.set(text, holds(line, note, this.#log, where, this.#findings));
      if (this.#seen.size > SEEN_MAX) this.#seen.delete(this.#seen.keys().next().value!);
    }
    if (this.#seen.get(text) === false) return;
    const last = this.fences.at(-1);
    if (note.size < this.size || line.vault < this.vault || line.fence.length < (last?.length ?? 0)) {
      return this.#findings.add('head-order', `${where} gaat terug in omvang, kluistelling of hek.`);
    }
    const known = this.#roots.get(note.size);
    if (known !== undefined && known.root !== note.root) {
      return this.#findings.add('head-fork', `${where} noemt bij omvang ${note.size} een andere wortel dan een eerdere regel: er zijn twee verhalen ondertekend.`, note.size);
    }
    this.#roots.set(note.size, { root: note.root, vault: Math.max(line.vault, known?.vault ?? -1) });
    this.lines += 1;
    this.size = note.size;
    this.vault = line.vault;
    if (last === undefined || last.length !== line.fence.length || last.sha256 !== line.fence.sha256) this.fences.push(line.fence);
  }
}

interface FileLine {
  /** Null for a rest without a newline. */
  readonly text: string | null;
  readonly where: string;
  readonly isLastFile: boolean;
}

function* headLinesOf(folder: string, lastFiles = Infinity): Generator<FileLine> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^head-[0-9]{6}\.log$/.test(name)).sort().slice(-lastFiles) : [];
  for (const [i, name] of names.entries()) {
    let number = 0;
    for (const text of linesOf(join(folder, name))) {
      number += 1;
      yield { text, where: `${name}, regel ${number}`, isLastFile: i === names.length - 1 };
    }
  }
}

function holds(line: HeadLine, note: NonNullable<ReturnType<typeof readCheckpoint>>, log: LogVerifier, where: string, findings: Findings): boolean {
  const noteHolds = carriesSignature(note, log);
  if (!noteHolds) findings.add('checkpoint-forged', `Het controlepunt in ${where} draagt niet de handtekening van de logsleutel.`, note.size);
  const lineHolds = signatureHolds(line, log);
  if (!lineHolds) findings.add('head-line-forged', `${where} draagt niet de handtekening van de logsleutel.`, note.size);
  return noteHolds && lineHolds;
}

/** Members in the order of RFC 8785; what else the line might hold was refused when it was parsed. */
function signatureHolds(line: HeadLine, log: LogVerifier): boolean {
  const { checkpoint, fence: { length, sha256 }, vault } = line;
  const signed = Buffer.from(CONTEXT + JSON.stringify({ checkpoint, fence: { length, sha256 }, vault }), 'utf8');
  const signature = Buffer.from(line.signature, 'base64');
  return signature.toString('base64') === line.signature && verify(null, signed, log.publicKey, signature);
}

function parseLine(text: string): HeadLine | null {
  try {
    const value = JSON.parse(text) as HeadLine;
    if (Object.keys(value).sort().join() !== 'checkpoint,fence,signature,vault' || Object.keys(value.fence).sort().join() !== 'length,sha256') return null;
    const rightTypes = typeof value.checkpoint === 'string' && typeof value.signature === 'string' && typeof value.fence.sha256 === 'string'
      && Number.isSafeInteger(value.vault) && Number.isSafeInteger(value.fence.length);
    return rightTypes ? value : null;
  } catch {
    return null;
  }
}

/** The file's whole lines as it is now; null for a rest without a newline. What a running service adds later is not read. */
function* linesOf(file: string): Generator<string | null> {
  const handle = openSync(file, 'r');
  try {
    let left = fstatSync(handle).size;
    let rest = Buffer.alloc(0);
    while (left > 0) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, left));
      const read = readSync(handle, chunk);
      if (read === 0) break;
      left -= read;
      let bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
      for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a)) {
        yield bytes.toString('utf8', 0, end);
        bytes = bytes.subarray(end + 1);
      }
      rest = Buffer.from(bytes);
    }
    if (rest.length > 0) yield null;
  } finally {
    closeSync(handle);
  }
}
