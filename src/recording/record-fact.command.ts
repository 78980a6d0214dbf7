import { Command } from '@nestjs/cqrs';
import type { Originals } from '#domain/mapping/originals';
import type { Outcome, Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';

/** One event from outside, its envelope checked and its data valid against the DTO of its type. */
export interface IncomingFact {
  /** Catalogue name without the reverse-DNS prefix. */
  readonly type: string;
  /** CloudEvents source and id as sent. */
  readonly source: string;
  readonly id: string;
  readonly time?: string;
  /** The data as validated (wire shape: persons may still be BSNs). */
  readonly data: Readonly<Record<string, unknown>>;
  /** RFC 8785 JSON of the data as received: what (source, id) is compared by. */
  readonly canonicalData: string;
  /** Codes that the source's mapping table does not know, by their path in `data`. */
  readonly originals?: Originals;
  /** The first load that it says it belongs to. */
  readonly importBatch?: string;
}

export class RecordFact extends Command<Outcome<Receipt>> {
  constructor(readonly fact: IncomingFact, readonly sender: Principal) {
    super();
  }
}
