import type { ConsentAct } from '#domain/consent/acts';
import type { StreamName, SubjectId } from '#domain/ledger/ids';
import type { RowReader } from '#projections/projection';

/** The dossier's consent acts in position order: what `consentStatus` of the domain answers from. */
export function consentActsOf(reader: RowReader, stream: StreamName): readonly ConsentAct[] {
  return reader.select('act', { stream }).map((row) => JSON.parse(row['act'] as string) as ConsentAct);
}

/** The dossier's subjects with role client or youth. */
export function concernedSubjectsOf(reader: RowReader, stream: StreamName): readonly SubjectId[] {
  return reader.select('subject', { stream }).map((row) => row['subject_id'] as SubjectId);
}
