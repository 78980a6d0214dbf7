import type { FieldError, Refusal } from '#domain/ledger/refusals';

/** Every error of a schedule at once. */
export function refusedSchedule(errors: readonly FieldError[]): Refusal {
  const first = errors[0]!;
  return { code: first.code, detail: errors.length === 1 ? first.detail : `Er zijn ${errors.length} fouten gevonden.`, errors };
}
