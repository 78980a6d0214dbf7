import type Database from 'better-sqlite3';
import type { FenceMarks } from '#infra/verifier/fence-check';
import type { LedgerPass } from '#infra/verifier/ledger-pass';
import { split } from '#infra/verifier/runs';
import type { Findings } from '#infra/verifier/verification';

export interface Judged {
  readonly ledger: Database.Database;
  readonly pass: LedgerPass;
  /** Positions of events whose stream has no key in the vault. */
  readonly keyless: readonly number[];
  /** Positions of events whose stream is marked in the fence. */
  readonly fenced: readonly number[];
  /** With keys only. */
  readonly fence: FenceMarks | null;
  readonly hasKey: (stream: string) => boolean;
  readonly now: Date;
  readonly pendingDays: number;
}

/** Tells lawful destruction from pending, from disappearance and from what came back. */
export function judgeDestruction(judged: Judged, findings: Findings): void {
  const { ledger, pass, keyless, fenced, now, pendingDays } = judged;
  const closed = pass.runs.closedRanges();
  const { young, old } = pass.runs.openRanges(now, pendingDays);

  let lawful = 0;
  let pending = 0;
  for (const range of pass.absent) {
    const first = split(range, closed);
    lawful += first.inside.reduce((sum, [from, through]) => sum + through - from + 1, 0);
    for (const rest of first.outside) {
      const second = split(rest, young);
      pending += second.inside.reduce((sum, [from, through]) => sum + through - from + 1, 0);
      for (const open of second.outside) {
        const third = split(open, old);
        for (const [from, through] of third.inside) {
          findings.add('run-overdue', `${places(from, through)} zonder gebeurtenis onder een vernietiging die langer dan ${pendingDays} dagen open staat.`, from);
        }
        for (const [from, through] of third.outside) {
          findings.add('disappeared', `${places(from, through)} zonder gebeurtenis, en geen vernietiging verklaart dat.`, from);
        }
      }
    }
  }
  if (lawful > 0) findings.add('destroyed-lawfully', `${places(1, lawful)} zonder gebeurtenis door een afgesloten vernietiging.`);
  if (pending > 0) findings.add('destruction-pending', `${places(1, pending)} zonder gebeurtenis onder een vernietiging die nog loopt.`);

  const within = ledger.prepare('SELECT min(position) AS first, count(*) AS n FROM events WHERE position BETWEEN ? AND ?');
  for (const [from, through] of closed) {
    const found = within.get(from, through) as { first: number | null; n: number };
    if (found.first !== null) findings.add('resurrected', `Onder een afgesloten vernietiging staat weer een gebeurtenis (aantal: ${found.n}).`, found.first);
  }
  // Two questions, not one with OR: that would read the whole table.
  for (const outside of ['position < 0 AND ? >= 0', 'position >= ?']) {
    const extra = ledger.prepare(`SELECT min(position) AS first, count(*) AS n FROM events WHERE ${outside}`).get(pass.leaves) as { first: number | null; n: number };
    if (extra.first !== null) findings.add('event-without-leaf', `Er staan gebeurtenissen zonder blad in het grootboek (aantal: ${extra.n}): die zijn erbij gezet.`, extra.first);
  }
  const back = ledger.prepare('SELECT e.position FROM gone g JOIN streams s ON s.name = g.stream JOIN events e ON e.stream_no = s.no ORDER BY 1 LIMIT 1').pluck().get() as number | undefined;
  if (back !== undefined) findings.add('resurrected', 'Een stroom die vernietigd is, heeft weer gebeurtenissen.', back);
  const named = ledger.prepare('SELECT count(*) FROM streams s WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.stream_no = s.no)').pluck().get() as number;
  if (named > 0) findings.add('stream-left-behind', `Er staan namen van stromen in het grootboek zonder een gebeurtenis (aantal: ${named}).`);
  judgeGone(judged, findings);

  const announced = (position: number): boolean => [young, old].some((cover) => split([position, position], cover).inside.length > 0);
  for (const position of keyless.filter((at) => !announced(at))) {
    findings.add('key-missing', 'De kluis heeft geen sleutel voor de stroom van deze gebeurtenis, en geen vernietiging verklaart dat.', position);
  }
  for (const position of fenced.filter((at) => !announced(at))) {
    findings.add('fenced-stream-lives', 'Deze stroom staat in het hek als vernietigd, maar leeft.', position);
  }
}

/**
 * A name in `gone` says of a stream that it was destroyed, and every reader believes it. Which leaves were its own
 * cannot be known any more; that a run destroyed something, that the fence names it and that its key went, can be.
 */
function judgeGone({ ledger, pass, fence, hasKey }: Judged, findings: Findings): void {
  let unexplained = 0;
  let keyed = 0;
  const unannounced = pass.runs.isEmpty;
  const asked = fence?.isComplete === true ? fence : null;
  for (const stream of ledger.prepare('SELECT stream FROM gone').pluck().iterate() as IterableIterator<string>) {
    if (unannounced || (asked !== null && !asked.names(stream))) unexplained += 1;
    if (hasKey(stream)) keyed += 1;
  }
  if (unexplained > 0) findings.add('gone-unexplained', `Er staan stromen als vernietigd te boek die geen vernietiging verklaart (aantal: ${unexplained}).`);
  if (keyed > 0) findings.add('resurrected', `De kluis heeft een sleutel van een stroom die vernietigd is (aantal: ${keyed}).`);
}

function places(from: number, through: number): string {
  const count = through - from + 1;
  return count === 1 ? '1 blad' : `${count} bladen`;
}
