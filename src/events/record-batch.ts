import type { CommandBus } from '@nestjs/cqrs';
import type { Refusal } from '#domain/ledger/refusals';
import { readFact } from '#src/events/read-fact';
import { problemOf, type Problem } from '#src/http/problem';
import type { BatchElement } from '#src/http/strict-json';
import type { SourceTables } from '#src/mapping/source-tables';
import type { Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import { RecordFact } from '#src/recording/record-fact.command';

export type BatchResult =
  | { readonly index: number; readonly status: number; readonly receipt: Receipt }
  | { readonly index: number; readonly status: number; readonly problem: Problem };

export function statusOf(receipt: Receipt): 200 | 201 {
  return receipt.status === 'known' ? 200 : 201;
}

/**
 * Records a batch: all beside each other, so that they share commits; the recorder keeps events of one dossier in the
 * order they were sent. One bad event never rejects its neighbours. Only a broken invariant rejects the whole.
 */
export function recordBatch(
  elements: readonly BatchElement[], sender: Principal, commands: CommandBus, tables: SourceTables,
): Promise<readonly BatchResult[]> {
  return Promise.all(elements.map(async (element, index) => {
    const read = 'refusal' in element ? { kind: 'refused' as const, refusal: element.refusal } : readFact(element.value, tables);
    if (read.kind === 'refused') return refusedResult(index, read.refusal);
    const outcome = await commands.execute(new RecordFact(read.value, sender));
    return outcome.kind === 'refused'
      ? refusedResult(index, outcome.refusal)
      : { index, status: statusOf(outcome.value), receipt: outcome.value };
  }));
}

function refusedResult(index: number, refusal: Refusal): BatchResult {
  const problem = problemOf(refusal);
  return { index, status: problem.status, problem };
}
