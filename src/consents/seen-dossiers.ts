import type { StreamName, SubjectId } from '#domain/ledger/ids';
import { namesLaw, worksUnder, type OpenedDossier, type SeenDossier } from '#projections/consent-status/queries';
import type { RowReader } from '#projections/projection';
import type { Principal } from '#src/recording/principal';

/**
 * Names that the ledger never gives out. What a caller may not see is looked up under these: an answer about nothing
 * takes the same steps as an answer about something, so that its time tells nothing either (api.md).
 */
export const NO_STREAM_AT_ALL = 'dossier-00000000-0000-0000-0000-000000000000' as StreamName;
export const NO_SUBJECT_AT_ALL = '00000000-0000-0000-0000-000000000000' as SubjectId;

/**
 * What the caller may be told about a dossier. A case system is told of dossiers that its own source opened, and of
 * consents that name its law as recipient; of anything else as of a dossier that does not exist.
 */
export function seenBy(
  reader: RowReader, caller: Principal, stream: StreamName, opened: OpenedDossier | null, recipientKind: string | undefined,
): SeenDossier {
  if (!caller.roles.includes('case-system')) return { stream, onlyLaw: null };
  // Both are looked up, whatever the first says.
  const itsLaw = worksUnder(reader, caller.source ?? '', recipientKind ?? '');
  const named = namesLaw(reader, stream, recipientKind ?? '');
  if (opened !== null && caller.source !== undefined && opened.source === caller.source) return { stream, onlyLaw: null };
  return itsLaw && named ? { stream, onlyLaw: recipientKind! } : NOTHING_SEEN;
}

export const NOTHING_SEEN: SeenDossier = { stream: NO_STREAM_AT_ALL, onlyLaw: null };
