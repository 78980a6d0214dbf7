import { certificateOfRun, completionOfRun } from '#src/destruction/certificate-of-run';
import { signCertificate } from '#src/destruction/certificate-signature';
import { recordRanges } from '#src/destruction/run/step-3-announcement';
import { emptyOutbox } from '#src/destruction/run/step-7-views';
import { RunInterrupted, unitStreams, type Run } from '#src/destruction/run/run';
import { begunDossiers, skippedByReason } from '#src/destruction/run/run-state';

/**
 * Step 8. Closed, certified, every freed page rewritten, completed; then the journal goes. A run in which nothing
 * passed the gate closes its list only: there is nothing to announce or to certify.
 */
export async function stepClose(run: Run): Promise<void> {
  const { state, ledger } = run;
  const begun = begunDossiers(state);
  // Of a run that began nothing, no other step went by the outbox.
  emptyOutbox(run);
  await run.save();
  if (begun.length > 0) {
    await assertGone(run);
    await recordRanges(run, 'run-closed', state.ranges!);
  }
  await run.recordOnList('list-executed', {
    type: 'destruction-list-executed', schema: 1,
    data: { runId: state.runId, destroyed: begun.length, skipped: skippedByReason(state), on: run.today() },
  });
  if (begun.length > 0 && state.listStream !== null) {
    const certificate = signCertificate(await certificateOfRun(run), ledger.keys.log);
    await run.recordAlone('certificate-issued', state.logStream, { type: 'certificate-issued', schema: 1, data: { runId: state.runId, certificate } });
  }
  await ledger.projections.purgeFreedPages();
  await ledger.vault.purgeFreedPages();
  await run.point('close: vault rewritten');
  await ledger.store.purgeFreedPages();
  await run.point('close: pages rewritten');
  if (begun.length > 0 && state.listStream !== null) {
    const certificate = signCertificate(await completionOfRun(run), ledger.keys.log);
    await run.recordAlone('certificate-completed', state.logStream, { type: 'certificate-completed', schema: 1, data: { runId: state.runId, certificate } });
  }
  await run.recordOnList('list-purged', { type: 'destruction-list-purged', schema: 1, data: { runId: state.runId, on: run.today() } });
  await ledger.vault.eraseRun();
  await run.point('close: journal erased');
  // Once more: the journal itself lay in pages that are free now.
  await ledger.vault.purgeFreedPages();
}

/** `run-closed` says what was really destroyed: that is looked at, not believed. */
async function assertGone(run: Run): Promise<void> {
  for (const { stream } of begunDossiers(run.state)) {
    for (const unit of unitStreams(stream)) {
      if ((await run.ledger.store.readStream(unit, 0, 1)).kind === 'events') throw new RunInterrupted('broken');
      if (await run.ledger.vault.streamKey(unit) !== null) throw new RunInterrupted('broken');
    }
  }
}
