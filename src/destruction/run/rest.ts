import { dayOfInstant } from '#domain/ledger/moments';
import { completionOfRun } from '#src/destruction/certificate-of-run';
import { signCertificate } from '#src/destruction/certificate-signature';
import { Run, type OnStep } from '#src/destruction/run/run';
import type { RunLedger } from '#src/destruction/run/run-ledger';
import type { RunState } from '#src/destruction/run/run-state';

/**
 * Step 8, the rest: the vault's file is rewritten at once, since the journal itself lay in pages that are free now;
 * the ledger's when a run has rested for as many days as are configured, for all that rest together. What is complete
 * says so on its certificate and its list. Every part may be repeated. `due`: also what has its day only now.
 * Answers the runs that were completed.
 */
export async function completeResting(ledger: RunLedger, onStep: OnStep, { due }: { readonly due: boolean }): Promise<readonly RunState[]> {
  const resting = (await ledger.vault.restingRuns()).map(({ state }) => new Run(ledger, JSON.parse(state) as RunState, onStep, true));
  const fresh = resting.filter(({ state }) => state.vaultRewritten !== true);
  if (fresh.length > 0) {
    await ledger.vault.purgeFreedPages();
    await onStep('close: vault rewritten');
    for (const run of fresh) {
      run.state.vaultRewritten = true;
      await run.save();
    }
  }
  // Of a run that began nothing there is nothing in the ledger's file.
  const begun = resting.filter(({ state }) => state.outcomes!.begun > 0);
  const rewrite = begun.some((run) => hasItsDay(run, due));
  if (rewrite) {
    await ledger.store.purgeFreedPages();
    await onStep('close: pages rewritten');
  }
  const complete = resting.filter((run) => rewrite || !begun.includes(run));
  for (const run of complete) await completed(run);
  return complete.map(({ state }) => state);
}

/** Without a wait it is part of the run itself; otherwise it has its day, and a night to do it in. */
function hasItsDay({ ledger, state }: Run, due: boolean): boolean {
  const days = ledger.config.ledgerRewriteDays ?? 0;
  if (days === 0) return true;
  const day = Temporal.PlainDate.from(state.closedOn!).add({ days });
  return due && Temporal.PlainDate.compare(day, dayOfInstant(ledger.clock.now())) <= 0;
}

async function completed(run: Run): Promise<void> {
  const { state, ledger } = run;
  if (state.own['certificate-issued'] !== undefined) {
    const completion = await completionOfRun(run);
    // Null: a restore lost the certificate itself, so there is nothing to complete.
    if (completion !== null) {
      const certificate = signCertificate(completion, ledger.keys.log);
      await run.recordAlone('certificate-completed', state.logStream, { type: 'certificate-completed', schema: 1, data: { runId: state.runId, certificate } });
    }
  }
  if (await saysExecuted(run)) await run.recordOnList('list-purged', { type: 'destruction-list-purged', schema: 1, data: { runId: state.runId, on: run.today() } });
  await ledger.vault.eraseRestingRun(state.runId);
  await run.point('close: completed');
}

/** False: a restore lost that its list was executed, or the list itself; what says no more that it began cannot say that it is over. */
async function saysExecuted({ state, ledger }: Run): Promise<boolean> {
  if (state.listStream === null) return false;
  const read = await ledger.writer.read(state.listStream);
  return typeof read !== 'string' && read.events.some(({ type, data }) => type === 'destruction-list-executed' && (data as { readonly runId: string }).runId === state.runId);
}
