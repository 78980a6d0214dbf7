import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { PROJECTIONS } from '#src/composition/projections';
import { resumeOpenRun } from '#src/destruction/destruction';
import type { ListView } from '#src/destruction/lists/list-view';
import { collect, found, missing, type Canaries } from '../destruction/canaries.js';
import { LedgerHouse, verifyHouse } from '../destruction/house.js';
import { houseByTerm, type ReadyHouse } from '../destruction/other-lists.js';
import { outcomeOf, type RunOutcome } from './destruction-outcome.js';

/** How a child process ended: the signal that ended it, and what it said. */
export interface Ended {
  readonly signal: string | null;
  readonly errors: string;
}

export interface EndIt {
  /** Ended without warning after this time, wherever it is. */
  readonly killAfterMs?: number;
  /** From its first word, not from its start: a program that says when it begins. */
  readonly fromFirstWord?: boolean;
}

/** A program of these tests in a process of its own. */
export function childProcess(program: string, args: readonly string[], { killAfterMs, fromFirstWord = false }: EndIt = {}): Promise<Ended & { readonly workedMs: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [new URL(program, import.meta.url).pathname, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const begin = (): void => {
      began = performance.now();
      if (killAfterMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    };
    if (fromFirstWord) child.stdout.once('data', begin);
    else begin();
    child.stdout.resume();
    let errors = '';
    child.stderr.on('data', (part: Buffer) => { errors += part.toString('utf8'); });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      clearTimeout(timer);
      resolve({ signal, errors, workedMs: performance.now() - began });
    });
  });
}

/** A ledger whose list has just begun its run, to be copied and killed as often as a test wants. */
export class RunToKill {
  private constructor(
    private readonly prepared: string, readonly at: string, private readonly master: Uint8Array,
    private readonly due: readonly StreamName[], private readonly list: ListView, private readonly canaries: Canaries,
  ) {}

  static async prepare(build: () => Promise<ReadyHouse> = houseByTerm): Promise<RunToKill> {
    const { house, due, list, by } = await build();
    await house.start(list, house.destruction(), by);
    await house.close();
    const canaries = collect(house.folder, due);
    expect(missing(house.folder, canaries)).toEqual([]);
    return new RunToKill(house.folder, house.clock.now().toString(), house.ledger.keys.master, due, list, canaries);
  }

  copy(): string {
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-killed-'));
    cpSync(this.prepared, folder, { recursive: true });
    return folder;
  }

  /** Carries the run on in a process of its own, until it kills itself at the named point or is killed after a time. */
  async carryOn(folder: string, end: EndIt & { readonly point?: string } = {}): Promise<Ended> {
    const { signal, errors } = await childProcess('./destruction-child.mjs', [folder, this.at, end.point ?? 'no such point'], end);
    return { signal, errors };
  }

  async expectIntact(folder: string, when: string): Promise<void> {
    const { answer, findings } = await verifyHouse(folder, this.at, this.master);
    expect(answer, `killed ${when}: ${JSON.stringify(findings)}`).toBe('intact');
  }

  /** Carried to its end in this process when it was not. */
  async outcome(folder: string): Promise<RunOutcome> {
    const house = await LedgerHouse.open({ folder, at: this.at });
    try {
      await resumeOpenRun(house.ledger, PROJECTIONS);
      return await outcomeOf(house, this.list.id, this.due);
    } finally {
      await house.close();
    }
  }

  /** Names of stored bytes that are still in some file. */
  left(folder: string): readonly string[] {
    return found(folder, this.canaries);
  }

  remove(): void {
    rmSync(this.prepared, { recursive: true, force: true });
  }
}
