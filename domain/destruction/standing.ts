/** The archivist's permission beforehand to destroy by night what falls under rules of short terms. */
export interface StandingAuthorisation {
  readonly id: string;
  /** Ids of rules whose policy is `standing`. */
  readonly rules: readonly string[];
  /** Last calendar day on which it works. */
  readonly until: string;
  /** At most so many dossiers a night. */
  readonly maxNumber: number;
  /** At most so large a part of all dossiers of the ledger a night, in percent. */
  readonly maxPercent: number;
  /** Calendar day on which it was given. */
  readonly on: string;
}

/** Why it works no longer: withdrawn, or a night brought more than it allows. */
export type AuthorisationEnd = 'withdrawn' | 'number-exceeded' | 'share-exceeded';

/** Longest term that may go without a list of its own (retention-and-destruction.md, "The list"). */
export const STANDING_TERM_YEARS = 2;
/** An authorisation is looked at again after this: own choice, the design asks for an end date only. */
export const AUTHORISATION_YEARS_MAX = 2;

export function worksOn(authorisation: StandingAuthorisation, today: string): boolean {
  return authorisation.on <= today && today <= authorisation.until;
}

/**
 * Null: the night stays within the caps. More than they allow is a sign that something is wrong (a source that closed
 * everything at once), so that then nothing goes at all. `living`: all dossiers of the ledger.
 */
export function capExceeded({ maxNumber, maxPercent }: StandingAuthorisation, due: number, living: number): Exclude<AuthorisationEnd, 'withdrawn'> | null {
  if (due > maxNumber) return 'number-exceeded';
  return due * 100 > maxPercent * living ? 'share-exceeded' : null;
}

/** Dutch, for applicatiebeheer. */
export const END_REASONS: Readonly<Record<AuthorisationEnd, string>> = {
  'withdrawn': 'ingetrokken',
  'number-exceeded': 'gestopt: in één nacht stonden er meer dossiers klaar dan de machtiging toelaat',
  'share-exceeded': 'gestopt: in één nacht stond er een groter deel van de dossiers klaar dan de machtiging toelaat',
};
