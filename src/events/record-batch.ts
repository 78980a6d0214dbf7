import type { CommandBus } from '@nestjs/cqrs';
import type { Refusal } from '#domain/ledger/refusals';
import { readFact } from '#src/events/read-fact';
import { problemOf, type Problem } from '#src/http/problem';
import type { BatchElement } from '#src/http/strict-json';
import type { Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import { RecordFact, type IncomingFact } from '#src/recording/record-fact.command';

export type BatchResult =
  | { readonly index: number; readonly status: number; readonly receipt: Receipt }
  | { readonly index: number; readonly status: number; readonly problem: Problem };

export function statusOf(receipt: Receipt): 200 | 201 {
  return receipt.status === 'known' ? 200 : 201;
}

/**
 * Records a batch: events of one dossier in the order they were sent, dossiers beside each other so that they share
 * commits. One bad event never rejects its neighbours. Only a broken invariant rejects the whole.
 */
export async function recordBatch(
  elements: readonly BatchElement[], sender: Principal, commands: CommandBus,
): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  const dossiers = new Map<string, { readonly index: number; readonly fact: IncomingFact }[]>();
  elements.forEach((element, index) => {
    const read = 'refusal' in element ? { kind: 'refused' as const, refusal: element.refusal } : readFact(element.value);
    if (read.kind === 'refused') {
      results[index] = refusedResult(index, read.refusal);
      return;
    }
    const { system, reference } = read.value.data['dossier'] as { system: string; reference: string };
    const key = JSON.stringify([system, reference]);
    const queue = dossiers.get(key) ?? [];
    queue.push({ index, fact: read.value });
    dossiers.set(key, queue);
  });
  await Promise.all([...dossiers.values()].map(async (queue) => {
    for (const { index, fact } of queue) {
      const outcome = await commands.execute(new RecordFact(fact, sender));
      results[index] = outcome.kind === 'refused'
        ? refusedResult(index, outcome.refusal)
        : { index, status: statusOf(outcome.value), receipt: outcome.value };
    }
  }));
  return results;
}

function refusedResult(index: number, refusal: Refusal): BatchResult {
  const problem = problemOf(refusal);
  return { index, status: problem.status, problem };
}
