import { createHash, verify } from 'node:crypto';
import { asCompletion, asIssued, asSignedParts, canonical, type CompletionFields, type IssuedFields, type SignedPart } from '#infra/verifier/certificate-fields';
import { carriesSignature, readCheckpoint, readVerifierKey, type LogVerifier } from '#infra/verifier/signed-note';

/** What can be wrong with a certificate that lies apart from its ledger, and what that makes of the answer. */
export const CERTIFICATE_WEIGHTS = {
  'key-malformed': 'not-verifiable',
  'certificate-malformed': 'not-verifiable',
  'other-key': 'not-verifiable',
  'signature-forged': 'tampered',
  'checkpoint-forged': 'tampered',
  'completes-another': 'tampered',
  'inconsistent': 'tampered',
} as const;
export type CertificateFindingKind = keyof typeof CERTIFICATE_WEIGHTS;

export interface CertificateFinding {
  readonly kind: CertificateFindingKind;
  /** Dutch, without anything from the file itself. */
  readonly what: string;
}

export interface CertificateVerification {
  readonly answer: 'genuine' | 'tampered' | 'not-verifiable';
  readonly findings: readonly CertificateFinding[];
  /** What was checked, when that is genuine; null otherwise: nothing of a forged paper is repeated. */
  readonly certificate: null | {
    readonly oin: string;
    readonly runId: string;
    readonly dossiers: number;
    readonly completions: number;
    /** Sizes of the ledger before and after the run. */
    readonly sizes: readonly [before: number, after: number];
    /** SHA-256 in hex: what a completion names it by. */
    readonly sha256: string;
  };
}

const CONTEXT = 'rekenschap/certificate/v1\n';

/**
 * Is this certificate what the ledger signed? Needs the file (JSON of GET …/certificate) and verifier keys of the log,
 * no ledger and no network. It says nothing about whether the ledger itself still stands: `verify` does.
 */
export function verifyCertificate(file: string, vkeys: readonly string[]): CertificateVerification {
  const findings: CertificateFinding[] = [];
  const add = (kind: CertificateFindingKind, what: string): void => { findings.push({ kind, what }); };
  const logs = vkeys.map(readVerifierKey).filter((log) => log !== null);
  if (logs.length === 0 || logs.length < vkeys.length) add('key-malformed', 'De openbare sleutel van het grootboek is geen geldige controlesleutel (log.vkey).');
  const parts = asSignedParts(file);
  const issued = parts === null ? null : asIssued(parts.issued.certificate);
  if (parts === null || issued === null) {
    add('certificate-malformed', 'Het bestand is geen verklaring van vernietiging in de vorm waarin het grootboek haar afgeeft, of er is iets aan toegevoegd.');
    return closed(findings, null);
  }
  if (logs.length === 0) return closed(findings, null);

  const log = signed(parts.issued, 'de verklaring', logs, add);
  const completions: CompletionFields[] = [];
  for (const [index, part] of parts.completions.entries()) {
    const name = `aanvulling ${index + 1}`;
    const completion = asCompletion(part.certificate);
    if (completion === null) {
      add('certificate-malformed', `Aan ${name} ontbreekt iets, of zij is van een andere soort.`);
      continue;
    }
    const completionLog = signed(part, name, logs, add);
    if (completion.completes !== hashOf(parts.issued)) add('completes-another', `De ${name} hoort bij een andere verklaring.`);
    if (completionLog !== null) checkCompletion(completion, issued, completionLog, name, add);
    completions.push(completion);
  }
  const sizes = log === null ? null : checkIssued(issued, log, add);
  return closed(findings, sizes === null ? null : {
    oin: issued.oin, runId: issued.runId, dossiers: issued.destroyed.dossiers, completions: completions.length, sizes, sha256: hashOf(parts.issued),
  });
}

type Add = (kind: CertificateFindingKind, what: string) => void;

/** The key that signed it, or null with a finding. */
function signed({ certificate, signature }: SignedPart, name: string, logs: readonly LogVerifier[], add: Add): LogVerifier | null {
  const log = logs.find(({ publicKey }) => createHash('sha256').update(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url')).digest('hex') === signature.keyId);
  if (log === undefined) {
    add('other-key', `Een andere sleutel dan de gegeven sleutel tekende ${name}.`);
    return null;
  }
  const bytes = Buffer.from(signature.value, 'base64');
  if (bytes.toString('base64') === signature.value && verify(null, Buffer.from(CONTEXT + canonical(certificate), 'utf8'), log.publicKey, bytes)) return log;
  add('signature-forged', `De handtekening onder ${name} klopt niet: iets erin is veranderd.`);
  return null;
}

/** Sizes of the two checkpoints, or null with findings. */
function checkIssued(certificate: IssuedFields, log: LogVerifier, add: Add): readonly [number, number] | null {
  const before = checkpointSize(certificate.checkpoints.before, certificate.oin, log);
  const after = checkpointSize(certificate.checkpoints.after, certificate.oin, log);
  if (before === null || after === null) {
    add('checkpoint-forged', 'Een controlepunt in de verklaring is niet door dit grootboek ondertekend.');
    return null;
  }
  const { runBegun, runClosed } = certificate.positions;
  const inOrder = [before.size - 1, ...runBegun, ...runClosed, after.size];
  if (runBegun.length === 0 || runClosed.length === 0 || !inOrder.every((place, index) => index === 0 || place > inOrder[index - 1]!)) {
    add('inconsistent', 'De plaatsen van begin en einde liggen niet tussen de twee controlepunten.');
  }
  if (certificate.classes.reduce((sum, { dossiers }) => sum + dossiers, 0) !== certificate.destroyed.dossiers) {
    add('inconsistent', 'De aantallen per grond zijn samen niet het totaal.');
  }
  const days = [certificate.begunOn, certificate.keysDestroyedOn, certificate.eventsDestroyedOn];
  if (!days.every((day, index) => index === 0 || day >= days[index - 1]!)) add('inconsistent', 'De dagen staan niet in de volgorde waarin het gebeurd moet zijn.');
  return [before.size, after.size];
}

function checkCompletion(completion: CompletionFields, issued: IssuedFields, log: LogVerifier, name: string, add: Add): void {
  if (completion.oin !== issued.oin || completion.runId !== issued.runId) add('completes-another', `De ${name} hoort bij een andere uitvoering.`);
  if (completion.pagesRewrittenOn < issued.eventsDestroyedOn) add('inconsistent', `De ${name} is van voor de vernietiging.`);
  // The oldest certificates have no checkpoint of their own here.
  if (completion.checkpoint === undefined || completion.issuedAt === undefined) return;
  const checkpoint = checkpointSize(completion.checkpoint, completion.oin, log);
  if (checkpoint === null) return add('checkpoint-forged', `Het controlepunt in ${name} is niet door dit grootboek ondertekend.`);
  if (checkpoint.size <= completion.issuedAt || completion.issuedAt <= Math.max(...issued.positions.runClosed)) {
    add('inconsistent', `De plaats van de verklaring ligt niet tussen het einde van de uitvoering en het controlepunt in ${name}.`);
  }
}

/** Null when the log did not sign it, or when it is of another organisation. */
function checkpointSize(text: string, oin: string, log: LogVerifier): { readonly size: number } | null {
  const note = readCheckpoint(text);
  if (note === null || !carriesSignature(note, log)) return null;
  return note.origin === `rekenschap/${oin}` || note.origin.startsWith(`rekenschap/${oin}/`) ? { size: note.size } : null;
}

function hashOf(part: SignedPart): string {
  return createHash('sha256').update(canonical(part), 'utf8').digest('hex');
}

function closed(findings: readonly CertificateFinding[], certificate: CertificateVerification['certificate']): CertificateVerification {
  const weights = findings.map(({ kind }) => CERTIFICATE_WEIGHTS[kind]);
  const answer = weights.includes('tampered') ? 'tampered' : weights.includes('not-verifiable') ? 'not-verifiable' : 'genuine';
  return { answer, findings, certificate: answer === 'genuine' ? certificate : null };
}

const ANSWERS = {
  'genuine': 'Echt: het grootboek heeft deze verklaring getekend en er is niets aan veranderd.',
  'tampered': 'Geschonden: deze verklaring is niet wat het grootboek heeft getekend.',
  'not-verifiable': 'Niet te controleren.',
} as const;

/** Dutch, one line a thing. */
export function formatCertificateVerification({ answer, findings, certificate }: CertificateVerification): string {
  return [
    ANSWERS[answer],
    ...findings.map(({ what }) => `  - ${what}`),
    ...(certificate === null ? [] : [
      `  Organisatie ${certificate.oin}, uitvoering ${certificate.runId}.`,
      `  Vernietigde dossiers: ${certificate.dossiers}. Aanvullingen: ${certificate.completions}.`,
      `  Omvang van het grootboek: ${certificate.sizes[0]} ervoor, ${certificate.sizes[1]} erna.`,
      `  Kenmerk (SHA-256): ${certificate.sha256}`,
    ]),
  ].join('\n');
}
