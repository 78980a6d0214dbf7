import { BY_THE_FENCE, SKIP_LABELS, WITHOUT_RULE, type SkipReason } from '#domain/destruction/gate';
import { SCHEDULER } from '#domain/destruction/list-policy';
import type { ListState } from '#domain/destruction/list-state';
import type { AdoptedSchedule } from '#domain/governance/state';
import type { Position } from '#domain/ledger/ids';
import { codeLabel } from '#domain/reference/codes';

/**
 * Verklaring van vernietiging. Counts, functions and dates only: no personal data of clients, no names of officials.
 * Field names in English as everywhere in the API; what people read is Dutch.
 */
export interface Certificate {
  readonly document: 'verklaring-van-vernietiging';
  readonly version: 1;
  readonly title: string;
  readonly oin: string;
  readonly runId: string;
  /** Null for a run of streams with a term of their own. */
  readonly listId: string | null;
  /** Under whose care and authority (Archiefwet 1995 art. 3 and 5: the zorgdrager). */
  readonly careBearer: { readonly adoptedBy: string; readonly mandate: string; readonly archivistAdvice: string; readonly scheduleVersion: string } | null;
  readonly persons: readonly CertificatePerson[];
  /** Approved with a token of the ledger's own issuer instead of the organisation's identity provider. */
  readonly approvedWithLocalToken: boolean;
  /** Which road the list took, and for `standing` the authorisation it stood under. Absent in the oldest ones: full. */
  readonly procedure?: CertificateProcedure;
  /** On what ground it went when not by its term: a granted request of the person, or after its source. */
  readonly basis?: CertificateBasis;
  readonly destroyed: { readonly dossiers: number; readonly events: number };
  readonly classes: readonly ClassCount[];
  /** On the list when it was approved, and kept at the last moment. */
  readonly skipped: readonly { readonly reason: string; readonly label: string; readonly dossiers: number }[];
  /** Dossiers that were taken off the list before it was approved. */
  readonly excepted?: number;
  readonly begunOn: string;
  readonly keysDestroyedOn: string;
  readonly eventsDestroyedOn: string;
  readonly how: readonly { readonly store: string; readonly method: string }[];
  /** What the other places with these dossiers answered, as known when this was issued. */
  readonly confirmations: readonly LocationAnswer[];
  /** When the last copy outside the ledger is gone, in a sentence; `backupTerm` says it in days. */
  readonly backups: string;
  /** Null: the organisation has not said how long it keeps its backups. */
  readonly backupTerm?: BackupTerm | null;
  /** C2SP tlog-checkpoints: when the run began and after it was closed. */
  readonly checkpoints: { readonly before: string; readonly after: string };
  readonly positions: { readonly runBegun: readonly Position[]; readonly runClosed: readonly Position[] };
}

/** How long a backup is kept at most, in days. The vault has a term of its own: without it a copy of the ledger is unreadable. */
export interface BackupTerm {
  readonly ledgerDays: number;
  readonly vaultDays: number;
}

export type CertificateBasis =
  | {
    readonly kind: 'erasure';
    /** codes: dataSubjectRights, with its Dutch label. */
    readonly right: string;
    readonly label: string;
    /** Calendar date. */
    readonly decidedOn: string;
  }
  | { readonly kind: 'follow' }
  | {
    /** A backup had brought back what had been destroyed. */
    readonly kind: 'restore';
    /** RFC 3339; null: only the vault was put back. */
    readonly backupMadeAt: string | null;
    /** Dossiers beside those of the classes: nobody can say any more under which rule they went. */
    readonly withoutClass: number;
  };

export function certificateBasis({ kind, erasure }: Pick<ListState, 'kind' | 'erasure'>): CertificateBasis | null {
  if (kind === 'erasure') return { kind, right: erasure!.right, label: codeLabel('dataSubjectRights', erasure!.right), decidedOn: erasure!.decidedOn };
  return kind === 'follow' ? { kind } : null;
}

/** Of what stands in the place of a rule where none decided. */
function nameWithoutRule(id: string): string {
  if (id === BY_THE_FENCE.id) return 'Regel van de eerdere vernietiging';
  return id === WITHOUT_RULE.id ? 'Volgt het bronsysteem' : codeLabel('dataSubjectRights', id);
}

export interface CertificateProcedure {
  readonly kind: 'full' | 'short' | 'standing';
  readonly authorisation: { readonly id: string; readonly on: string } | null;
}

/** One place outside this ledger that was asked to destroy its copies: a name of a system, archive room or share, never of a person. */
export interface LocationAnswer {
  readonly location: string;
  /** Dossiers it was asked about. */
  readonly asked: number;
  /** Of these: said to be destroyed. */
  readonly confirmed: number;
  /** Told only, by configuration: no answer is expected. */
  readonly notified: number;
  /** Calendar date of the last answer. */
  readonly lastConfirmedOn: string | null;
}

export interface CertificatePerson {
  readonly step: string;
  readonly function: string;
  readonly on: string;
}

/** One class of the selectielijst in one year of origin (the year of the dossier's first event). */
export interface ClassCount {
  /** `period`: ISO 8601; `trigger`: the brondatum (codes: retentionTriggers). */
  readonly rule: { readonly id: string; readonly version: string; readonly name: string; readonly period?: string | null; readonly trigger?: string | null };
  readonly law: string;
  readonly selectielijst: { readonly list: string; readonly number: string } | null;
  readonly yearOfOrigin: number;
  readonly dossiers: number;
}

/** What was only known later: a document of its own that names the first by its hash. */
export interface CertificateCompletion {
  readonly document: 'aanvulling-verklaring-van-vernietiging';
  readonly version: 1;
  readonly title: string;
  readonly oin: string;
  readonly runId: string;
  /** SHA-256 in hex of the RFC 8785 bytes of the signed certificate. */
  readonly completes: string;
  readonly pagesRewrittenOn: string;
  readonly pages: readonly string[];
  /** Where the first certificate stands in the ledger, and a C2SP tlog-checkpoint that covers it. */
  readonly issuedAt?: Position;
  readonly checkpoint?: string;
  /** All answers known by now, those of the first certificate included. */
  readonly confirmations?: readonly LocationAnswer[];
}

/** A document that can be checked away from the ledger: Ed25519 over a context line and its RFC 8785 JSON. */
export interface Signed<Document> {
  readonly certificate: Document;
  readonly signature: {
    readonly algorithm: 'Ed25519';
    /** SHA-256 in hex of the raw 32-byte public key: which of the log's keys, since keys rotate. */
    readonly keyId: string;
    /** base64 */
    readonly value: string;
  };
}

/** All there is of one run: what was issued at its end, and what was only known later, in order. */
export interface IssuedCertificate {
  readonly issued: Signed<Certificate>;
  /** Null until the freed pages were rewritten. */
  readonly completed: Signed<CertificateCompletion> | null;
  /** Completions after the first one: late answers of other places. Left out when there are none. */
  readonly supplements?: readonly Signed<CertificateCompletion>[];
}

export const FUNCTIONS: Readonly<Record<string, string>> = {
  'record-manager': 'recordmanager',
  'applicatiebeheer': 'applicatiebeheer',
  'process-owner': 'proceseigenaar',
  'archivist': 'archivaris',
  [SCHEDULER]: 'nachtelijke run',
};

/** Officials by function and date: who drew up, submitted, reviewed, approved and executed. */
export function certificatePersons(list: ListState): readonly CertificatePerson[] {
  const steps = [
    ['opgesteld', list.drawnUp], ['ingediend', list.submitted], ['beoordeeld', list.reviewed],
    ['goedgekeurd', list.approved], ['uitgevoerd', list.started],
  ] as const;
  return steps.flatMap(([step, act]) => (act === null
    ? [] : [{ step, function: FUNCTIONS[act.person.role] ?? act.person.role, on: act.on }]));
}

export interface DestroyedDossier {
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly law: string;
  readonly yearOfOrigin: number;
  /** Left out: one. */
  readonly dossiers?: number;
}

/** Sorted by rule and year, so that the same run always gives the same bytes. */
export function classCounts(destroyed: readonly DestroyedDossier[], schedule: AdoptedSchedule | null): readonly ClassCount[] {
  const counts = new Map<string, { dossier: DestroyedDossier; dossiers: number }>();
  for (const dossier of destroyed) {
    const key = JSON.stringify([dossier.ruleId, dossier.ruleVersion, dossier.law, dossier.yearOfOrigin]);
    const cell = counts.get(key) ?? { dossier, dossiers: 0 };
    cell.dossiers += dossier.dossiers ?? 1;
    counts.set(key, cell);
  }
  return [...counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { dossier, dossiers }]) => {
    const rule = schedule?.rules.find(({ id, version }) => id === dossier.ruleId && version === dossier.ruleVersion);
    const listed = rule?.selectielijst ?? null;
    return {
      rule: {
        id: dossier.ruleId, version: dossier.ruleVersion, name: rule?.name ?? nameWithoutRule(dossier.ruleId),
        ...(rule === undefined ? {} : { period: rule.period, trigger: rule.trigger }),
      },
      law: dossier.law,
      selectielijst: listed === null ? null : { list: listed.list, number: listed.number },
      yearOfOrigin: dossier.yearOfOrigin,
      dossiers,
    };
  });
}

export function skippedCounts(skipped: Readonly<Record<string, number>>): Certificate['skipped'] {
  return Object.entries(skipped).sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, dossiers]) => ({
    reason, label: SKIP_LABELS[reason as SkipReason], dossiers,
  }));
}
