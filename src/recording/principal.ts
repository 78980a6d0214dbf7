/** Roles of api.md, "Who may do what". */
export const ROLES = [
  'case-system', 'professional', 'privacy-officer', 'fg', 'process-owner', 'record-manager', 'applicatiebeheer',
  'archivist', 'controller', 'auditor', 'operations',
] as const;
export type Role = (typeof ROLES)[number];

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
  /** True for a token of the ledger's own issuer. */
  readonly local: boolean;
}
