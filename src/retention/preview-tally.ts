import type { ScheduleChange } from '#domain/retention/schedule-change';
import type { ClassCount, PreviewCounts } from '#src/retention/preview-schedule.query';

/** Counts what a schedule would move, one dossier after the other. */
export class PreviewTally {
  #dossiers = 0;
  #moved = 0;
  #earlier = 0;
  #later = 0;
  #dueAtOnce = 0;
  readonly #byReason = new Map<string, number>();
  readonly #classes = new Map<string | null, { dossiers: number; earlier: number; later: number }>();

  /** Null: its date does not move. */
  add(change: ScheduleChange | null): void {
    this.#dossiers += 1;
    if (change === null) return;
    this.#moved += 1;
    const { from, to } = change;
    const both = from.firstDestructionDay !== null && to.firstDestructionDay !== null;
    const earlier = both && to.firstDestructionDay < from.firstDestructionDay ? 1 : 0;
    const later = both && earlier === 0 ? 1 : 0;
    this.#earlier += earlier;
    this.#later += later;
    this.#dueAtOnce += change.dueAtOnce ? 1 : 0;
    this.#byReason.set(change.reason, (this.#byReason.get(change.reason) ?? 0) + 1);
    const rule = to.rule?.id ?? null;
    const counted = this.#classes.get(rule) ?? { dossiers: 0, earlier: 0, later: 0 };
    this.#classes.set(rule, { dossiers: counted.dossiers + 1, earlier: counted.earlier + earlier, later: counted.later + later });
  }

  counts(): PreviewCounts {
    const classes = [...this.#classes].map(([rule, counted]): ClassCount => ({ rule, ...counted })).sort((a, b) => b.dossiers - a.dossiers);
    return {
      dossiers: this.#dossiers, moved: this.#moved, earlier: this.#earlier, later: this.#later, dueAtOnce: this.#dueAtOnce,
      byReason: Object.fromEntries(this.#byReason), classes,
    };
  }
}
