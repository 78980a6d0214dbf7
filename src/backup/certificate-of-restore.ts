import type { CertificateCompletion, DestroyedDossier, IssuedCertificate } from '#domain/destruction/certificate';
import { certificateOf, completionOf } from '#domain/destruction/certificate-content';
import { leafCount } from '#domain/destruction/leaf-ranges';
import { gateViewOf } from '#domain/destruction/gate';
import { parseStreamName, type Position, type StreamName } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import type { AgainParts } from '#src/backup/destroy-again';
import { certificateHash, signCertificate, type SignedCertificate } from '#src/destruction/certificate-signature';
import { OutcomeCounter } from '#src/destruction/run/run-state';
import type { RunLedger } from '#src/destruction/run/run-ledger';
import { yearOfOrigin } from '#src/destruction/run/year-of-origin';
import type { LedgerWriter } from '#src/recording/ledger-writer';

/** What goes again, counted by the rule that its gate names. Dossiers only: other streams have no rule. */
export async function classesOf(streams: readonly StreamName[], writer: Pick<LedgerWriter, 'read'>): Promise<readonly DestroyedDossier[]> {
  const counter = new OutcomeCounter();
  for (const stream of streams) {
    if (parseStreamName(stream).kind !== 'dossier') continue;
    const read = await writer.read(stream);
    if (typeof read === 'string') continue;
    const begun = read.events.findLast(({ type }) => type === 'destruction-begun');
    if (begun === undefined) continue;
    const { rule } = begun.data as { readonly rule: { readonly id: string; readonly version: string } };
    const law = gateViewOf(read.events).retention.law ?? 'onbekend';
    counter.add({ kind: 'begun', ruleId: rule.id, ruleVersion: rule.version, law, yearOfOrigin: yearOfOrigin(read.events) });
  }
  return counter.outcomes().classes;
}

/** A run of a restore has a certificate as any run has; no list decided it, the fence did. */
export async function issue({ state, own }: AgainParts, ledger: RunLedger): Promise<void> {
  const today = dayOfInstant(ledger.clock.now()).toString();
  const classes = state.classes!;
  const counted = classes.reduce((sum, { dossiers = 1 }) => sum + dossiers, 0);
  const certificate = certificateOf({
    oin: ledger.config.oin, runId: state.runId, listId: null, list: null, procedure: null, excepted: 0, skipped: {},
    basis: { kind: 'restore', backupMadeAt: state.ledgerMadeAt, withoutClass: Math.max(0, state.dossiers - counted) },
    schedule: (await ledger.governance.state()).schedule, destroyed: classes,
    events: leafCount([...state.unreadable ?? [], ...state.readable!]),
    begunOn: state.begunOn!, keysDestroyedOn: today, eventsDestroyedOn: today, store: 'sqlite', confirmations: [],
    backupTerm: ledger.config.backupTerm ?? null,
    checkpoints: { before: state.checkpointBefore!, after: ledger.store.head().checkpoint },
    positions: { runBegun: positionsOf(state.own, 'run-begun'), runClosed: positionsOf(state.own, 'run-closed') },
  });
  await own.record('certificate-issued', {
    type: 'certificate-issued', schema: 1, data: { runId: state.runId, certificate: signCertificate(certificate, ledger.keys.log) },
  });
}

/** After every file was rewritten. */
export async function complete({ state, own }: AgainParts, ledger: RunLedger): Promise<IssuedCertificate> {
  const read = await ledger.writer.read(state.logStream);
  // As it was recorded, not as it would be made now: after a kill the two differ in their checkpoint.
  const issued = typeof read === 'string' ? undefined : read.events.find(({ type }) => type === 'certificate-issued');
  if (issued === undefined) throw new Error('the certificate of a restore is missing');
  const { certificate } = issued.data as { readonly certificate: SignedCertificate };
  const completion: CertificateCompletion = completionOf({
    oin: ledger.config.oin, runId: state.runId, completes: certificateHash(certificate),
    issuedAt: issued.position, checkpoint: ledger.store.head().checkpoint, pagesRewrittenOn: dayOfInstant(ledger.clock.now()).toString(), confirmations: [],
  });
  const completed = signCertificate(completion, ledger.keys.log);
  await own.record('certificate-completed', { type: 'certificate-completed', schema: 1, data: { runId: state.runId, certificate: completed } });
  return { issued: certificate, completed };
}

function positionsOf(own: AgainParts['state']['own'], type: string): readonly Position[] {
  return Object.entries(own).filter(([name]) => name.startsWith(`${type} `)).map(([, { position }]) => position!).sort((a, b) => a - b);
}
