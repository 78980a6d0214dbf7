import type { Projection } from '#projections/projection';
import type { Ledger } from '#src/composition/ledger';
import { ErasureRequests } from '#src/destruction/lists/erasure-requests';
import type { LocationRequests } from '#src/destruction/requests/location-requests';
import type { RunLedger } from '#src/destruction/run/run-ledger';

/** The opened ledger as a run sees it. `projections`: those it was opened with; the one with cells is what is fixed. */
export function runLedgerOf(ledger: Ledger, projections: readonly Projection[], requests?: LocationRequests): RunLedger {
  const { config, clock, keys, store, vault, views, writer, governance, runner, facts } = ledger;
  const counted = projections.filter(({ cells }) => cells !== undefined);
  if (counted.length > 1) throw new Error('figures-fixed holds the cells of one projection');
  const figures = counted[0];
  return {
    config, clock, keys, store, vault, writer, governance, decisionOf: (request) => new ErasureRequests(ledger).decisionOf(request),
    ...(requests === undefined ? {} : { requests, locationAnswers: async ({ listId, undelivered = {} }) => (listId === null ? [] : requests.answers(listId, undelivered)) }),
    forgetState: (stream) => { facts.forget(stream); },
    looksSettled: async () => {
      await Promise.all([ledger.looks.settled(), facts.settled()]);
    },
    projections: {
      isHalted: () => runner.status().views.some(({ halted }) => halted !== null),
      pauseAt: (atLeast) => runner.pauseAt(atLeast),
      resume: () => runner.resume(),
      forget: (streams) => runner.forget(streams),
      purgeFreedPages: async () => {
        await runner.purgeFreedPages();
        views.releaseReplaced();
      },
      cells: () => (figures?.cells === undefined
        ? { definitionsVersion: 0, cells: [] }
        : { definitionsVersion: figures.cells.definitionsVersion, cells: figures.cells.read(views.reader(figures)) }),
    },
  };
}
