import { canonicalJson } from '#domain/ledger/canonical-json';
import type { Json } from '#domain/ledger/event';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal, type FieldError, type Refusal } from '#domain/ledger/refusals';
import { readEnvelope } from '#src/events/envelope';
import { validateEventData } from '#src/events/validation';
import { done, refused, type Outcome } from '#src/recording/outcome';
import type { IncomingFact } from '#src/recording/record-fact.command';

/** Clocks of senders differ a little; further ahead is a fault (architecture.md). */
const AHEAD_MAX = Temporal.Duration.from({ minutes: 10 });

/** From a CloudEvent in JSON form to a fact that may be recorded, or everything that is wrong with it at once. */
export function readFact(sent: Json | undefined, now: Temporal.Instant): Outcome<IncomingFact> {
  const read = readEnvelope(sent);
  if (!read.ok) return refused(refusalOf(read.errors));
  const { type, source, id, time, data } = read.envelope;
  const validated = validateEventData(type, data);
  if (!validated.ok) return refused(refusalOf(validated.errors.map((error) => ({ ...error, path: `/data${error.path}` }))));
  const ahead = inFuture(validated.value, now);
  if (ahead !== null) return refused(ahead);
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

function inFuture(data: Readonly<Record<string, unknown>>, now: Temporal.Instant): Refusal | null {
  const latest = now.add(AHEAD_MAX);
  const { occurredAt, occurredOn } = data;
  if (typeof occurredAt === 'string' && Temporal.Instant.compare(Temporal.Instant.from(occurredAt), latest) > 0) {
    return refusal('occurred-in-future', 'Het moment ligt meer dan tien minuten in de toekomst.', '/data/occurredAt');
  }
  if (typeof occurredOn === 'string' && Temporal.PlainDate.compare(Temporal.PlainDate.from(occurredOn), dayOfInstant(latest)) > 0) {
    return refusal('occurred-in-future', 'De dag ligt in de toekomst.', '/data/occurredOn');
  }
  return null;
}
