import { certificateOfRun } from '#src/destruction/certificate-of-run';
import { signCertificate } from '#src/destruction/certificate-signature';
import { recordClosed } from '#src/destruction/run/step-3-announcement';
import { emptyOutbox } from '#src/destruction/run/step-7-views';
import { inBatches, RunInterrupted, unitStreams, type Run } from '#src/destruction/run/run';

const AT_ONCE = 100;

/**
 * Step 8, at once: closed, certified, the views' pages rewritten. Then the journal goes and the run rests until the
 * vault and the ledger are rewritten too (rest.ts), and is completed. A run in which nothing passed the gate closes
 * its list only: there is nothing to announce, to certify or to rewrite but its journal.
 */
export async function stepClose(run: Run): Promise<void> {
  const { state, ledger } = run;
  const { begun, skipped } = state.outcomes!;
  // Of a run that began nothing, no other step went by the outbox.
  emptyOutbox(run);
  await run.save();
  if (begun > 0) {
    await assertGone(run);
    await recordClosed(run);
  }
  await run.recordOnList('list-executed', {
    type: 'destruction-list-executed', schema: 1,
    data: { runId: state.runId, destroyed: begun, skipped, on: run.today() },
  });
  if (begun > 0 && state.listStream !== null) {
    const certificate = signCertificate(await certificateOfRun(run), ledger.keys.log);
    await run.recordAlone('certificate-issued', state.logStream, { type: 'certificate-issued', schema: 1, data: { runId: state.runId, certificate } });
  }
  if (begun > 0) {
    await ledger.projections.purgeFreedPages();
    await run.point('close: views rewritten');
    // The log beside the file holds whole pages as they were: it goes now, also when the file is rewritten another day.
    await ledger.store.purgeFreedPages('write-ahead-log');
  }
  state.closedOn ??= run.today();
  await ledger.vault.restRun({ runId: state.runId, state: JSON.stringify({ ...state, figures: null }) });
  await run.point('close: journal erased');
}

/** `run-closed` says what was really destroyed: that is looked at, not believed. */
async function assertGone(run: Run): Promise<void> {
  const { store, vault } = run.ledger;
  for await (const { dossiers } of run.begun()) {
    await inBatches(dossiers, AT_ONCE, async (batch) => {
      const units = batch.flatMap(({ stream }) => unitStreams(stream));
      if ((await store.withoutEvents(units)).length !== units.length) throw new RunInterrupted('broken');
      for (const unit of units) if (await vault.streamKey(unit) !== null) throw new RunInterrupted('broken');
    });
  }
}
