import type { Ledger } from '#src/composition/ledger';

/** Codes, never sentences about what was in an event. */
export interface Readiness {
  readonly status: 'ready' | 'not-ready';
  /** Why not: `engine-halted`, `store-away` and the like, or `<view>: <halt code>` of each view that stopped. */
  readonly reasons: readonly string[];
  /** What does not stop the service and yet must be seen: `clock-suspect`. Absent when there is nothing. */
  readonly marks?: readonly string[];
}

export function readinessOf(ledger: Ledger): Readiness {
  const reasons = [
    ...(ledger.engineState() === 'open' ? [] : ['engine-halted']),
    ...troubleOf(ledger),
    ...ledger.runner.status().views.flatMap(({ name, halted }) => (halted === null ? [] : [`${name}: ${halted.code}`])),
  ];
  return {
    status: reasons.length === 0 ? 'ready' : 'not-ready', reasons,
    ...(ledger.clockWatch.doubt === null ? {} : { marks: ['clock-suspect'] }),
  };
}

function troubleOf(ledger: Ledger): readonly string[] {
  const trouble = ledger.storeTrouble?.() ?? null;
  return trouble === null ? [] : [trouble];
}
