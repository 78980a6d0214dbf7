import schedule from '#domain/reference/retention-schedule.json' with { type: 'json' };
import { dayAfter, termFromDate } from '#domain/retention/arithmetic';

interface ProcedureTerm {
  readonly id: string;
  readonly name: string;
  /** ISO 8601; null: the documents give none, the organisation configures a number of days. */
  readonly period: string | null;
  readonly trigger: string;
  /** `deadline`: once, after its trigger; `cadence`: again and again. */
  readonly kind: string;
}

/** Terms of a procedure (retention-schedule.json, procedureTerms): nothing is destroyed by them. */
export const PROCEDURE_TERMS: readonly ProcedureTerm[] = schedule.procedureTerms;

export interface Deadline {
  /** Last calendar day that is in time. */
  readonly deadline: string;
  readonly lateFrom: string;
}

/**
 * The deadline of a term that began on a calendar day. `configured`: period of a term for which the documents give
 * none; null when there is none either. Throws on an id that is not in the list.
 */
export function deadlineOf(id: string, on: string, configured?: string): Deadline | null {
  const term = PROCEDURE_TERMS.find((row) => row.id === id);
  if (term === undefined) throw new RangeError('not a procedure term');
  const period = term.period ?? configured;
  if (period === undefined) return null;
  const day = Temporal.PlainDate.from(on);
  const deadline = termFromDate(day, period).retainedThrough ?? day;
  return { deadline: deadline.toString(), lateFrom: dayAfter(deadline).toString() };
}

/** C9: claim-established + 27 years. A reminder to look, never a due date while collection is open. */
export function collectionReminder(claimEstablishedOn: string): string {
  return termFromDate(Temporal.PlainDate.from(claimEstablishedOn), 'P27Y').retainedThrough!.toString();
}
