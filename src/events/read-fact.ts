import { canonicalJson } from '#domain/ledger/canonical-json';
import type { Json } from '#domain/ledger/event';
import type { FieldError, Refusal } from '#domain/ledger/refusals';
import { readEnvelope } from '#src/events/envelope';
import { validateEventData } from '#src/events/validation';
import { done, refused, type Outcome } from '#src/recording/outcome';
import type { IncomingFact } from '#src/recording/record-fact.command';

/**
 * From a CloudEvent in JSON form to a fact that may be recorded, or everything that is wrong with it at once.
 * Whether it lies in the future is for the dossier's decider, which knows the moment of recording.
 */
export function readFact(sent: Json | undefined): Outcome<IncomingFact> {
  const read = readEnvelope(sent);
  if (!read.ok) return refused(refusalOf(read.errors));
  const { type, source, id, time, data } = read.envelope;
  const validated = validateEventData(type, data);
  if (!validated.ok) return refused(refusalOf(validated.errors.map((error) => ({ ...error, path: `/data${error.path}` }))));
  return done({
    type, source, id, data: validated.value, canonicalData: canonicalJson(data),
    ...(time === undefined ? {} : { time }),
  });
}

function refusalOf(errors: readonly FieldError[]): Refusal {
  const [first, ...others] = errors as readonly [FieldError, ...FieldError[]];
  if (others.length === 0) return { code: first.code, detail: first.detail, errors };
  return { code: first.code, detail: `Er zijn ${errors.length} fouten gevonden.`, errors };
}
