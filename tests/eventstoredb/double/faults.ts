/** What may happen to one write: it never arrives, or it is done and its answer is lost. */
export type WriteFault = 'lose-request' | 'lose-answer';

/** The faults a test can ask of the double: a lost write, a server that hangs. */
export class Faults {
  #next: { readonly fault: WriteFault; readonly after: () => void }[] = [];
  #paused: (() => void)[] | null = null;

  /** The next write meets this; `after` runs when it has (to cut the connections, say). */
  onNextWrite(fault: WriteFault, after: () => void): void {
    this.#next.push({ fault, after });
  }

  onWrite(): WriteFault | null {
    const next = this.#next.shift();
    if (next === undefined) return null;
    queueMicrotask(next.after);
    return next.fault;
  }

  /** Hangs as a stopped process does: connections stay, nothing is answered. */
  pause(): void {
    this.#paused ??= [];
  }

  resume(): void {
    const waiting = this.#paused ?? [];
    this.#paused = null;
    for (const work of waiting) work();
  }

  run(work: () => void): void {
    if (this.#paused === null) work();
    else this.#paused.push(work);
  }

  clear(): void {
    this.#next = [];
    this.#paused = null;
  }
}
