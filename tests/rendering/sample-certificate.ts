import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Certificate, CertificateCompletion, IssuedCertificate } from '#domain/destruction/certificate';
import { certificateOf, completionOf, type CertificateSources } from '#domain/destruction/certificate-content';
import { initialList, type ListState } from '#domain/destruction/list-state';
import type { AdoptedSchedule } from '#domain/governance/state';
import { checkpointSigner, logOrigin, type CheckpointSigner } from '#infra/transparency-log/checkpoint';
import { certificateHash, signCertificate } from '#src/destruction/certificate-signature';

export const OIN = '00000001823288444000';
export const RUN = '4f7c52cb-3fb7-4f43-a2bd-4c1df9cf1f5a';
export const LIST = '0b9b6e3c-9d0b-4b63-8f8f-0f4c0f6f7f10';

export interface SampleLog {
  readonly keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly signer: CheckpointSigner;
  checkpoint(size: number): string;
}

export function sampleLog(oin = OIN, epoch = 1): SampleLog {
  const keys = generateKeyPairSync('ed25519');
  const signer = checkpointSigner(logOrigin(oin, epoch), keys.privateKey);
  return { keys, signer, checkpoint: (size) => signer.sign(size, createHash('sha256').update(`tree of ${size}`).digest()) };
}

const person = (role: string): never => ({ issuer: 'https://aanmelden.example', subject: role, role, name: role }) as never;
const RULE = (id: string, name: string, period: string, number: string): AdoptedSchedule['rules'][number] => ({
  id, version: '2020', law: 'wmo2015', result: 'verleend', name, period, trigger: 'process-completed', waardering: 'vernietigen', extendable: true, policy: 'full',
  selectielijst: { list: 'Selectielijst gemeenten 2020', number },
});

export const SCHEDULE: AdoptedSchedule = {
  version: 'noordwijk-2026', adoptedBy: 'College van burgemeester en wethouders', mandate: 'Mandaatbesluit archiefbeheer 2024, artikel 7', archivistAdvice: 'Positief advies, 3 februari 2026',
  on: '2026-02-10', rules: [RULE('wmo-verleend', 'Maatwerkvoorziening verleend', 'P15Y', '11.1.3'), RULE('wmo-geweigerd', 'Maatwerkvoorziening geweigerd', 'P5Y', '11.2')],
};

export const LIST_STATE: ListState = {
  ...initialList, phase: 'executed', name: 'Vernietiging maart 2026', items: 14,
  drawnUp: { person: person('record-manager'), on: '2026-02-20' }, submitted: { person: person('record-manager'), on: '2026-02-20' },
  reviewed: { person: person('process-owner'), on: '2026-02-24' }, approved: { person: person('archivist'), on: '2026-03-02', localToken: false },
  started: { person: person('applicatiebeheer'), on: '2026-03-09' },
};

/** What a certificate rests on; two classes over three years, one dossier kept, three places asked. */
export function sampleSources(log: SampleLog): CertificateSources {
  const dossier = (ruleId: string, yearOfOrigin: number) => ({ ruleId, ruleVersion: '2020', law: 'wmo2015', yearOfOrigin });
  return {
    oin: OIN, runId: RUN, listId: LIST, list: LIST_STATE, procedure: { kind: 'full', authorisation: null }, excepted: 2, schedule: SCHEDULE,
    destroyed: [...Array.from({ length: 7 }, () => dossier('wmo-verleend', 2009)), ...Array.from({ length: 3 }, () => dossier('wmo-verleend', 2010)), dossier('wmo-geweigerd', 2019), dossier('wmo-geweigerd', 2019)],
    events: 1204, skipped: { held: 1, 'not-due': 1 }, begunOn: '2026-03-09', keysDestroyedOn: '2026-03-09', eventsDestroyedOn: '2026-03-09', store: 'sqlite',
    confirmations: [
      { location: 'zaaksysteem', asked: 12, confirmed: 12, notified: 0, lastConfirmedOn: '2026-03-08' },
      { location: 'archiefruimte stadhuis (papier)', asked: 4, confirmed: 3, notified: 0, lastConfirmedOn: '2026-03-06' },
      { location: 'gedeelde map Wmo', asked: 12, confirmed: 0, notified: 12, lastConfirmedOn: null },
    ],
    backupTerm: { ledgerDays: 90, vaultDays: 30 },
    checkpoints: { before: log.checkpoint(100_000), after: log.checkpoint(100_020) },
    positions: { runBegun: [100_013], runClosed: [100_018] },
  };
}

export interface Sample {
  readonly certificate: Certificate;
  readonly completion: CertificateCompletion;
  readonly view: IssuedCertificate;
}

export function sampleCertificate(log: SampleLog, change: Partial<CertificateSources> = {}): Sample {
  const sources = { ...sampleSources(log), ...change };
  const certificate = certificateOf(sources);
  const issued = signCertificate(certificate, log.keys);
  const completion = completionOf({
    oin: sources.oin, runId: sources.runId, completes: certificateHash(issued), issuedAt: 100_021, checkpoint: log.checkpoint(100_022),
    pagesRewrittenOn: '2026-03-10', confirmations: sources.confirmations,
  });
  return { certificate, completion, view: { issued, completed: signCertificate(completion, log.keys) } };
}
