import type { Findings } from '#infra/verifier/verification';

type Range = readonly [from: number, through: number];

interface Part {
  readonly runId: string;
  readonly ranges: readonly Range[];
  /** 1 when the whole fits one event. */
  readonly chunks: number;
}

interface Run {
  readonly begun: { readonly part: Part; readonly recordedAt: string }[];
  readonly closed: Part[];
  /** Its certificate was completed: every file that held it has been rewritten. */
  isCompleted: boolean;
}

const DAY_MS = 86_400_000;

/** What the ledger itself has announced and closed, out of `run-begun` and `run-closed` events whose signature holds. */
export class Runs {
  readonly #runs = new Map<string, Run>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  take(type: string, data: unknown, position: number, recordedAt: string): void {
    if (type === 'certificate-completed') {
      const run = this.#runs.get(String((data as { runId?: unknown } | null)?.runId));
      if (run !== undefined) run.isCompleted = true;
    }
    if (type !== 'run-begun' && type !== 'run-closed') return;
    const part = readPart(data);
    if (part === null || part.ranges.some(([, through]) => through >= position)) {
      this.#findings.add('run-inconsistent', 'Een aankondiging of afsluiting van een vernietiging noemt bladen die zij niet kan noemen.', position);
      return;
    }
    const run = this.#runs.get(part.runId) ?? { begun: [], closed: [], isCompleted: false };
    this.#runs.set(part.runId, run);
    if (type === 'run-begun') {
      run.begun.push({ part, recordedAt });
    } else if (part.ranges.some((range) => split(range, announced(run)).outside.length > 0)) {
      this.#findings.add('run-inconsistent', 'Een vernietiging is afgesloten over bladen die zij niet had aangekondigd.', position);
    } else {
      run.closed.push(part);
    }
  }

  /** No destruction was ever announced or closed here. */
  get isEmpty(): boolean {
    return this.#runs.size === 0;
  }

  /** Leaves whose events are lawfully gone: sorted, not overlapping. */
  closedRanges(): readonly Range[] {
    return merge([...this.#runs.values()].filter(isClosed).flatMap((run) => run.closed.flatMap((part) => part.ranges)));
  }

  /** Of those, the ones of which a certificate says that no file holds them any more. */
  completedRanges(): readonly Range[] {
    return merge([...this.#runs.values()].filter((run) => isClosed(run) && run.isCompleted).flatMap((run) => run.closed.flatMap((part) => part.ranges)));
  }

  /** Leaves that any run announced, closed or not. */
  announcedRanges(): readonly Range[] {
    return merge([...this.#runs.values()].flatMap(announced));
  }

  /** Leaves whose events may be gone because an open run said so: younger than `days`, or older. */
  openRanges(now: Date, days: number): { readonly young: readonly Range[]; readonly old: readonly Range[] } {
    const open = [...this.#runs.values()].filter((run) => !isClosed(run));
    // A run whose announcement was lost announces nothing: nothing is young about it.
    const isYoung = ({ begun: [first] }: Run) => first !== undefined && now.getTime() - Date.parse(first.recordedAt) < days * DAY_MS;
    return {
      young: merge(open.filter(isYoung).flatMap(announced)),
      old: merge(open.filter((run) => !isYoung(run)).flatMap(announced)),
    };
  }
}

/** The part of `range` that lies in `cover` and the part that does not; `cover` sorted and not overlapping. */
export function split(range: Range, cover: readonly Range[]): { readonly inside: readonly Range[]; readonly outside: readonly Range[] } {
  const inside: Range[] = [];
  const outside: Range[] = [];
  let at = range[0];
  for (const [from, through] of cover) {
    if (through < at) continue;
    if (from > range[1]) break;
    if (from > at) outside.push([at, from - 1]);
    const first = Math.max(at, from);
    const last = Math.min(through, range[1]);
    inside.push([first, last]);
    at = last + 1;
  }
  if (at <= range[1]) outside.push([at, range[1]]);
  return { inside, outside };
}

/** Is the position in one of them? `cover` sorted and not overlapping. */
export function covers(cover: readonly Range[], position: number): boolean {
  let [low, high] = [0, cover.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const [from, through] = cover[middle]!;
    if (position < from) high = middle;
    else if (position > through) low = middle + 1;
    else return true;
  }
  return false;
}

function merge(ranges: readonly Range[]): readonly Range[] {
  const merged: [number, number][] = [];
  for (const [from, through] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], through);
    else merged.push([from, through]);
  }
  return merged;
}

function announced(run: Run): readonly Range[] {
  return merge(run.begun.flatMap(({ part }) => part.ranges));
}

/** Closed only with the last of its parts. */
function isClosed(run: Run): boolean {
  return run.closed.length > 0 && run.closed.length === run.closed[0]!.chunks;
}

function readPart(data: unknown): Part | null {
  const { runId, ranges, chunks = 1 } = (data ?? {}) as { runId?: unknown; ranges?: unknown; chunks?: unknown };
  return typeof runId === 'string' && isRanges(ranges) && typeof chunks === 'number' ? { runId, ranges, chunks } : null;
}

function isRanges(value: unknown): value is readonly Range[] {
  return Array.isArray(value) && value.every((range) => Array.isArray(range) && range.length === 2
    && Number.isSafeInteger(range[0]) && Number.isSafeInteger(range[1]) && range[0] >= 0 && range[0] <= range[1]);
}
