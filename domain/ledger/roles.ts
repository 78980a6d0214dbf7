/** The roles a token can carry (design: api.md, "Who may do what"); one list for catalogue, endpoints and tokens. */
export const ROLES = [
  'case-system', 'professional', 'privacy-officer', 'fg', 'process-owner', 'record-manager',
  'applicatiebeheer', 'archivist', 'controller', 'auditor', 'operations',
] as const;
export type Role = (typeof ROLES)[number];

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
