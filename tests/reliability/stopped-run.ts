import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { PROJECTIONS } from '#src/composition/projections';
import { resumeOpenRun } from '#src/destruction/destruction';
import { collect, found, missing, type Canaries } from '../destruction/canaries.js';
import { LedgerHouse } from '../destruction/house.js';
import type { ReadyHouse } from '../destruction/other-lists.js';
import { outcomeOf, type RunOutcome } from './destruction-outcome.js';

export class Stopped extends Error {}

/** A ledger whose list may be executed, to be copied and stopped in this process as often as a test wants. */
export class RunToStop {
  readonly points: string[] = [];
  undisturbed!: RunOutcome;

  private constructor(readonly ready: ReadyHouse, private readonly at: string, private readonly canaries: Canaries) {}

  /** Taken to its end once, for what it passes and comes to. */
  static async prepare(build: () => Promise<ReadyHouse>): Promise<RunToStop> {
    const ready = await build();
    const { house, due, list, by } = ready;
    await house.close();
    const canaries = collect(house.folder, due);
    expect(missing(house.folder, canaries)).toEqual([]);
    const run = new RunToStop(ready, house.clock.now().toString(), canaries);
    const copied = await run.copy();
    await copied.execute(list, copied.destruction((point) => { run.points.push(point); }), by);
    run.undisturbed = await outcomeOf(copied, list.id, due);
    expect(found(copied.folder, canaries)).toEqual([]);
    await copied.remove();
    return run;
  }

  async copy(): Promise<LedgerHouse> {
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-resume-'));
    cpSync(this.ready.house.folder, folder, { recursive: true });
    return LedgerHouse.open({ folder, at: this.at });
  }

  /**
   * Goes on with the run, from its list as it is now when it has not begun (a stopped start may have left its count of
   * recipients on it), until it passes the point; then opens the folder again.
   */
  async stoppedAt(house: LedgerHouse, point: string): Promise<LedgerHouse> {
    const { list, by } = this.ready;
    const destruction = house.destruction((passed) => {
      if (passed === point) throw new Stopped();
    });
    const begun = await house.isUnderWay();
    const outcome = await (begun ? destruction.runs.finish() : house.execute(await house.view(list.id), destruction, by)).then(() => 'done', (error: unknown) => error);
    expect(outcome, point).toBeInstanceOf(Stopped);
    const { answer, findings } = await house.verifyWithKeys();
    expect(answer, `verify while stopped at "${point}": ${JSON.stringify(findings)}`).toBe('intact');
    return house.reopened();
  }

  /** One ledger, stopped at each of the points in turn, then taken to its end. */
  async comesToTheSameEnd(stops: readonly string[]): Promise<void> {
    const { list, due } = this.ready;
    let house = await this.copy();
    try {
      for (const point of stops) house = await this.stoppedAt(house, point);
      await resumeOpenRun(house.ledger, PROJECTIONS);
      expect(await outcomeOf(house, list.id, due), `stopped at ${stops.join(', ')}`).toEqual(this.undisturbed);
      expect(found(house.folder, this.canaries), `stopped at ${stops.join(', ')}`).toEqual([]);
      house = await house.reopened();
      expect(await outcomeOf(house, list.id, due), `stopped at ${stops.join(', ')}, opened again`).toEqual(this.undisturbed);
    } finally {
      await house.remove();
    }
  }

  remove(): void {
    rmSync(this.ready.house.folder, { recursive: true, force: true });
  }
}
