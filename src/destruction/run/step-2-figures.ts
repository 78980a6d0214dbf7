import { inChunks } from '#domain/destruction/chunks';
import type { FiguresFixed } from '#domain/destruction/events';
import type { Run } from '#src/destruction/run/run';

/**
 * Step 2. Every projection is brought to P, beyond the last gate, and held there; the cells at P are fixed. Held until
 * `figures-fixed` is in the log, so that a projection that goes on finds what it must be equal to.
 */
export async function stepFigures(run: Run): Promise<void> {
  const { ledger, state } = run;
  try {
    if (state.figures === null) {
      const upTo = await ledger.projections.pauseAt(ledger.store.head().size - 1);
      state.figures = { upTo, ...ledger.projections.cells() };
      await run.point('figures: read');
      await run.save();
      await run.point('figures: journal saved');
    }
    const { upTo, definitionsVersion, cells } = state.figures;
    const chunks = inChunks(cells);
    await run.recordSeries('figures-fixed', state.logStream, chunks.length, chunks.map((chunk, index) => {
      const data: FiguresFixed = { runId: state.runId, upTo, chunk: index + 1, chunks: chunks.length, definitionsVersion, cells: chunk };
      return { type: 'figures-fixed', schema: 1, data };
    }));
  } finally {
    await ledger.projections.resume();
  }
}
