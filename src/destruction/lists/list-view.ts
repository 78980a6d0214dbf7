import { certificatePersons, FUNCTIONS, type CertificatePerson, type IssuedCertificate } from '#domain/destruction/certificate';
import type { Advice, Procedure } from '#domain/destruction/events';
import type { ItemException } from '#domain/destruction/exceptions';
import type { ListKind } from '#domain/destruction/list-kind';
import type { ListPhase } from '#domain/destruction/list-state';
import type { Heard } from '#domain/destruction/list-people';
import type { NumberedRecipient } from '#domain/destruction/recipients';
import type { ListNote } from '#domain/destruction/notes';
import { confirmedOn } from '#domain/destruction/requests';
import type { ShownDossier } from '#src/dossiers/dossier-of';
import type { LoadedList } from '#src/destruction/lists/list-book';

/** A list as a reader sees it; people by function and date. `version` is the ETag's number. */
export interface ListView {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly status: ListPhase;
  readonly procedure: Procedure;
  /** Why what stands on it may go: its term, a granted request for erasure, or its source that went before. */
  readonly kind: ListKind;
  /** The decision of an erasure list; `deadline`: last day on which it is erased in time. Null for other kinds. */
  readonly erasure: { readonly right: string; readonly decidedOn: string; readonly deadline: string | null } | null;
  readonly items: number;
  /** Of those, taken off the list. */
  readonly excepted: number;
  readonly scheduleVersion: string;
  readonly persons: readonly CertificatePerson[];
  /** Since it was submitted last; in which words stands among the notes. */
  readonly advices: readonly { readonly function: string; readonly on: string; readonly advice: Advice }[];
  readonly executableFrom: string | null;
  /** Other places that were asked to destroy their copies, with what they answered. */
  readonly requests: readonly LocationRequestView[];
  readonly runId: string | null;
  readonly destroyed: number | null;
  readonly skipped: Readonly<Record<string, number>>;
  /** Of an erasure list: who was heard, by what they are. */
  readonly heard: readonly { readonly whom: Heard; readonly on: string }[];
  /** Of an erasure list: how many got data of its dossiers, and how many of them were told that these are gone. */
  readonly recipients: { readonly toTell: number; readonly told: number };
}

export interface LocationRequestView {
  readonly location: string;
  readonly mode: 'notify' | 'confirm';
  /** Dossiers. */
  readonly asked: number;
  readonly recalled: number;
  /** Calendar dates. */
  readonly requestedOn: string;
  readonly goesOnFrom: string;
  readonly confirmedOn: string | null;
}

export interface ListItemView {
  readonly n: number;
  /** The dossier's id in this ledger, not the case system's reference. */
  readonly dossier: string;
  /** What the case system calls it, decrypted for who judges it; left out when only counts are asked, null once it is destroyed. */
  readonly reference?: ShownDossier | null;
  readonly rule: string;
  readonly firstDestructionDay: string;
  /** Why it was taken off the list; null when it stands on it. */
  readonly exception: ItemException | null;
}

export interface ListPage extends ListView {
  /** Null when the items have been destroyed. */
  readonly page: readonly ListItemView[] | null;
  /** What people wrote at its steps. Goes with the items. */
  readonly notes: readonly ListNote[];
  /** Of an erasure list: who got data of its dossiers, and must be told that these are erased. Goes with the items. */
  readonly toTell: readonly NumberedRecipient[];
  /** `after` of the next page; null on the last. */
  readonly next: number | null;
}

/** Lists, newest first. */
export interface ListIndex {
  readonly lists: readonly ListView[];
  /** `after` of the next page; null on the last. */
  readonly next: string | null;
}

export type CertificateView = IssuedCertificate;

export function listView({ listId, revision, state }: LoadedList): ListView {
  return {
    id: listId, version: revision, name: state.name, status: state.phase, procedure: state.procedure, kind: state.kind,
    erasure: state.erasure === null ? null : { right: state.erasure.right, decidedOn: state.erasure.decidedOn, deadline: state.erasure.deadline }, items: state.items, excepted: state.excepted,
    scheduleVersion: state.scheduleVersion, persons: certificatePersons(state),
    advices: state.advices.map(({ person, on, advice }) => ({ function: FUNCTIONS[person.role] ?? person.role, on, advice })), executableFrom: state.executableFrom,
    requests: state.requests.map((request): LocationRequestView => ({
      location: request.location, mode: request.mode, asked: request.asked, recalled: request.recalled, requestedOn: request.requestedOn,
      goesOnFrom: request.goesOnFrom, confirmedOn: confirmedOn(request, state.confirmations),
    })),
    runId: state.runId, destroyed: state.destroyed, skipped: state.skipped,
    heard: state.heard, recipients: { toTell: state.toTell, told: state.told },
  };
}
