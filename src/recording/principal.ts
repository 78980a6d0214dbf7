import type { Role } from '#domain/ledger/roles';

export type { Role };

/** Who calls, as the checked token says. A person is (iss, sub); a case system also has its source and systems. */
export interface Principal {
  readonly iss: string;
  readonly sub: string;
  readonly roles: readonly Role[];
  readonly oin: string;
  /** CloudEvents source this caller may send as. */
  readonly source?: string;
  /** Dossier systems this caller may speak about. */
  readonly systems?: readonly string[];
  /** Id of the token, or the moment it was issued: which session this is. */
  readonly session?: string;
  /** True for a token of the ledger's own issuer. */
  readonly local: boolean;
}
