import { problemOf, type Problem } from '#src/http/problem';
import { done, refused, type Outcome, type Receipt } from '#src/recording/outcome';

/** One part of a message that touches several streams. */
export interface Part {
  /** Place in the list that was sent. */
  readonly index: number;
  /** JSON Pointer of that place. */
  readonly path: string;
  readonly record: () => Promise<Outcome<Receipt>>;
}

export type PartResult =
  | { readonly index: number; readonly status: number; readonly receipt: Receipt }
  | { readonly index: number; readonly status: number; readonly problem: Problem };

/**
 * Parts first, the whole last: only the whole makes (source, id) known, so what a crash left out is completed by
 * sending the same again. A part that is refused for good is told and leaves the others standing; when one cannot be
 * recorded now, or was recorded before with other content, the whole waits and the caller is told to send it again.
 */
export async function recordWhole(parts: readonly Part[], whole: () => Promise<Outcome<Receipt>>): Promise<Outcome<Receipt>> {
  const outcomes = await Promise.all(parts.map(async ({ index, path, record }) => ({ index, path, outcome: await record() })));
  for (const { outcome, path } of outcomes) {
    if (outcome.kind !== 'refused') continue;
    const { code } = outcome.refusal;
    if (code === 'store-unavailable') return outcome;
    if (code === 'id-reused') return refused({ ...outcome.refusal, path: '/id' });
    if (code === 'occurred-in-future') return refused({ ...outcome.refusal, path: outcome.refusal.path ?? path });
  }
  const recorded = await whole();
  if (recorded.kind === 'refused') return recorded;
  return done({ ...recorded.value, items: outcomes.map(({ index, path, outcome }) => resultOf(index, path, outcome)) });
}

function resultOf(index: number, path: string, outcome: Outcome<Receipt>): PartResult {
  if (outcome.kind === 'done') {
    const { value } = outcome;
    // The part's own id is the ledger's business; the sender knows its message.
    const receipt = { ...value, sourceId: value.sourceId.split('\n', 1)[0]! };
    return { index, status: value.status === 'known' ? 200 : 201, receipt };
  }
  const problem = problemOf({ ...outcome.refusal, path });
  return { index, status: problem.status, problem };
}
