import { canonicalJson } from '#domain/ledger/canonical-json';
import type { Json } from '#domain/ledger/event';
import type { FieldError, Refusal } from '#domain/ledger/refusals';
import { readEnvelope } from '#src/events/envelope';
import { NO_TABLES, type SourceTables } from '#src/mapping/source-tables';
import { done, refused, type Outcome } from '#src/recording/outcome';
import type { IncomingFact } from '#src/recording/record-fact.command';

/**
 * From a CloudEvent in JSON form to a fact that may be recorded, or everything that is wrong with it at once.
 * `tables`: the sources' own codes. Whether it lies in the future is for the dossier's decider, which knows the moment of recording.
 */
export function readFact(sent: Json | undefined, tables: SourceTables = NO_TABLES): Outcome<IncomingFact> {
  const read = readEnvelope(tables.withOwnType(sent));
  if (!read.ok) return refused(refusalOf(read.errors));
  const { type, source, id, time, importBatch, data } = read.envelope;
  const checked = tables.check(source, type, data);
  if (!checked.ok) return refused(refusalOf(checked.errors.map((error) => ({ ...error, path: `/data${error.path}` }))));
  return done({
    // What was sent before is known by what was received: a better table does not make it another message.
    type, source, id, data: checked.value, canonicalData: canonicalJson(data),
    ...(time === undefined ? {} : { time }),
    ...(importBatch === undefined ? {} : { importBatch }),
    ...(Object.keys(checked.originals).length === 0 ? {} : { originals: checked.originals }),
  });
}

function refusalOf(errors: readonly FieldError[]): Refusal {
  const [first, ...others] = errors as readonly [FieldError, ...FieldError[]];
  if (others.length === 0) return { code: first.code, detail: first.detail, errors };
  return { code: first.code, detail: `Er zijn ${errors.length} fouten gevonden.`, errors };
}
