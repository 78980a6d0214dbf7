import { certificatePersons, classCounts, skippedCounts, type Certificate, type CertificateCompletion } from '#domain/destruction/certificate';
import { leafCount } from '#domain/destruction/leaf-ranges';
import { evolveList, initialList, type DoneListEvent, type ListState } from '#domain/destruction/list-state';
import type { Position } from '#domain/ledger/ids';
import { certificateHash, signCertificate, type SignedCertificate } from '#src/destruction/certificate-signature';
import { recordRanges } from '#src/destruction/run/step-3-announcement';
import { RunInterrupted, unitStreams, type Run } from '#src/destruction/run/run';
import { begunDossiers, skippedByReason } from '#src/destruction/run/run-state';

/**
 * Step 8. Closed, certified, every freed page rewritten, completed; then the journal goes. A run in which nothing
 * passed the gate closes its list only: there is nothing to announce or to certify.
 */
export async function stepClose(run: Run): Promise<void> {
  const { state, ledger } = run;
  const begun = begunDossiers(state);
  if (begun.length > 0) {
    await assertGone(run);
    await recordRanges(run, 'run-closed', state.ranges!);
  }
  await run.recordAlone('list-executed', state.listStream, {
    type: 'destruction-list-executed', schema: 1,
    data: { runId: state.runId, destroyed: begun.length, skipped: skippedByReason(state), on: run.today() },
  });
  if (begun.length > 0) {
    const certificate = signCertificate(await certificateOf(run), ledger.keys.log);
    await run.recordAlone('certificate-issued', state.logStream, { type: 'certificate-issued', schema: 1, data: { runId: state.runId, certificate } });
  }
  ledger.views.purgeFreedPages();
  await ledger.vault.purgeFreedPages();
  await run.point('close: vault rewritten');
  await ledger.store.purgeFreedPages();
  await run.point('close: pages rewritten');
  if (begun.length > 0) {
    const certificate = signCertificate(await completionOf(run), ledger.keys.log);
    await run.recordAlone('certificate-completed', state.logStream, { type: 'certificate-completed', schema: 1, data: { runId: state.runId, certificate } });
  }
  await run.recordAlone('list-purged', state.listStream, { type: 'destruction-list-purged', schema: 1, data: { runId: state.runId, on: run.today() } });
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

async function certificateOf(run: Run): Promise<Certificate> {
  const { state, ledger } = run;
  const list = await listOf(run);
  const { schedule } = await ledger.governance.state();
  const begun = begunDossiers(state).map(({ outcome }) => outcome);
  return {
    document: 'verklaring-van-vernietiging', version: 1, title: 'Verklaring van vernietiging',
    oin: ledger.config.oin, runId: state.runId, listId: state.listId,
    careBearer: schedule === null ? null : {
      adoptedBy: schedule.adoptedBy, mandate: schedule.mandate, archivistAdvice: schedule.archivistAdvice, scheduleVersion: schedule.version,
    },
    persons: certificatePersons(list),
    approvedWithLocalToken: list.approved?.localToken ?? false,
    destroyed: { dossiers: begun.length, events: leafCount(state.ranges!) },
    classes: classCounts(begun, schedule),
    skipped: skippedCounts(skippedByReason(state)),
    begunOn: state.begunOn, keysDestroyedOn: state.keysDestroyedOn!, eventsDestroyedOn: state.eventsDestroyedOn!,
    how: [
      { store: 'kluis', method: 'Sleutels, verwijzingen en identiteiten zijn verwijderd. Daarna is het bestand herschreven.' },
      { store: 'grootboek', method: 'Gebeurtenissen zijn verwijderd en vrijgekomen ruimte is overschreven. Van elke gebeurtenis blijft alleen een controlegetal over.' },
      { store: 'overzichten', method: 'Alle regels over deze dossiers zijn verwijderd. Daarna is het bestand herschreven.' },
    ],
    confirmations: [],
    backups: 'De termijn waarna reservekopieën verdwijnen, staat niet in dit grootboek. Uit een oude reservekopie komen deze dossiers niet terug: het hek houdt ze tegen.',
    checkpoints: { before: state.checkpointBefore, after: ledger.store.head().checkpoint },
    positions: { runBegun: positionsOf(run, 'run-begun'), runClosed: positionsOf(run, 'run-closed') },
  };
}

async function completionOf(run: Run): Promise<CertificateCompletion> {
  const { state, ledger } = run;
  const read = await ledger.writer.read(state.logStream);
  if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
  // As it was recorded, not as it would be made now: after a kill the two differ in their checkpoint.
  const issued = read.events.find(({ type }) => type === 'certificate-issued');
  if (issued === undefined) throw new RunInterrupted('broken');
  return {
    document: 'aanvulling-verklaring-van-vernietiging', version: 1, title: 'Aanvulling op de verklaring van vernietiging',
    oin: ledger.config.oin, runId: state.runId,
    completes: certificateHash((issued.data as { readonly certificate: SignedCertificate }).certificate),
    pagesRewrittenOn: run.today(),
    pages: ['grootboek', 'kluis', 'overzichten'],
  };
}

function positionsOf(run: Run, type: string): readonly Position[] {
  return Object.entries(run.state.own)
    .filter(([name]) => name.startsWith(`${type} `))
    .map(([, own]) => own.position!)
    .sort((a, b) => a - b);
}

async function listOf(run: Run): Promise<ListState> {
  const read = await run.ledger.writer.read(run.state.listStream);
  if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
  return read.events.reduce((state, event) => evolveList(state, event as DoneListEvent), initialList);
}
