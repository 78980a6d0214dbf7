import type { Refusal } from '#domain/ledger/refusals';
import type { Outcome } from '#src/recording/outcome';

/** Carries an expected refusal out of a controller or hook to the one place that writes problem+json. */
export class RefusalError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

/** The value of an outcome; a refusal leaves as problem+json. */
export function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'refused') throw new RefusalError(outcome.refusal);
  return outcome.value;
}
