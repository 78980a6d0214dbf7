import type { Certificate, CertificateCompletion } from '#domain/destruction/certificate';
import { certificatePersons, type CertificatePerson } from '#domain/destruction/certificate';
import type { ListItem } from '#domain/destruction/events';
import type { ListPhase } from '#domain/destruction/list-state';
import { parseStreamName } from '#domain/ledger/ids';
import type { Signed } from '#src/destruction/certificate-signature';
import type { LoadedList } from '#src/destruction/lists/list-book';

/** A list as a reader sees it; people by function and date. `version` is the ETag's number. */
export interface ListView {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly status: ListPhase;
  readonly items: number;
  readonly scheduleVersion: string;
  readonly persons: readonly CertificatePerson[];
  readonly executableFrom: string | null;
  readonly runId: string | null;
  readonly destroyed: number | null;
  readonly skipped: Readonly<Record<string, number>>;
}

export interface ListItemView {
  readonly n: number;
  /** The dossier's id in this ledger, not the case system's reference. */
  readonly dossier: string;
  readonly rule: string;
  readonly firstDestructionDay: string;
}

export interface ListPage extends ListView {
  /** Null when the items have been destroyed. */
  readonly page: readonly ListItemView[] | null;
  /** `after` of the next page; null on the last. */
  readonly next: number | null;
}

export interface CertificateView {
  readonly issued: Signed<Certificate>;
  /** Null until the freed pages were rewritten. */
  readonly completed: Signed<CertificateCompletion> | null;
}

const PAGE = 500;

export function listView({ listId, revision, state }: LoadedList): ListView {
  return {
    id: listId, version: revision, name: state.name, status: state.phase, items: state.items,
    scheduleVersion: state.scheduleVersion, persons: certificatePersons(state), executableFrom: state.executableFrom,
    runId: state.runId, destroyed: state.destroyed, skipped: state.skipped,
  };
}

export function listPage(list: LoadedList, items: readonly ListItem[] | null, after: number): ListPage {
  if (items === null) return { ...listView(list), page: null, next: null };
  const rest = items.filter(({ n }) => n > after);
  const page = rest.slice(0, PAGE).map(({ n, stream, rule, firstDestructionDay }): ListItemView => ({
    n, dossier: parseStreamName(stream).uuid, rule, firstDestructionDay,
  }));
  return { ...listView(list), page, next: rest.length > PAGE ? page.at(-1)!.n : null };
}
