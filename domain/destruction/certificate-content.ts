import {
  certificateBasis, certificatePersons, classCounts, skippedCounts,
  type BackupTerm, type Certificate, type CertificateBasis, type CertificateCompletion, type CertificateProcedure, type DestroyedDossier, type LocationAnswer,
} from '#domain/destruction/certificate';
import type { ListState } from '#domain/destruction/list-state';
import type { AdoptedSchedule } from '#domain/governance/state';
import type { Position } from '#domain/ledger/ids';

/** Everything a certificate rests on: the list, the schedule in force, and what the run recorded of itself. */
export interface CertificateSources {
  readonly oin: string;
  readonly runId: string;
  /** Null for a run of streams with a term of their own, which nobody drew up a list for. */
  readonly listId: string | null;
  readonly list: ListState | null;
  /** Null: no list, so none. */
  readonly procedure: CertificateProcedure | null;
  readonly excepted: number;
  readonly schedule: AdoptedSchedule | null;
  readonly destroyed: readonly DestroyedDossier[];
  readonly events: number;
  /** When no list says it. */
  readonly basis?: CertificateBasis;
  readonly skipped: Readonly<Record<string, number>>;
  readonly begunOn: string;
  readonly keysDestroyedOn: string;
  readonly eventsDestroyedOn: string;
  readonly store: StoreKind;
  readonly confirmations: readonly LocationAnswer[];
  readonly backupTerm: BackupTerm | null;
  readonly checkpoints: Certificate['checkpoints'];
  readonly positions: Certificate['positions'];
}

/** Where the events lie: how they are destroyed differs, and the certificate says how. */
export type StoreKind = 'sqlite' | 'eventstoredb';

const HOW_EVENTS: Readonly<Record<StoreKind, string>> = {
  sqlite: 'Gebeurtenissen zijn verwijderd en de vrijgekomen ruimte is overschreven. Van elke gebeurtenis blijft alleen een controlegetal over.',
  eventstoredb: 'De stromen zijn met een grafsteen gesloten. Daarna ruimt elke server ze op. Van elke gebeurtenis blijft alleen een controlegetal over.',
};

export function certificateOf(sources: CertificateSources): Certificate {
  const { schedule, list } = sources;
  const basis = list === null ? sources.basis ?? null : certificateBasis(list);
  return {
    document: 'verklaring-van-vernietiging', version: 1, title: 'Verklaring van vernietiging',
    oin: sources.oin, runId: sources.runId, listId: sources.listId,
    careBearer: schedule === null ? null : {
      adoptedBy: schedule.adoptedBy, mandate: schedule.mandate, archivistAdvice: schedule.archivistAdvice, scheduleVersion: schedule.version,
    },
    persons: list === null ? [] : certificatePersons(list),
    approvedWithLocalToken: list?.approved?.localToken ?? false,
    ...(sources.procedure === null ? {} : { procedure: sources.procedure }),
    ...(basis === null ? {} : { basis }),
    destroyed: { dossiers: sources.destroyed.reduce((sum, { dossiers = 1 }) => sum + dossiers, 0), events: sources.events },
    classes: classCounts(sources.destroyed, schedule),
    skipped: skippedCounts(sources.skipped),
    excepted: sources.excepted,
    begunOn: sources.begunOn, keysDestroyedOn: sources.keysDestroyedOn, eventsDestroyedOn: sources.eventsDestroyedOn,
    how: [
      { store: 'kluis', method: 'Sleutels, verwijzingen en identiteiten zijn verwijderd. Daarna is het bestand herschreven.' },
      { store: 'grootboek', method: HOW_EVENTS[sources.store] },
      { store: 'overzichten', method: 'Alle regels over deze dossiers zijn verwijderd. Daarna is het bestand herschreven.' },
    ],
    confirmations: byLocation(sources.confirmations),
    backups: backupSentence(sources.backupTerm),
    backupTerm: sources.backupTerm,
    checkpoints: sources.checkpoints,
    positions: sources.positions,
  };
}

export interface CompletionSources {
  readonly oin: string;
  readonly runId: string;
  /** SHA-256 in hex of the signed certificate. */
  readonly completes: string;
  readonly issuedAt: Position;
  readonly checkpoint: string;
  readonly pagesRewrittenOn: string;
  readonly confirmations: readonly LocationAnswer[];
}

export function completionOf(sources: CompletionSources): CertificateCompletion {
  const { oin, runId, completes, issuedAt, checkpoint, pagesRewrittenOn, confirmations } = sources;
  return {
    document: 'aanvulling-verklaring-van-vernietiging', version: 1, title: 'Aanvulling op de verklaring van vernietiging',
    oin, runId, completes, pagesRewrittenOn, pages: ['grootboek', 'kluis', 'overzichten'],
    issuedAt, checkpoint, confirmations: byLocation(confirmations),
  };
}

/** How many of the dossiers a place was asked about it has not answered for yet. */
export function openAnswers({ asked, confirmed, notified }: LocationAnswer): number {
  return Math.max(0, asked - confirmed - notified);
}

function backupSentence(term: BackupTerm | null): string {
  const never = 'Uit een oude reservekopie komen deze dossiers niet terug: het hek houdt ze tegen.';
  if (term === null) return `De organisatie heeft niet ingesteld hoe lang reservekopieën blijven. ${never}`;
  return `Een reservekopie van het grootboek blijft hoogstens ${days(term.ledgerDays)}. Een reservekopie van de kluis met de sleutels blijft hoogstens ${days(term.vaultDays)}. ${never}`;
}

function days(count: number): string {
  return count === 1 ? '1 dag' : `${count} dagen`;
}

/** In one order, so that the same answers are the same bytes. */
function byLocation(answers: readonly LocationAnswer[]): readonly LocationAnswer[] {
  return [...answers].sort((a, b) => (a.location < b.location ? -1 : a.location > b.location ? 1 : 0));
}
