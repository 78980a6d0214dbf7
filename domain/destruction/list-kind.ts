import type { StreamName } from '#domain/ledger/ids';

/**
 * Why what stands on a list may go. `term`: its term is over. `erasure`: a granted request of the person (AVG 17, Jeugdwet 7.3.9,
 * Wmo 2015 5.3.5). `follow`: the source that leads its own destruction has destroyed the dossier.
 */
export type ListKind = 'term' | 'erasure' | 'follow';

/** The granted request that an erasure list rests on, as it was when the list was drawn up. No person is named. */
export interface ErasureOfList {
  /** Stream of the request: the decision is asked again at the gate. */
  readonly request: StreamName;
  /** codes: dataSubjectRights */
  readonly right: string;
  /** Calendar dates; `deadline`: last day in time, null when the request does not say when it was received. */
  readonly decidedOn: string;
  readonly deadline: string | null;
}
