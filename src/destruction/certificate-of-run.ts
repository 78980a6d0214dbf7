import type { Certificate, CertificateCompletion, CertificateProcedure } from '#domain/destruction/certificate';
import { certificateOf, completionOf } from '#domain/destruction/certificate-content';
import { evolveList, initialList, type DoneListEvent, type ListState } from '#domain/destruction/list-state';
import type { Position, StreamName } from '#domain/ledger/ids';
import { certificateHash, type SignedCertificate } from '#src/destruction/certificate-signature';
import { RunInterrupted, type Run } from '#src/destruction/run/run';

/** At the moment that everything is gone and `run-closed` is recorded. */
export async function certificateOfRun(run: Run): Promise<Certificate> {
  const { state, ledger } = run;
  const list = await listOf(run);
  return certificateOf({
    oin: ledger.config.oin, runId: state.runId, listId: state.listId,
    list, procedure: procedureOf(list), excepted: list?.excepted ?? 0,
    schedule: (await ledger.governance.state()).schedule,
    destroyed: state.outcomes!.classes,
    events: state.announced!.leaves,
    skipped: state.outcomes!.skipped,
    begunOn: state.begunOn, keysDestroyedOn: state.keysDestroyedOn!, eventsDestroyedOn: state.eventsDestroyedOn!,
    store: 'sqlite',
    confirmations: await ledger.locationAnswers?.(state) ?? [],
    backupTerm: ledger.config.backupTerm ?? null,
    checkpoints: { before: state.checkpointBefore, after: ledger.store.head().checkpoint },
    positions: { runBegun: positionsOf(run, 'run-begun'), runClosed: positionsOf(run, 'run-closed') },
  });
}

/** After every freed page was rewritten. Null: the certificate it completes is not there. */
export async function completionOfRun(run: Run): Promise<CertificateCompletion | null> {
  const { state, ledger } = run;
  const read = await ledger.writer.read(state.logStream);
  if (read === 'none' || read === 'destroyed') return null;
  // As it was recorded, not as it would be made now: after a kill the two differ in their checkpoint.
  const issued = read.events.find(({ type }) => type === 'certificate-issued');
  if (issued === undefined) return null;
  return completionOf({
    oin: ledger.config.oin, runId: state.runId,
    completes: certificateHash((issued.data as { readonly certificate: SignedCertificate }).certificate),
    issuedAt: state.own['certificate-issued']!.position!, checkpoint: ledger.store.head().checkpoint,
    pagesRewrittenOn: run.today(),
    confirmations: await ledger.locationAnswers?.(state) ?? [],
  });
}

function procedureOf(list: ListState | null): CertificateProcedure {
  return { kind: list?.procedure ?? 'full', authorisation: list?.authorisation ?? null };
}

function positionsOf(run: Run, type: string): readonly Position[] {
  return Object.entries(run.state.own)
    .filter(([name]) => name.startsWith(`${type} `))
    .map(([, own]) => own.position!)
    .sort((a, b) => a - b);
}

/** Null for a run of streams with a term of their own: nobody drew up a list for it. */
async function listOf(run: Run): Promise<ListState | null> {
  const stream: StreamName | null = run.state.listStream;
  if (stream === null) return null;
  const read = await run.ledger.writer.read(stream);
  if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
  return read.events.reduce((state, event) => evolveList(state, event as DoneListEvent), initialList);
}
